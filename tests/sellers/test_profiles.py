"""Marketplace profiles: those we ship can be read, and whatever is wrong in one is named."""

import re
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from sellers import profiles, public_holidays
from sellers.calendar import WEEKDAYS
from sellers.profile_file import read_profile
from sellers.profiles import PROFILE_DIR, BandCode, Profile, ProfileError, load_profiles

SHIPPED = sorted(PROFILE_DIR.glob("*.toml"))
ALIEXPRESS = (PROFILE_DIR / "aliexpress.toml").read_text(encoding="utf-8")


def edited(*changes: tuple[str, str]) -> str:
    """AliExpress's profile with the first line that fits each pattern put otherwise."""
    text = ALIEXPRESS
    for pattern, line in changes:
        text, count = re.subn(f"(?m)^{pattern}$", lambda _, line=line: line, text, count=1)
        assert count == 1, pattern
    return text


def read(folder: Path, text: str) -> Profile:
    path = folder / "market.toml"
    path.write_text(text, encoding="utf-8")
    return read_profile(path)


# What we ship


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_profile_is_read_and_each_week_can_be_worked(path: Path) -> None:
    profile = read_profile(path)
    assert profile.code == path.stem
    assert set(profile.bands) == set(BandCode)
    weeks = profile.usual_seller.weeks
    assert sum(week.part for week in weeks) == pytest.approx(1)
    assert all(set(week.hours) == set(WEEKDAYS) for week in weeks)
    assert weeks[0].part == max(week.part for week in weeks)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_issue_of_a_shipped_profile_has_somewhere_to_go(path: Path) -> None:
    profile = read_profile(path)
    assert any(step.kind == "escalate" for step in profile.ladder)
    reached = {profile.channels[code].reaches for step in profile.ladder for code in step.channels}
    assert "seller" in reached
    assert profile.issues


def test_profiles_are_read_once() -> None:
    assert load_profiles() is load_profiles()
    assert {"aliexpress", "temu"} <= set(load_profiles())


def test_link_is_given_only_when_every_fact_in_it_is_known() -> None:
    profile = load_profiles()["aliexpress"]
    assert profile.link("order", order="3069099405659913", item="", store="") is not None
    assert profile.link("order") is None
    assert profile.link("nowhere", order="3069099405659913") is None


def test_channel_opens_its_page_only_when_every_fact_in_it_is_known() -> None:
    channel = load_profiles()["aliexpress"].channels["contact_now"]
    assert channel.url_for(store="911") == "https://www.aliexpress.com/store/911"
    assert channel.url_for(order="3069099405659913") is None
    assert replace(channel, url="").url_for(store="911") is None


def test_midnight_at_the_end_of_a_day_is_written_as_24_00(tmp_path: Path) -> None:
    profile = read(tmp_path, edited(('mon = "09:00-22:00"', 'mon = "00:00-24:00"')))
    assert profile.usual_seller.weeks[0].hours["mon"] == (time(0), time.max)


# What is wrong is named

FAULTS = {
    "no TOML": ('name = "AliExpress"', "name =", "market.toml: Invalid value"),
    "missing key": ('support_name = ".*"', "", "support_name: is missing"),
    "missing table": (r"\[protection\]", "[protecton]", "protection: is missing"),
    "missing key within": ("days = 60", "", "protection.days: is missing"),
    "missing source": ('source = "standard length.*', "", "protection.source: is missing"),
    "wrong type": ('name = "AliExpress"', "name = 7", "name: is 7, not str"),
    "wrong type of a number": ("days = 60", "days = 60.5", "protection.days: is 60.5, not int"),
    "true is no number": ("days = 60", "days = true", "protection.days: is True, not int"),
    "time of day for a date": (
        "checked_on = .*",
        "checked_on = 2026-11-23T08:00:00",
        "checked_on: is datetime.datetime(",
    ),
    "no days": ("days = 60", "days = 0", "protection.days: is 0, not between 1 and"),
    "not a number": ("upper_days = 1", "upper_days = nan", "within_24h.upper_days: is nan, not a"),
    "endless": ("upper_days = 1", "upper_days = inf", "within_24h.upper_days: is inf, not a"),
    "ages": ("upper_days = 1", "upper_days = 1e300", "upper_days: is 1e+300, not between 0 and"),
    "below 0": ("upper_days = 1", "upper_days = -1", "upper_days: is -1, not between 0 and"),
    "unknown key": ("days = 60", "days = 60\ndayz = 1", "protection.dayz: is not a key of a"),
    "unknown key on top": ('name = "Ali.*', 'name = "A"\nnmae = 1', "nmae: is not a key of a"),
    "unknown band": (
        r"\[bands\.within_24h\]",
        "[bands.within_a_day]",
        "bands.within_a_day: is not one of the three bands",
    ),
    "bad zone": ('clock = ".*"', 'clock = "Mars/Base"', "clock: 'Mars/Base' is not a time zone"),
    "zone outside": ('clock = ".*"', 'clock = "../etc"', "clock: '../etc' is not a time zone"),
    "pattern": (
        "order_number_pattern = .*",
        "order_number_pattern = '(['",
        "order_number_pattern: is no regular expression",
    ),
    "country": ('country = "CN"', 'country = "China"', "usual_seller.country: 'China' is not a"),
    "rate": ("response_rate = .*", "response_rate = 75", "response_rate: is not between 0 and 1"),
    "parts": ("part = 0.5", "part = 0.6", "usual_seller.weeks: the parts are not above 0, or do"),
    "hours": ('mon = "09:00-22:00"', 'mon = "9-22"', "weeks[0].mon: '9-22' is not like"),
    "hour": ('mon = "09:00-22:00"', 'mon = "09:00-25:00"', "weeks[0].mon: '09:00-25:00' holds no"),
    "day": ('mon = "09:00-22:00"', "", "usual_seller.weeks[0].mon: is missing"),
    "reaches": ('reaches = "seller"', 'reaches = "us"', "message_center.reaches: is neither"),
    "speed": ("speed = 1.0", "speed = 0", "message_center.speed: is not above 0"),
    "script for a page": (
        'url = "https://www.aliexpress.com/p/message.*',
        'url = "javascript:alert(1)"',
        "message_center.url: does not begin with https://",
    ),
    "ladder's channel": (
        r'channels = \["contact_seller".*',
        'channels = ["pigeon"]',
        "ladder[0].channels: 'pigeon' is not one of the channels above",
    ),
    "ladder's kind": ('kind = "retry"', 'kind = "shout"', "ladder[0].kind: 'shout' is not retry"),
    "peak's date": ('starts = "11-09"', 'starts = "11-31"', "peaks[0].starts: '11-31' is not like"),
    "peak's pace": ("pace = 0.6", "pace = 1.6", "peaks[0].pace: is not above 0 and at most 1"),
    "window's start": (
        'starts = "shipped"',
        'starts = "dreamt"',
        "windows.dispute.starts: 'dreamt' is not known",
    ),
    "window that closes first": (
        "opens_before_days = 7",
        "opens_before_days = 1",
        "extend_protection.closes_after_days: lies before the window opens",
    ),
    "escalation": (
        'escalation = ".*"',
        'escalation = "war"',
        ".escalation: 'war' is neither 'dispute' nor 'support'",
    ),
    "evidence": ("evidence = .*", "evidence = [7]", ".evidence: is not a list of texts"),
}


