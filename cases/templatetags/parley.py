"""How pages show money, moments, fields and the fuse."""

from datetime import datetime
from functools import lru_cache

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.drafts import LANGUAGE_NAMES
from cases.messages import LANGUAGE_TAGS
from cases.vocabulary import TURN_OF_STAGE, Stage, Turn
from languages.saying import written
from money import Money

register = template.Library()
TURN_CLASSES = {
    Turn.OURS: "ours",
    Turn.SELLER: "theirs",
    Turn.MARKETPLACE: "market",
    Turn.NOBODY: "good",
}


@register.filter
def money(amount: Money | None) -> str:
    """'€23.40' in the reader's language; nothing for nothing."""
    return amount.formatted(translation.get_language() or "en") if amount else ""


@register.filter
def language_name(code: str) -> str:
    """'Chinese', for a language in which messages are drafted."""
    return str(LANGUAGE_NAMES.get(code, code))


@register.filter
def language_tag(code: str) -> str:
    """The language as HTML names it."""
    return LANGUAGE_TAGS.get(code, code)


@register.filter
def turn_class(stage: str) -> str:
    """The colour of whose turn a stage is; the word stands beside it."""
    return TURN_CLASSES[TURN_OF_STAGE[Stage(stage)]]


@register.simple_tag
def time_tag(moment: datetime | None, style: str = "D j M, H:i") -> SafeString | str:
    """The moment in the reader's zone, exact to a machine and on demand."""
    if moment is None:
        return ""
    zone, language = timezone.get_current_timezone_name(), translation.get_language()
    return _time_tag(moment, style, zone, language)


# A list shows the same moments each time it is opened, and formats each of them three times.
@lru_cache(maxsize=4096)
def _time_tag(moment: datetime, style: str, _zone: str, _language: str | None) -> SafeString:
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        f"{written(local, 'l j F Y, H:i')} {local.tzname()}",
        written(local, style),
    )


@register.filter
def typed(moment: datetime) -> str:
    """On the reader's clock, as a field for a moment takes it."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


@register.inclusion_tag("_field.html")
def form_field(field: BoundField, hint: str = "") -> dict[str, object]:
    """Label, field, help and errors, tied together for whoever does not see the page."""
    described = []
    if field.help_text or hint:
        described.append(f"{field.id_for_label}_help")
    if field.errors:
        described.append(f"{field.id_for_label}_errors")
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    widget = field.field.widget
    # A browser would cut what is pasted without a word; the form refuses it with the reason.
    widget.attrs.pop("maxlength", None)
    return {
        "field": field,
        "widget": field.as_widget(attrs={**widget.attrs, **attributes}),
        "hint": hint or field.help_text,
        "is_check": isinstance(widget, CheckboxInput),
    }
