"""How templates say sentences, and write moments, in the reader's language."""

from datetime import date, datetime

from django import template
from django.utils import timezone, translation

from languages import moments
from languages.saying import said as said_now

register = template.Library()


@register.filter
def said(text: str) -> str:
    """A sentence in the reader's language; any other text as it is."""
    return said_now(text)


@register.filter
def written(moment: date | None, style: str = moments.MOMENT) -> str:
    """A moment on the reader's clock, or a day, as people of the language write it."""
    if moment is None:
        return ""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return moments.written(local, style, translation.get_language() or "en")
