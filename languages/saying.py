"""Says a sentence in the active language and on the active clock."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from languages.sentences import Reader, Sentence


def current_reader() -> Reader:
    zone = timezone.get_current_timezone()
    return Reader(
        translation.get_language() or "en",
        translation.gettext,
        translation.ngettext,
        zone if isinstance(zone, ZoneInfo) else None,
    )


def said(text: str) -> str:
    """The sentence for whoever reads now; any other text as it is."""
    return text.said(current_reader()) if isinstance(text, Sentence) else text
