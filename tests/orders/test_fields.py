"""Amounts and days as people type them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from money import Money
from orders.fields import on_clock, read_amount, shown_on_clock
from orders.templatetags.addresses import web_address

PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("23,40", "EUR", 2340),
        ("23.4", "EUR", 2340),
        ("23", "EUR", 2300),
        ("1.234,56", "EUR", 123456),
        ("1,234.56", "USD", 123456),
        ("1 234,56", "PLN", 123456),
        ("1\u202f234,56", "PLN", 123456),
        ("1'234.50", "CHF", 123450),
        ("1.234.567", "EUR", 123456700),
        ("1500", "JPY", 1500),
        ("1.234", "KWD", 1234),
        ("0", "EUR", 0),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, currency, minor):
    assert read_amount(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "said"),
    [
        ("1,234", "EUR", "two ways"),
        ("1.50", "JPY", "more digits"),
        ("1.2345", "KWD", "more digits"),
        ("€ 5", "EUR", "not an amount"),
        ("1e5", "EUR", "not an amount"),
        ("nan", "EUR", "not an amount"),
        ("5-", "EUR", "not an amount"),
        (".", "EUR", "not an amount"),
        ("5", "XYZ", "currency"),
        ("9" * 30, "EUR", "too large"),
    ],
)
def test_an_amount_that_cannot_be_read_is_refused_in_words(text, currency, said):
    with pytest.raises(ValueError, match=said):
        read_amount(text, currency)


def test_a_day_begins_at_midnight_on_the_marketplaces_clock_in_summer_and_winter():
    winter = on_clock(datetime(2026, 12, 24), PACIFIC)  # noqa: DTZ001
    summer = on_clock(datetime(2026, 7, 1), PACIFIC)  # noqa: DTZ001
    assert winter == datetime(2026, 12, 24, 8, tzinfo=UTC)
    assert summer == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_an_hour_that_the_clock_showed_twice_is_the_earlier_one():
    twice = on_clock(datetime(2026, 11, 1, 1, 30), PACIFIC)  # noqa: DTZ001
    assert twice == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def test_what_the_clock_showed_is_read_back_as_the_same_minute():
    moment = datetime(2026, 7, 1, 12, 34, 56, tzinfo=UTC)
    shown = shown_on_clock(moment, PACIFIC)
    assert on_clock(shown, PACIFIC) == moment.replace(second=0)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://example.test/",
        "/\\evil.test",
        "https:\\\\evil.test",
        "https:evil",
        "https://exa\tmple.test",
        "http://[bad",
        "",
        None,
    ],
)
def test_what_is_no_address_of_the_web_is_not_linked(address):
    assert web_address(address) == ""


@pytest.mark.parametrize("address", ["https://a.test/x?y=1", "http://a.test", "HTTPS://A.test"])
def test_addresses_of_the_web_are_linked(address):
    assert web_address(address) == address
