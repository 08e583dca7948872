"""Days as exports write them: quick forms first, other languages through dateparser. No Django."""

import re
from datetime import date, datetime
from functools import lru_cache

from languages.sentences import say
from orders.importers.parsed import FieldError
from orders.importers.texts import inert

FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
# Where the marketplaces have buyers; trying a strange text in 200 languages takes seconds.
LANGUAGES = [
    "en", "de", "es", "fr", "it", "pt", "pl", "ru", "uk", "nl", "tr", "cs",
    "ro", "hu", "el", "sv", "ar", "he", "ja", "ko", "zh", "th", "vi", "id",
]  # fmt: skip
CLOCK = re.compile(
    r"(?:^|[\sT,])\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]m)?(?=$|\s|[+Z])(?:Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
YEAR_FIRST = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?\.?", re.ASCII)
MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})[.\-](\d{1,2})[.\-](\d{4})", re.ASCII)
NAME_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII)
NAME_SECOND = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)


def day(text: object, field: str) -> date | None:
    """The day in any of the exports' spellings, localised months as well; a time is passed over."""
    if isinstance(text, datetime):
        return text.date()
    shown = inert(text, 200)
    if not shown:
        return None
    found = _read(shown)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise FieldError(
            field, say("{shown} is not a date like 2026-11-23", shown=repr(shown[:60]))
        )
    return found


@lru_cache(maxsize=4096)
def _read(shown: str) -> date | None:
    if len(shown) > 60:
        return None
    try:
        return _quickly(CLOCK.sub(" ", shown, count=1).strip(" ,")) or _in_another_language(shown)
    except (ValueError, OverflowError):  # the 30th of February
        return None


def _quickly(text: str) -> date | None:
    if found := YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := MONTH_FIRST.fullmatch(text):
        month, number = int(found[1]), int(found[2])
        if month > 12 >= number:  # no month: written the other way round
            month, number = number, month
        return date(int(found[3]), month, number)
    if found := DAY_FIRST.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := NAME_FIRST.fullmatch(text):
        return _named(found[3], found[1], found[2])
    if found := NAME_SECOND.fullmatch(text):
        return _named(found[3], found[2], found[1])
    return None


def _named(year: str, month: str, number: str) -> date | None:
    """English only: 'mars' and 'marraskuu' begin like March and are not all of it."""
    start = "sep" if month.lower() == "sept" else month.lower()
    for index, name in enumerate(MONTHS, start=1):
        if name.startswith(start):
            return date(int(year), index, int(number))
    return None


def _in_another_language(text: str) -> date | None:
    if not re.search(r"\d{4}", text):
        return None
    import dateparser  # slow to load, and few files need it

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    found = dateparser.parse(text, languages=LANGUAGES, settings=settings)
    return found.date() if found else None
