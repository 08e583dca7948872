"""Moments and days as people of a language write them. Imports no Django.

A style is written as Django's date formats are, in the English order: 'D j M, H:i'.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import Locale

MOMENT = "D j M, H:i"
CLOCK = "H:i"
DAY = "j M"
# How a language joins the parts that English only sets beside each other.
_JOINED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "de": ((r"([Dl]) j", r"\1, j"), (r"j ([MF])", r"j. \1")),
    "es": ((r"([Dl]) j", r"\1, j"), (r"j F", "j 'de' F"), (r"F Y", "F 'de' Y")),
    "pt": ((r"([Dl]) j", r"\1, j"), (r"j ([MF])", r"j 'de' \1"), (r"([MF]) Y", r"\1 'de' Y")),
}
_PARTS = re.compile(r"'[^']*'|[DljMFYHis]|.")


def locale_of(language: str) -> Locale:
    """CLDR's data of a language, written as Django does ('pt-br')."""
    return _locale(language)


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def written(moment: date, style: str, language: str) -> str:
    """A moment (already on the reader's clock) or a day, in the style and the language."""
    return "".join(part(moment) for part in _writer(style, language))


@lru_cache(maxsize=256)
def _writer(style: str, language: str) -> tuple[Callable[[Any], str], ...]:
    for english, own in _JOINED.get(language.partition("-")[0], ()):
        style = re.sub(english, own, style)
    return tuple(_part(found, _locale(language)) for found in _PARTS.findall(style))


def _part(letter: str, locale: Locale) -> Callable[[datetime], str]:
    days, months = locale.days["format"], locale.months["format"]
    known: dict[str, Callable[[datetime], str]] = {
        "D": lambda moment: days["abbreviated"][moment.weekday()],
        "l": lambda moment: days["wide"][moment.weekday()],
        "j": lambda moment: str(moment.day),
        "M": lambda moment: months["abbreviated"][moment.month],
        "F": lambda moment: months["wide"][moment.month],
        "Y": lambda moment: str(moment.year),
        "H": lambda moment: f"{moment.hour:02}",
        "i": lambda moment: f"{moment.minute:02}",
        "s": lambda moment: f"{moment.second:02}",
    }
    text = letter.strip("'")
    return known.get(letter, lambda _moment: text)
