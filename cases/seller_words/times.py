"""Finds the times that a text names: '7-10 working days', 'by 5 December', 'after the holiday'.

Imports no Django.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any, Protocol

from cases.seller_words.moments import DAY, LONGEST_PROMISE, NAMED, Reception, after_months
from cases.seller_words.text import without_accents

UNITS = ("working_days", "hours", "days", "weeks", "months")
# 'After the holiday' means the one that is on or near; none this near, and it is unclear which.
HOLIDAY_IS_NEAR = timedelta(days=30)
HAN_FIGURES = {sign: value for value, sign in enumerate("一二三四五六七八九", 1)} | {"两": 2}
HAN_NUMBER = "[一二两三四五六七八九十]{1,3}(?![一二两三四五六七八九十])"
# What a holiday is called in the `holidays` library, and whose it is when the country has none.
HOLIDAYS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "spring_festival": (("Chinese New Year", "Korean New Year", "Lunar New Year"), "CN"),
    "national_day": (("National Day",), "CN"),
    "labour_day": (("Labor Day", "Labour Day"), "CN"),
    "dragon_boat": (("Dragon Boat",), "CN"),
    "mid_autumn": (("Mid-Autumn", "Chuseok"), "CN"),
    "new_year": (("New Year's Day",), "CN"),
    "christmas": (("Christmas",), "US"),
}

Reader = Callable[[re.Match[str], Reception], datetime | date | None]


class Compile(Protocol):
    def __call__(self, pattern: str, *, spaced: bool) -> re.Pattern[str]: ...


@dataclass(frozen=True, slots=True)
class TimePattern:
    finds: re.Pattern[str]
    read: Reader


def time_patterns(table: Mapping[str, Any], compiled: Compile) -> tuple[TimePattern, ...]:
    """A language's ways to name a time."""
    return tuple(
        TimePattern(compiled(pattern, spaced=table["spaced"]), read)
        for pattern, read in (*_counted(table), *_named(table["times"]), *_dated(table))
    )


def _counted(table: Mapping[str, Any]) -> Iterator[tuple[str, Reader]]:
    times = table["times"]
    numbers = {without_accents(word): value for word, value in table.get("numbers", {}).items()}
    figures = ["[0-9]{1,3}(?![0-9])", *sorted(numbers, key=len, reverse=True)]
    if table.get("han_numbers"):
        figures.append(HAN_NUMBER)
    number = "|".join(figures)
    units = "|".join(f"(?P<{unit}>{times[unit]})" for unit in UNITS)
    yield (
        rf"(?<![0-9.,:/])(?:(?:{number}) ?(?:{times['range']}) ?)?"
        rf"(?P<number>{number}) ?(?:(?:{times['extra']}) ?)?(?:{units})",
        partial(_read_duration, numbers=numbers),
    )
    for days, pattern in times.get("fixed_days", {}).items():
        yield pattern, partial(_read_fixed, days=int(days))


def _named(times: Mapping[str, Any]) -> Iterator[tuple[str, Reader]]:
    for name, pattern in times["named"].items():
        yield pattern, partial(_read_named, name=name)
    for name, pattern in times["after"].items():
        yield (
            pattern,
            _read_near_holiday if name == "holiday" else partial(_read_holiday, name=name),
        )
    for number, name in enumerate(times["weekdays"]):
        pattern = times["weekday"].replace("{weekday}", f"(?:{name})")
        yield pattern, partial(_read_weekday, weekday=number)


def _dated(table: Mapping[str, Any]) -> Iterator[tuple[str, Reader]]:
    times = table["times"]
    months = [without_accents(month) for month in times.get("month_names", ())]
    readable = tuple(re.compile(month) for month in months)
    for pattern in times["dates"]:
        pattern = (
            pattern.replace("{month}", f"(?P<month>{'|'.join(months)})")
            .replace("{month_number}", "(?P<month_number>[0-9]{1,2})")
            .replace("{day}", "(?<![0-9])(?P<day>[0-9]{1,2})(?![0-9])")
            .replace("{year}", "(?P<year>20[0-9]{2})")
        )
        yield pattern, partial(_read_date, months=readable)


# --- reading what was found -----------------------------------------------------------------------


def _read_duration(
    found: re.Match[str], when: Reception, *, numbers: Mapping[str, int]
) -> datetime | date | None:
    count = _count(found["number"], numbers)
    unit = next(unit for unit in UNITS if found[unit])
    if count == 0 or count > LONGEST_PROMISE.days:
        return None
    if unit == "hours":
        return when.at + timedelta(hours=count)
    if unit == "working_days":
        return when.after_working_days(count)
    if unit == "months":
        return after_months(when.day, count)
    return when.day + timedelta(days=count * (7 if unit == "weeks" else 1))


def _count(number: str, numbers: Mapping[str, int]) -> int:
    if number in numbers:
        return numbers[number]
    if number[0] in "0123456789":
        return int(number)
    tens, is_tens, ones = number.rpartition("十")
    # Two figures side by side are a range: 两三天, two to three days.
    units = HAN_FIGURES[ones[-1]] if ones else 0
    return units + (10 * HAN_FIGURES.get(tens[-1:], 1) if is_tens else 0)


