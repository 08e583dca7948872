"""When a member is told: quiet hours and digests on their own clock, through every change of it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.timing import Moment, Timing, quiet_ends, tell_at

MADRID = ZoneInfo("Europe/Madrid")
NIGHT = Timing(zone=MADRID, quiet_from=time(22), quiet_until=time(7))
ZONES = ["Europe/Madrid", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]


def at(text: str, zone: ZoneInfo = MADRID) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-11-23 21:59", "2026-11-23 21:59"),
        ("2026-11-23 22:00", "2026-11-24 07:00"),
        ("2026-11-24 06:59", "2026-11-24 07:00"),
        ("2026-11-24 07:00", "2026-11-24 07:00"),
        ("2026-12-31 23:30", "2027-01-01 07:00"),
        ("2028-02-28 23:30", "2028-02-29 07:00"),
    ],
)
def test_what_comes_in_the_quiet_hours_waits_for_their_end(now: str, told: str) -> None:
    assert quiet_ends(NIGHT, at(now)) == at(told)


def test_quiet_hours_within_one_day_end_on_that_day() -> None:
    nap = Timing(zone=MADRID, quiet_from=time(13), quiet_until=time(15))
    assert quiet_ends(nap, at("2026-11-23 14:00")) == at("2026-11-23 15:00")
    assert quiet_ends(nap, at("2026-11-23 23:00")) == at("2026-11-23 23:00")


@pytest.mark.parametrize(
    ("evening", "hours"), [("2026-03-28 22:00", 8), ("2026-10-24 22:00", 10)], ids=["on", "back"]
)
def test_a_night_in_which_the_clocks_change_is_an_hour_off(evening: str, hours: int) -> None:
    assert quiet_ends(NIGHT, at(evening)) - at(evening) == timedelta(hours=hours)


def test_an_end_that_the_clock_skips_comes_right_after_it() -> None:
    short = Timing(zone=MADRID, quiet_from=time(0), quiet_until=time(2, 30))
    assert quiet_ends(short, at("2026-03-29 00:30")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_moving_to_another_zone_moves_the_quiet_hours() -> None:
    now = at("2026-11-23 23:00")
    moved = Timing(zone=ZoneInfo("Asia/Tokyo"), quiet_from=time(22), quiet_until=time(7))
    assert quiet_ends(moved, now) == at("2026-11-24 07:00", moved.zone)
    assert quiet_ends(moved, now + timedelta(hours=2)) == now + timedelta(hours=2)


@pytest.mark.parametrize(
    ("kind", "breaks_through", "told"),
    [
        ("escalate", True, "2026-11-23 23:00"),
        ("protection_warning", True, "2026-11-23 23:00"),
        ("escalate", False, "2026-11-24 07:00"),
        ("retry", True, "2026-11-24 07:00"),
    ],
)
def test_only_what_ends_in_lost_money_may_break_through(
    kind: str, breaks_through: bool, told: str
) -> None:
    timing = Timing(
        zone=MADRID,
        quiet_from=time(22),
        quiet_until=time(7),
        urgent_breaks_through=breaks_through,
    )
    now = at("2026-11-23 23:00")
    asked = tell_at(kind=kind, moment=Moment.AT_ONCE, timing=timing, written_at=now, now=now)
    assert asked == at(told)


@pytest.mark.parametrize(
    ("moment", "written", "told"),
    [
        (Moment.DAILY, "2026-11-23 07:59", "2026-11-23 08:00"),
        (Moment.DAILY, "2026-11-23 08:00", "2026-11-24 08:00"),
        (Moment.WEEKLY, "2026-11-23 07:00", "2026-11-23 08:00"),
        (Moment.WEEKLY, "2026-11-23 09:00", "2026-11-30 08:00"),
        (Moment.WEEKLY, "2026-11-25 09:00", "2026-11-30 08:00"),
        (Moment.DAILY, "2026-03-28 20:00", "2026-03-29 08:00"),
        (Moment.DAILY, "2026-10-24 20:00", "2026-10-25 08:00"),
    ],
)
def test_a_digest_is_the_first_one_after_it_became_true(
    moment: Moment, written: str, told: str
) -> None:
    now = at(written)
    assert tell_at(kind="retry", moment=moment, timing=NIGHT, written_at=now, now=now) == at(told)


def test_a_digest_that_an_outage_missed_goes_as_soon_as_all_is_well() -> None:
    written, now = at("2026-11-20 09:00"), at("2026-11-23 10:00")
    due = tell_at(kind="retry", moment=Moment.DAILY, timing=NIGHT, written_at=written, now=now)
    assert due == now


@pytest.mark.parametrize(
    ("kind", "breaks_through", "told"),
    [
        ("retry", True, "2026-11-24 07:00"),
        ("escalate", False, "2026-11-24 07:00"),
        ("escalate", True, "2026-11-24 03:00"),
    ],
)
def test_a_digest_that_an_outage_delayed_into_the_night_waits_for_the_morning(
    kind: str, breaks_through: bool, told: str
) -> None:
    timing = replace(NIGHT, urgent_breaks_through=breaks_through)
    written, now = at("2026-11-22 09:00"), at("2026-11-24 03:00")
    due = tell_at(kind=kind, moment=Moment.DAILY, timing=timing, written_at=written, now=now)
    assert due == at(told)


def test_a_digest_whose_hour_is_quiet_comes_when_the_quiet_ends() -> None:
    late = replace(NIGHT, quiet_until=time(9, 30), digest_at=time(8))
    written = at("2026-11-23 12:00")
    due = tell_at(kind="retry", moment=Moment.DAILY, timing=late, written_at=written, now=written)
    assert due == at("2026-11-24 09:30")


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        # Half an hour's change, a zone of half an hour, one of three quarters, and none at all.
        ("Australia/Lord_Howe", "2026-10-03 22:00", 8.5),
        ("Australia/Lord_Howe", "2026-04-04 22:00", 9.5),
        ("Asia/Kolkata", "2026-10-24 22:00", 9),
        ("Asia/Kathmandu", "2026-03-28 22:00", 9),
        ("America/St_Johns", "2026-03-07 22:00", 8),
        ("America/St_Johns", "2026-10-31 22:00", 10),
    ],
)
def test_nights_of_half_hour_zones_and_half_hour_changes_end_on_the_wall_clock(
    zone: str, evening: str, hours: float
) -> None:
    place = ZoneInfo(zone)
    night = replace(NIGHT, zone=place)
    assert quiet_ends(night, at(evening, place)) - at(evening, place) == timedelta(hours=hours)


def test_an_end_in_the_hour_that_the_clock_repeats_comes_once_and_does_not_go_back() -> None:
    short = Timing(zone=MADRID, quiet_from=time(0), quiet_until=time(2, 30))
    first_end = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert quiet_ends(short, first_end - timedelta(minutes=10)) == first_end
    second_time_round = first_end + timedelta(minutes=40)
    assert quiet_ends(short, second_time_round) == second_time_round


def test_a_member_who_moved_gets_the_digest_at_the_hour_of_the_new_place() -> None:
    written = at("2026-11-23 12:00")
    moved = replace(NIGHT, zone=ZoneInfo("America/New_York"))
    due = tell_at(kind="retry", moment=Moment.DAILY, timing=moved, written_at=written, now=written)
    assert due == at("2026-11-23 08:00", moved.zone)


TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
TIMINGS = st.builds(
    Timing,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    quiet_from=st.none() | TIMES,
    quiet_until=TIMES,
    urgent_breaks_through=st.booleans(),
    digest_at=TIMES,
    digest_weekday=st.integers(0, 6),
)
MOMENTS = st.integers(0, 21 * 365 * 1440).map(
    lambda minutes: datetime(2009, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(timing=TIMINGS, now=MOMENTS)
def test_quiet_hours_hold_a_reminder_for_less_than_two_days_and_then_let_it_go(
    timing: Timing, now: datetime
) -> None:
    told = quiet_ends(timing, now)
    # Two days: the date line once took a day away from a whole island.
    assert now <= told <= now + timedelta(days=2)


@given(
    timing=TIMINGS,
    written=MOMENTS,
    moment=st.sampled_from([Moment.DAILY, Moment.WEEKLY]),
)
def test_a_digest_comes_within_its_period_and_never_before_the_news(
    timing: Timing, written: datetime, moment: Moment
) -> None:
    awake = replace(timing, quiet_from=None)
    told = tell_at(kind="retry", moment=moment, timing=awake, written_at=written, now=written)
    period = timedelta(days=1 if moment is Moment.DAILY else 7)
    assert written < told <= written + period + timedelta(days=1, hours=1)


@given(timing=TIMINGS, written=MOMENTS, late=st.integers(0, 20_000), moment=st.sampled_from(Moment))
def test_nothing_is_told_in_quiet_hours_and_asking_again_then_lets_it_go(
    timing: Timing, written: datetime, late: int, moment: Moment
) -> None:
    def ask(now: datetime) -> datetime:
        return tell_at(kind="retry", moment=moment, timing=timing, written_at=written, now=now)

    told = ask(written + timedelta(minutes=late))
    assert told.utcoffset() == timedelta(0)
    assert quiet_ends(timing, told) == told
    assert ask(told) == told
