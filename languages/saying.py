"""Says a sentence in the active language and on the active clock."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from languages.sentences import Reader, Sentence


def said(text: str) -> str:
    """The sentence for whoever reads now; any other text as it is."""
    if not isinstance(text, Sentence):
        return text
    zone = timezone.get_current_timezone()
    reader = Reader(
        translation.get_language() or "en",
        translation.gettext,
        translation.ngettext,
        zone if isinstance(zone, ZoneInfo) else None,
    )
    return text.said(reader)
