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
KINDS = {
    "added": list,
    "removed": list,
    "make_up_days": list,
    "is_official": bool,
    "source": str,
    "read_on": date,
}


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


def check_overrides() -> None:
    """Read every file of sellers/holidays/; raise HolidayFileError for the first that is wrong."""
    for path in sorted(OVERRIDE_DIR.glob("*.toml")):
        read_overrides(path)


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise HolidayFileError(f"{path.name}: {fault}") from fault
    return {year: _checked(path.name, year, table) for year, table in years.items()}


def _checked(file: str, year: str, table: Any) -> Mapping[str, Any]:
    if not year.isdecimal() or not isinstance(table, dict):
        raise HolidayFileError(f"{file}: {year}: is not a year's table")
    for key in table:
        if key not in KINDS:
            raise HolidayFileError(f"{file}: {year}.{key}: is not a key of a year")
    for key, kind in KINDS.items():
        where = f"{file}: {year}.{key}"
        if key not in table:
            raise HolidayFileError(f"{where}: is missing")
        value = table[key]
        if type(value) is not kind:
            raise HolidayFileError(f"{where}: is {value!r}, not {kind.__name__}")
        if isinstance(value, list):
            _refuse_other_dates(where, int(year), value)
    return table


def _refuse_other_dates(where: str, year: int, values: list[Any]) -> None:
    for value in values:
        # A time of day is a date to isinstance, and equals none.
        if type(value) is not date or value.year != year:
            raise HolidayFileError(f"{where}: {value!r} is not a date of that year")
