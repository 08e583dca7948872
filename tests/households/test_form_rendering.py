"""Fields written without templates are, to the letter, what Django's templates write."""

from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.forms.widgets import Widget
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from households.form_rendering import PlainFields
from languages.sentences import say

NASTY = "<b>\"Tom's\" & 'Ann'</b> \u202e\x1e"
CHOICES = [
    ("", gettext_lazy("choose")),
    (1, 1234567),
    (2.5, say("Take it to {support}.", support=say("the marketplace"))),
    (NASTY, NASTY),
    ("Group & more", [("a", "A"), ("b", mark_safe("<i>b</i>"))]),
]
WIDGETS: list[tuple[Widget, object]] = [
    (forms.TextInput({"maxlength": 40, "data-x": NASTY, "required": True, "hidden": False}), NASTY),
    (forms.TextInput({"aria-label": gettext_lazy("Seller")}), None),
    (forms.TextInput(), ""),
    (forms.NumberInput({"step": "0.01", "min": 0, "max": 1234.5}), 1234567.25),
    (forms.EmailInput(), "ann@example.org"),
    (forms.URLInput(), "https://example.org/?a=1&b=2"),
    (forms.PasswordInput(), "secret"),
    (forms.HiddenInput(), mark_safe("a=1&amp;b=2")),
    (forms.DateInput({"type": "date"}), date(2026, 3, 2)),
    (forms.DateTimeInput({"type": "datetime-local"}), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
    (forms.TimeInput(), time(8, 5)),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.Textarea({"rows": 6}), f"\n{NASTY}\n</textarea>"),
    (forms.Textarea(), None),
    (forms.Select({"class": "wide"}, CHOICES), 1),
    (forms.Select(choices=CHOICES), "b"),
    (forms.Select(), ""),
    (forms.SelectMultiple(choices=CHOICES), ["1", "a"]),
    (forms.NullBooleanSelect(), "true"),
    # These go through their templates.
    (forms.RadioSelect(choices=CHOICES), "a"),
    (forms.CheckboxSelectMultiple(choices=CHOICES), ["a"]),
    (forms.ClearableFileInput(), None),
    (forms.SplitDateTimeWidget(), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize("language", ["en", "de", "pt-br"])
@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_field_is_written_as_by_its_template(widget: Widget, value: object, language: str) -> None:
    attributes = {"id": "id-1", "aria-describedby": "x"}
    with translation.override(language):
        plain = widget.render("na&me", value, attributes, renderer=PlainFields())
        by_template = widget.render("na&me", value, attributes, renderer=DjangoTemplates())
    assert plain == by_template


def test_forms_are_written_so_everywhere() -> None:
    assert isinstance(get_default_renderer(), PlainFields)
