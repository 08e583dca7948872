"""A country's public holidays, by the `holidays` library and what sellers/holidays/ puts right.

Imports no Django.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

OVERRIDE_DIR = Path(__file__).with_name("holidays")
KEYS = {"added", "removed", "make_up_days", "is_official", "source", "read_on"}


class HolidayFileError(ValueError):
    """An overrides file is wrong: names the file, the key and the reason."""


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """A country's days off in a year, and the weekend days that are worked in exchange."""

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    # No official notice of make-up days is known yet: the dates may still move.
    is_provisional: bool


@cache
def public_holidays(country: str, year: int) -> PublicHolidays:
    """Days off and make-up days; a country that nobody knows has none. Raises HolidayFileError."""
    known = _of_library(country, year)
    override = overrides(country).get(str(year))
    if override is None:
        return known
    return PublicHolidays(
        days_off=known.days_off - set(override["removed"]) | set(override["added"]),
        make_up_days=known.make_up_days | set(override["make_up_days"]),
        is_provisional=known.is_provisional and not override["is_official"],
    )


def _of_library(country: str, year: int) -> PublicHolidays:
    import holidays  # takes 50 ms, and only a forecast needs it

    if country not in holidays.list_supported_countries():
        return PublicHolidays(frozenset(), frozenset(), is_provisional=True)
    calendar = holidays.country_holidays(country, years=year)
    days_off = frozenset(day for day in calendar if day.year == year)
    # The attribute also holds stray days of other years.
    make_up = frozenset(
        day for day in getattr(calendar, "weekend_workdays", ()) if day.year == year
    )
    return PublicHolidays(days_off, make_up, is_provisional=country == "CN" and not make_up)


@cache
def overrides(country: str) -> Mapping[str, Mapping[str, Any]]:
    """What sellers/holidays/<country>.toml says, by year; raise HolidayFileError when it is wrong."""
    path = OVERRIDE_DIR / f"{country.lower()}.toml"
    if not path.is_file():
        return {}
    return read_overrides(path)


def read_overrides(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """A table a year: `added`, `removed` and `make_up_days` as dates, and where they were read."""
    try:
        years = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise HolidayFileError(f"{path.name}: {fault}") from fault
    return {year: _checked(path.name, year, table) for year, table in years.items()}


def _checked(file: str, year: str, table: Any) -> Mapping[str, Any]:
    if not year.isdecimal() or not isinstance(table, dict):
        raise HolidayFileError(f"{file}: {year}: is not a year's table")
    for key in KEYS:
        if key not in table:
            raise HolidayFileError(f"{file}: {year}.{key}: is missing")
    for key, value in table.items():
        if key not in KEYS:
            raise HolidayFileError(f"{file}: {year}.{key}: is not a key of a year")
        if key in {"added", "removed", "make_up_days"}:
            _refuse_other_dates(f"{file}: {year}.{key}", int(year), value)
    return table


def _refuse_other_dates(where: str, year: int, values: Any) -> None:
    if not isinstance(values, list):
        raise HolidayFileError(f"{where}: is not a list of dates")
    for value in values:
        if not isinstance(value, date) or value.year != year:
            raise HolidayFileError(f"{where}: {value!r} is not a date of that year")
