"""Pages whose words show whether gettext was asked for them."""

from collections.abc import Iterator

import pytest
from django.utils import translation

import households.forms
from cases.templatetags import drawings, parley
from languages import moments, names, sentences
from reminders import mail, mail_pages


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every text that gettext is asked for comes back as ⟦text⟧."""
    _forget()
    trans = translation._trans
    for name, pick in {
        "gettext": lambda text: text,
        "pgettext": lambda _context, text: text,
        "ngettext": lambda one, many, count: one if count == 1 else many,
        "npgettext": lambda _context, one, many, count: one if count == 1 else many,
    }.items():
        getattr(trans, name)  # it is looked up once, and kept
        monkeypatch.setattr(trans, name, lambda *args, pick=pick: f"⟦{pick(*args)}⟧")
    for module, name in (
        *((moments, "written"), (names, "city_name"), (names, "country_name")),
        *(
            (names, "language_name"),
            (names, "zone_name"),
            (sentences, "city_name"),
            (households.forms, "zone_name"),
        ),
    ):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *args, real=real: f"⟦{real(*args)}⟧")
    # What a sentence was said as before has no brackets.
    monkeypatch.setattr(sentences.Sentence, "said", sentences.Sentence._told)
    yield
    _forget()


def _forget() -> None:
    """What is kept of pages and mails once written would have brackets in the wrong test."""
    parley._time_tag.cache_clear()
    drawings._drawn.cache_clear()
    mail._in_full.cache_clear()
    mail_pages._shape.cache_clear()
    sentences._restored.cache_clear()