def _read_fixed(_found: re.Match[str], when: Reception, *, days: int) -> date:
    return when.day + timedelta(days=days)


def _read_named(_found: re.Match[str], when: Reception, *, name: str) -> date:
    return NAMED[name](when.day)


def _read_weekday(found: re.Match[str], when: Reception, *, weekday: int) -> date:
    """The next such day after today; of the week after this one where the words say so."""
    if found.groupdict().get("next"):
        return when.day + timedelta(days=7 - when.day.weekday() + weekday)
    return when.day + timedelta(days=(weekday - when.day.weekday() - 1) % 7 + 1)


def _read_date(
    found: re.Match[str], when: Reception, *, months: Iterable[re.Pattern[str]]
) -> date | None:
    parts = found.groupdict()
    month = int(parts.get("month_number") or 0)
    if name := parts.get("month"):
        month = next(place for place, month in enumerate(months, 1) if month.fullmatch(name))
    return _coming_date(when.day, parts.get("year"), month, int(found["day"]))


def _coming_date(today: date, year: str | None, month: int, day: int) -> date | None:
    """The date, in the year given or else the next one to come; by its day alone where month is 0."""
    if year:
        return _date_or_none(int(year), month, day)
    if month:
        candidates = [_date_or_none(today.year + later, month, day) for later in (0, 1)]
    else:
        firsts = [after_months(today.replace(day=1), later) for later in (0, 1)]
        candidates = [_date_or_none(first.year, first.month, day) for first in firsts]
    return next((found for found in candidates if found and found >= today), None)


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- dates in figures, which every language writes -------------------------------------------------

YEAR_FIRST = re.compile(
    r"(?<![0-9])(?P<year>20[0-9]{2})[-/.年] ?(?P<month>[0-9]{1,2})[-/.月] ?(?P<day>[0-9]{1,2})(?![0-9])"
)
# Without a year only after a word that a date follows: '5.10.' may as well be a price.
DATE_FOLLOWS = ("am", "bis", "zum", "do", "on", "by", "till", "until", "before")
DOTTED = re.compile(
    r"(?<![0-9.])(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\.(?P<year>20[0-9]{2})(?![0-9])"
)
DOTTED_WITHOUT_YEAR = re.compile(
    rf"(?:{'|'.join(rf'(?<= {word} )' for word in DATE_FOLLOWS)})"
    r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})(?:\.(?!\d)|$)(?P<year>)"
)
SLASHED = re.compile(
    r"(?<![0-9/])(?P<first>[0-9]{1,2})[/-](?P<second>[0-9]{1,2})(?:[/-](?P<year>20[0-9]{2}))(?![0-9/])"
    r"|(?<![0-9/])(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})(?![0-9/])"
)


def dates_in_figures(
    text: str, when: Reception, *, is_day_first: bool
) -> Iterator[tuple[int, date | None]]:
    """Where each stands, and the date; none where day and month cannot be told apart."""
    for pattern in (YEAR_FIRST, DOTTED, DOTTED_WITHOUT_YEAR):
        for found in pattern.finditer(text):
            month, day = int(found["month"]), int(found["day"])
            yield found.start(), _coming_date(when.day, found["year"], month or 99, day)
    for found in SLASHED.finditer(text):
        first, second = int(found["first"] or found["a"]), int(found["second"] or found["b"])
        if first > 12 or first == second or is_day_first:
            yield found.start(), _coming_date(when.day, found["year"], second or 99, first)
        elif second > 12:
            yield found.start(), _coming_date(when.day, found["year"], first or 99, second)
        else:
            yield found.start(), None


# --- holidays -------------------------------------------------------------------------------------


def _read_holiday(_found: re.Match[str], when: Reception, *, name: str) -> date | None:
    titles, home = HOLIDAYS[name]
    for country in (when.country, home):
        days = _days_titled(country, titles, (when.day.year, when.day.year + 1))
        if days:
            return _end_of_next_run(days, when, country)
    return None


def _read_near_holiday(_found: re.Match[str], when: Reception) -> date | None:
    days = _days_titled(when.country, ("",), (when.day.year, when.day.year + 1))
    near = tuple(day for day in days if day <= when.day + HOLIDAY_IS_NEAR)
    return _end_of_next_run(near, when, when.country)


def _end_of_next_run(days: Iterable[date], when: Reception, country: str) -> date | None:
    ends = (when.after_run_of(day, country) for day in days if day >= when.day - 7 * DAY)
    return next((end for end in ends if end > when.day), None)


@cache
def _days_titled(country: str, titles: tuple[str, ...], years: tuple[int, ...]) -> tuple[date, ...]:
    import holidays  # takes 50 ms, and few messages speak of one

    if country not in holidays.list_supported_countries():
        return ()
    known = holidays.country_holidays(country, years=years, language="en_US")
    return tuple(
        day
        for day, title in sorted(known.items())
        if any(title.startswith(wanted) for wanted in titles)
    )