@pytest.mark.parametrize(("pattern", "line", "said"), FAULTS.values(), ids=FAULTS)
def test_fault_names_file_key_and_reason(
    tmp_path: Path, pattern: str, line: str, said: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, edited((pattern, line)))
    assert str(caught.value).startswith("market.toml: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("http://www.aliexpress.com/", "links.spare: does not begin with https://"),
        ("", "links.spare: does not begin with https://"),
        ("https://www.aliexpress.com/{oder}", "links.spare: {oder} is none of item, order, store"),
    ],
)
def test_link_that_cannot_be_opened_is_named(tmp_path: Path, link: str, said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, edited((r"\[links\]", f'[links]\nspare = "{link}"')))
    assert said in str(caught.value)


def test_missing_band_is_named(tmp_path: Path) -> None:
    start = ALIEXPRESS.index("[bands.1_to_3_days]")
    text = ALIEXPRESS[:start] + ALIEXPRESS[ALIEXPRESS.index("[bands.up_to_5_days]") :]
    with pytest.raises(ProfileError, match=r"bands\.1_to_3_days: is missing"):
        read(tmp_path, text)


def test_week_without_a_working_day_is_named(tmp_path: Path) -> None:
    rest = tuple((f'{day} = "09:00-22:00"', f'{day} = ""') for day in WEEKDAYS[:6])
    with pytest.raises(ProfileError, match=r"weeks\[0\]\.mon: no day of the week has hours"):
        read(tmp_path, edited(*rest))


@pytest.mark.parametrize("key", ["name", "support_name", "clock", "checked_on", "ladder", "peaks"])
def test_text_where_something_else_belongs_is_no_traceback(tmp_path: Path, key: str) -> None:
    text = re.sub(rf"(?m)^\[\[{key}\]\]$", "[[other]]", ALIEXPRESS)
    text = re.sub(rf"(?m)^{key} = .*$", "", text, count=1)
    with pytest.raises(ProfileError, match=rf"^market\.toml: {key}: is 7\.5, not "):
        read(tmp_path, f"{key} = 7.5\n{text}")


# A wrong file stops the start


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the one with our profiles, holding AliExpress's."""
    (tmp_path / "aliexpress.toml").write_text(ALIEXPRESS, encoding="utf-8")
    monkeypatch.setattr(profiles, "PROFILE_DIR", tmp_path)
    monkeypatch.setattr(profiles, "load_profiles", load_profiles.__wrapped__)
    return tmp_path


def test_wrong_profile_stops_the_start(shipped: Path) -> None:
    apps.get_app_config("sellers").ready()
    (shipped / "temu.toml").write_text("name = 5", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match=r"marketplace profile temu\.toml: \w+: is"):
        apps.get_app_config("sellers").ready()


def test_wrong_holidays_stop_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_holidays, "OVERRIDE_DIR", tmp_path)
    (tmp_path / "cn.toml").write_text("2028 = 5")
    with pytest.raises(ImproperlyConfigured, match=r"holidays cn\.toml: 2028: is not a year's"):
        apps.get_app_config("sellers").ready()
