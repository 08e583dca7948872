"""Says a sentence in the active language and on the active clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from languages import moments
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


def written(moment: date, style: str = moments.MOMENT, zone: ZoneInfo | None = None) -> str:
    """A moment on the active clock (or the one given), or a day, as the active language writes it."""
    # A naive moment is on its clock already, like the seller's.
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment, zone)
    return moments.written(moment, style, translation.get_language() or "en")
