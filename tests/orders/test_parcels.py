"""Tracking numbers: tidied, recognised by the profile's patterns, and linked."""

import pytest

from orders.parcels import (
    NumberError,
    is_rounded,
    recognise_carrier,
    tidy_tracking_number,
    tracking_url,
)
from sellers.profiles import get_profile


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        (" lp00724622449605 ", "LP00724622449605"),
        ("RB 123 456 785 GB", "RB123456785GB"),
        ("YT\u00a02412345678901234", "YT2412345678901234"),
    ],
)
def test_a_number_is_tidied(typed, tidy):
    assert tidy_tracking_number(typed) == tidy


@pytest.mark.parametrize("number", ["3.07E+15", "3,07e15", "1E+12"])
def test_what_a_spreadsheet_shortened_is_named_as_such(number):
    assert is_rounded(number)
    with pytest.raises(NumberError, match="spreadsheet"):
        tidy_tracking_number(number)


@pytest.mark.parametrize("number", ["3069099405659913", "RE123456785CN", "E12345678901"])
def test_a_whole_number_is_not_taken_for_a_shortened_one(number):
    assert not is_rounded(number)


def test_a_carrier_is_recognised_by_the_whole_number():
    profile = get_profile("aliexpress")
    carrier = recognise_carrier(profile, "YT2412345678901234")
    assert carrier is not None
    assert "Yun" in carrier.name
    assert recognise_carrier(profile, "XX" + "YT2412345678901234") != carrier


def test_every_carrier_of_every_profile_links_to_a_page_of_the_web():
    for code in ("aliexpress", "temu"):
        for carrier in get_profile(code).carriers:
            url = tracking_url(get_profile(code), "ABC123456", carrier.name)
            assert url.startswith("https://")
            assert "{" not in url


def test_an_unknown_number_is_followed_where_any_carrier_is():
    assert tracking_url(None, "ABC123456") == "https://t.17track.net/en#nums=ABC123456"


def test_a_number_cannot_break_out_of_its_address():
    assert " " not in tracking_url(None, 'A"B C&d=e')
    assert '"' not in tracking_url(None, 'A"B C&d=e')
