"""How templates say sentences, and write moments, in the reader's language. Loaded everywhere."""

from datetime import date

from django import template
from django.utils import translation

from languages import moments, names
from languages.saying import said as said_now
from languages.saying import written as written_now

register = template.Library()


@register.filter
def said(text: str) -> str:
    """A sentence in the reader's language; any other text as it is."""
    return said_now(text)


@register.filter
def written(moment: date | None, style: str = moments.MOMENT) -> str:
    """A moment on the reader's clock, or a day, as people of the language write it."""
    return written_now(moment, style) if moment is not None else ""


@register.filter
def city(zone: object) -> str:
    """The city that a time zone is named after."""
    return names.city_name(str(zone), translation.get_language() or "en")


@register.filter
def country(code: str) -> str:
    return names.country_name(code, translation.get_language() or "en")
