"""Public holidays: what the library knows, what is predicted, and what our files put right."""

from datetime import date
from pathlib import Path

import pytest

from sellers import public_holidays as holidays
from sellers.public_holidays import (
    HolidayFileError,
    PublicHolidays,
    check_overrides,
    public_holidays,
    read_overrides,
)

GOOD = {
    "added": "[2028-10-09]",
    "removed": "[]",
    "make_up_days": "[2028-01-22]",
    "is_official": "true",
    "source": '"the State Council\'s notice"',
    "read_on": "2027-11-30",
}


def table(year: str = "2028", **changes: str | None) -> str:
    lines = [f"{key} = {value}" for key, value in (GOOD | changes).items() if value is not None]
    return "\n".join([f"[{year}]", *lines])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of sellers/holidays/."""
    monkeypatch.setattr(holidays, "OVERRIDE_DIR", tmp_path)
    monkeypatch.setattr(holidays, "overrides", holidays.overrides.__wrapped__)
    monkeypatch.setattr(holidays, "public_holidays", holidays.public_holidays.__wrapped__)
    return tmp_path


def of_year(year: int = 2028) -> PublicHolidays:
    return holidays.public_holidays("CN", year)


# What the library knows


@pytest.mark.parametrize(
    "day", [(1, 1), (2, 17), (2, 23), (4, 5), (5, 1), (6, 19), (9, 25), (10, 1), (10, 7)]
)
def test_chinas_official_days_off_of_2026_are_known(day: tuple[int, int]) -> None:
    assert date(2026, *day) in public_holidays("CN", 2026).days_off


def test_weekend_days_worked_in_exchange_in_2026_are_exactly_those_of_the_notice() -> None:
    days = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    known = public_holidays("CN", 2026)
    assert known.make_up_days == {date(2026, *day) for day in days}
    assert not known.make_up_days & known.days_off
    assert not known.is_provisional


def test_year_without_an_official_notice_is_provisional_and_has_golden_week_all_the_same() -> None:
    known = public_holidays("CN", 2027)
    assert known.is_provisional
    assert not known.make_up_days
    assert date(2027, 10, 1) in known.days_off


def test_days_off_lie_in_the_year_that_was_asked_for() -> None:
    for year in (2025, 2026, 2027):
        known = public_holidays("CN", year)
        assert {day.year for day in known.days_off | known.make_up_days} == {year}


def test_country_that_nobody_knows_has_no_holidays() -> None:
    assert public_holidays("ZZ", 2026) == PublicHolidays(
        frozenset(), frozenset(), is_provisional=True
    )


# What our files put right


def test_file_adds_removes_and_makes_up_days(folder: Path) -> None:
    library = of_year()
    assert date(2028, 10, 1) in library.days_off
    (folder / "cn.toml").write_text(table(removed="[2028-10-01]"))
    put_right = of_year()
    gone, new = library.days_off - put_right.days_off, put_right.days_off - library.days_off
    assert (gone, new) == ({date(2028, 10, 1)}, {date(2028, 10, 9)})
    assert put_right.make_up_days == {date(2028, 1, 22)}


@pytest.mark.parametrize(("official", "is_provisional"), [("true", False), ("false", True)])
def test_year_is_provisional_until_its_table_says_that_it_is_official(
    folder: Path, official: str, is_provisional: bool
) -> None:
    assert of_year().is_provisional
    (folder / "cn.toml").write_text(table(is_official=official))
    assert of_year().is_provisional is is_provisional


def test_table_of_one_year_leaves_the_others_alone(folder: Path) -> None:
    before = of_year(2026)
    (folder / "cn.toml").write_text(table())
    assert of_year(2026) == before


# What is wrong in a file is named


@pytest.mark.parametrize(
    ("content", "said"),
    [
        *(
            (table(**{key: None}), f"cn.toml: 2028.{key}: is missing")
            for key in ("added", "removed", "make_up_days", "is_official", "source", "read_on")
        ),
        (table(addded="[]"), "cn.toml: 2028.addded: is not a key of a year"),
        (table(added='"2028-10-09"'), "cn.toml: 2028.added: is '2028-10-09', not list"),
        (table(added='["2028-10-09"]'), "2028.added: '2028-10-09' is not a date of that year"),
        (
            table(removed="[2027-10-09]"),
            "2028.removed: datetime.date(2027, 10, 9) is not a date of",
        ),
        (table(make_up_days="[2028-01-22T08:00:00]"), "2028.make_up_days: datetime.datetime("),
        (table(is_official='"yes"'), "cn.toml: 2028.is_official: is 'yes', not bool"),
        (table(source="7"), "cn.toml: 2028.source: is 7, not str"),
        (table(read_on='"today"'), "cn.toml: 2028.read_on: is 'today', not date"),
        (table("next"), "cn.toml: next: is not a year's table"),
        ("2028 = 5", "cn.toml: 2028: is not a year's table"),
        ("[2028", "cn.toml: Expected ']'"),
    ],
)
def test_fault_names_file_key_and_reason(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "cn.toml"
    path.write_text(content)
    with pytest.raises(HolidayFileError) as caught:
        read_overrides(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cn.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(HolidayFileError, match=r"^cn\.toml: "):
        read_overrides(path)


def test_wrong_file_of_any_country_is_found_before_anybody_asks_for_it(folder: Path) -> None:
    (folder / "cn.toml").write_text(table())
    check_overrides()
    (folder / "vn.toml").write_text(table(source=None))
    with pytest.raises(HolidayFileError, match=r"^vn\.toml: 2028\.source: is missing"):
        check_overrides()
