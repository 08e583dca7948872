"""When a seller works: every case of time and calendars that others got wrong, by name."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sellers.calendar import WEEKDAYS, Hours, Peak, Timeline, WorkingCalendar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MADRID, SHANGHAI = ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Shanghai")
ALWAYS = dict.fromkeys(WEEKDAYS, (time(0), time.max))
NIGHTS = dict.fromkeys(WEEKDAYS, (time(22), time(6)))


def office(opens: int = 9, closes: int = 17) -> Hours:
    weekend = ("sat", "sun")
    return {day: None if day in weekend else (time(opens), time(closes)) for day in WEEKDAYS}


def calendar(hours: Hours, zone: str = "Europe/Madrid", **changes: object) -> WorkingCalendar:
    return WorkingCalendar(zone=ZoneInfo(zone), hours=hours, **changes)


def at(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))


def madrid(*parts: int) -> datetime:
    return at("Europe/Madrid", *parts)


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
openings = st.none() | st.tuples(clocks, st.just(time.max) | clocks)
weeks = st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, openings)).filter(lambda w: any(w.values()))
zones = st.sampled_from(
    [
        "UTC",
        "Asia/Shanghai",
        "Europe/Madrid",
        "America/New_York",
        "America/Santiago",  # its clocks change at midnight
        "Asia/Kolkata",
        "Australia/Lord_Howe",  # half an hour of summer time
        "Pacific/Kiritimati",
        "Pacific/Apia",
    ]
)
moments = st.timedeltas(timedelta(), 4 * 365 * DAY).map(
    lambda passed: datetime(2025, 1, 1, tzinfo=UTC) + passed
)
days_off = st.frozensets(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=30)
peaks = st.sampled_from([(), (Peak(name="sale", starts=(11, 20), ends=(1, 5), pace=0.6),)])
calendars = st.builds(
    WorkingCalendar,
    zone=zones.map(ZoneInfo),
    hours=weeks,
    country=st.sampled_from(["", "CN", "ES"]),
    days_off=days_off,
    peaks=peaks,
)
durations = st.floats(0.01, 300)


# What others got wrong


def test_friday_afternoon_and_an_hour_is_monday_morning() -> None:
    friday, monday = madrid(2026, 7, 10, 16, 30), madrid(2026, 7, 13, 9, 30)
    assert calendar(office()).add_working_time(friday, HOUR) == monday


def test_monday_evening_and_four_hours_is_tuesday_before_noon() -> None:
    monday, tuesday = madrid(2026, 7, 13, 17), madrid(2026, 7, 14, 11)
    assert calendar(office(8, 18)).add_working_time(monday, 4 * HOUR) == tuesday


def test_an_hour_before_that_is_tuesday_at_ten_and_not_in_the_night() -> None:
    monday, tuesday = madrid(2026, 7, 13, 17), madrid(2026, 7, 14, 10)
    assert calendar(office(8, 18)).add_working_time(monday, 3 * HOUR) == tuesday


def test_round_the_clock_for_ten_days_is_exactly_240_hours() -> None:
    begins = madrid(2026, 7, 1, 7, 13)
    assert calendar(ALWAYS).working_hours_between(begins, begins + 10 * DAY) == 240
    assert calendar(ALWAYS).hours_a_day == 24


def test_holiday_of_one_seller_is_nobody_elses() -> None:
    noon = madrid(2026, 7, 15, 12)
    away = calendar(office(), days_off=frozenset({date(2026, 7, 15)}))
    assert not away.is_open(noon)
    assert calendar(office()).is_open(noon)


@settings(max_examples=150, deadline=None)
@given(zones, weeks, days_off, st.dates(date(2025, 1, 1), date(2028, 12, 31)), moments, durations)
def test_one_more_day_off_never_moves_anything_earlier(
    zone: str, week: Hours, off: frozenset[date], more: date, start: datetime, hours: float
) -> None:
    before = calendar(week, zone, days_off=off)
    after = calendar(week, zone, days_off=off | {more})
    assert after.add_working_hours(start, hours) >= before.add_working_hours(start, hours)
    assert after.next_opening(start) >= before.next_opening(start)


# Public holidays


@pytest.mark.parametrize(("month", "day"), [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])
def test_weekend_day_made_up_for_in_china_is_worked(month: int, day: int) -> None:
    noon = at("Asia/Shanghai", 2026, month, day, 12)
    assert noon.weekday() >= 5
    assert calendar(office(), "Asia/Shanghai", country="CN").is_open(noon)
    assert not calendar(office(), "Asia/Shanghai", country="ES").is_open(noon)


def test_golden_week_is_not_worked() -> None:
    shop = calendar(office(), "Asia/Shanghai", country="CN")
    eve = at("Asia/Shanghai", 2026, 9, 30, 16)
    assert shop.add_working_time(eve, 2 * HOUR) == at("Asia/Shanghai", 2026, 10, 8, 10)


def test_own_day_off_wins_over_a_make_up_day() -> None:
    shop = calendar(office(), country="CN", days_off=frozenset({date(2026, 2, 14)}))
    assert not shop.is_open(madrid(2026, 2, 14, 12))


# Changes of clocks, midnight, the date line, leap days


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Madrid", (2026, 3, 29), 23),
        ("Europe/Madrid", (2026, 10, 25), 25),
        ("America/New_York", (2026, 3, 8), 23),
        ("America/New_York", (2026, 11, 1), 25),
        ("Australia/Lord_Howe", (2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", (2026, 10, 4), 23.5),
        ("America/Santiago", (2026, 9, 6), 23),
        ("Asia/Kolkata", (2026, 3, 29), 24),
        ("Pacific/Kiritimati", (2026, 3, 29), 24),
    ],
)
def test_day_of_a_change_of_clocks_has_the_hours_that_pass(
    zone: str, day: tuple[int, int, int], hours: float
) -> None:
    midnight = at(zone, *day)
    next_midnight = datetime.combine(midnight.date() + DAY, time(), ZoneInfo(zone))
    assert calendar(ALWAYS, zone).working_hours_between(midnight, next_midnight) == hours


@pytest.mark.parametrize(
    ("zone", "saturday"), [("Europe/Madrid", (2026, 3, 28)), ("America/New_York", (2026, 10, 31))]
)
def test_shop_opens_at_nine_by_its_own_clock_after_the_change(
    zone: str, saturday: tuple[int, int, int]
) -> None:
    evening = at(zone, *saturday, 20)
    opening = calendar(office(), zone).next_opening(evening)
    assert opening == at(zone, *saturday, 9) + 2 * DAY


def test_night_shift_over_a_change_of_clocks_is_an_hour_shorter_or_longer() -> None:
    for evening, hours in ((madrid(2026, 3, 28, 22), 7), (madrid(2026, 10, 24, 22), 9)):
        noon = evening + timedelta(hours=14)
        assert calendar(NIGHTS).working_hours_between(evening, noon) == hours


def test_hours_that_summer_time_takes_away_never_count_below_nothing() -> None:
    small_hours = calendar(dict.fromkeys(WEEKDAYS, (time(2, 30), time(3))))
    saturday = madrid(2026, 3, 28, 12)
    assert small_hours.working_hours_between(saturday, saturday + DAY) == 0
    assert small_hours.add_working_hours(saturday, 0.5) == madrid(2026, 3, 30, 3)


def test_monday_on_the_date_line_is_worked_while_europe_has_sunday() -> None:
    monday = at("Pacific/Kiritimati", 2026, 7, 13, 10)
    assert monday.astimezone(MADRID).strftime("%A %H:%M") == "Sunday 22:00"
    assert calendar(office(), "Pacific/Kiritimati").is_open(monday)


def test_half_hour_zone_opens_on_its_own_half_hour() -> None:
    opening = calendar(office(), "Asia/Kolkata").next_opening(at("UTC", 2026, 7, 13, 0, 0))
    assert opening == at("UTC", 2026, 7, 13, 3, 30)


def test_leap_day_is_a_day_of_work_like_others() -> None:
    eve = madrid(2028, 2, 28, 16)
    assert calendar(office()).add_working_time(eve, 2 * HOUR) == madrid(2028, 2, 29, 10)
    assert calendar(office()).working_hours_between(eve, madrid(2028, 3, 1, 10)) == 10


def test_night_after_a_working_day_belongs_to_that_day() -> None:
    fridays = calendar({"fri": (time(20), time(4))})
    assert fridays.is_open(madrid(2026, 7, 11, 3))
    assert not fridays.is_open(madrid(2026, 7, 10, 3))


def test_hours_past_midnight_that_meet_the_next_day_count_once() -> None:
    monday = madrid(2026, 7, 13)
    meeting = calendar({"mon": (time(20), time(10)), "tue": (time(9), time(12))})
    assert meeting.working_hours_between(monday, monday + 3 * DAY) == 16


def test_night_at_either_edge_of_what_is_laid_out_is_not_lost() -> None:
    noon = at("Asia/Shanghai", 2026, 7, 1, 12).timestamp()
    laid_out = Timeline(SHANGHAI, tuple(NIGHTS.values()), "", frozenset(), ()).covering(noon, noon)
    for begins in (laid_out.begins, laid_out.reaches - 86_400):
        assert laid_out.worked_by(begins + 86_400) - laid_out.worked_by(begins) == 8 * 3600


# Peaks, and sellers who are not there


def test_hour_of_work_in_a_peak_counts_for_less() -> None:
    sale = Peak(name="sale", starts=(7, 14), ends=(7, 14), pace=0.5)
    busy = calendar(office(), peaks=(sale,))
    assert busy.working_hours_between(madrid(2026, 7, 13), madrid(2026, 7, 16)) == 20
    assert busy.add_working_hours(madrid(2026, 7, 14, 9), 3) == madrid(2026, 7, 14, 15)


def test_peak_may_cross_the_new_year_and_the_slowest_of_two_counts() -> None:
    winter = Peak(name="winter", starts=(12, 28), ends=(1, 3), pace=0.5)
    slower = Peak(name="slower", starts=(1, 1), ends=(1, 1), pace=0.25)
    busy = calendar(ALWAYS, peaks=(winter, slower))
    assert busy.working_hours_between(madrid(2026, 12, 31), madrid(2027, 1, 2)) == 12 + 6
    assert busy.working_hours_between(madrid(2027, 1, 4), madrid(2027, 1, 5)) == 24


@pytest.mark.parametrize("hours", [{}, dict.fromkeys(WEEKDAYS, None)])
def test_calendar_without_a_working_day_is_refused(hours: Hours) -> None:
    with pytest.raises(ValueError, match="needs a working day"):
        calendar(hours)


@pytest.fixture
def away_for_years() -> WorkingCalendar:
    days = frozenset(date(2020, 1, 1) + n * DAY for n in range(20 * 366))
    return calendar(office(), days_off=days)


def test_seller_who_is_away_for_years_ends_every_search(away_for_years: WorkingCalendar) -> None:
    start = madrid(2026, 7, 13, 12)
    assert away_for_years.next_opening(start) > start + 700 * DAY
    assert away_for_years.add_working_hours(start, 3) > start + 700 * DAY
    assert away_for_years.working_hours_between(start, start + 1000 * DAY) == 0


def test_seller_who_is_away_for_years_answers_vectors_too(away_for_years: WorkingCalendar) -> None:
    start = madrid(2026, 7, 13, 12)
    seconds = start.timestamp() + np.array([0.0, 1e6, 9e6])
    assert away_for_years.worked_at(seconds).tolist() == [0, 0, 0]
    after = away_for_years.moments_after(start, np.array([1.0, 2.0]))
    assert after[0] > (start + 700 * DAY).timestamp()
    assert after[1] - after[0] == 3600


# What holds for any calendar


@settings(max_examples=200, deadline=None)
@given(calendars, moments, durations)
def test_adding_hours_and_counting_them_are_inverse(
    shop: WorkingCalendar, start: datetime, hours: float
) -> None:
    end = shop.add_working_hours(start, hours)
    assume(end < start + 799 * DAY)
    assert shop.working_hours_between(start, end) == pytest.approx(hours, abs=1e-6)
    assert end >= start


@settings(max_examples=200, deadline=None)
@given(calendars, moments, durations)
def test_more_hours_end_later(shop: WorkingCalendar, start: datetime, hours: float) -> None:
    assert shop.add_working_hours(start, hours) < shop.add_working_hours(start, hours + 0.1)


@settings(max_examples=150, deadline=None)
@given(calendars, st.lists(moments, min_size=2, max_size=12))
def test_many_moments_at_once_count_as_each_alone(
    shop: WorkingCalendar, instants: list[datetime]
) -> None:
    instants.sort()
    worked = shop.worked_at(np.array([moment.timestamp() for moment in instants]))
    alone = [shop.working_hours_between(instants[0], moment) for moment in instants]
    assert worked.tolist() == alone


@settings(max_examples=150, deadline=None)
@given(calendars, moments, st.lists(durations, min_size=1, max_size=12))
def test_many_durations_at_once_end_as_each_alone(
    shop: WorkingCalendar, start: datetime, hours: list[float]
) -> None:
    hours.sort()
    ends = shop.moments_after(start, np.array(hours))
    alone = [shop.add_working_hours(start, one).timestamp() for one in hours]
    # At the minute of closing one may say 'closing' and the other 'next opening'.
    for end, other in zip(ends, alone, strict=True):
        between = sorted([end, other])
        first, last = (datetime.fromtimestamp(moment, UTC) for moment in between)
        assert shop.working_hours_between(first, last) == pytest.approx(0, abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(calendars, moments)
def test_next_opening_is_open_and_its_own_next_opening(
    shop: WorkingCalendar, moment: datetime
) -> None:
    opening = shop.next_opening(moment)
    assert opening >= moment
    assert shop.is_open(opening)
    assert shop.next_opening(opening) == opening
    assert shop.working_hours_between(moment, opening) == 0


@settings(max_examples=150, deadline=None)
@given(calendars, st.lists(moments, min_size=3, max_size=3))
def test_work_between_adds_up(shop: WorkingCalendar, instants: list[datetime]) -> None:
    first, middle, last = sorted(instants)
    parts = shop.working_hours_between(first, middle) + shop.working_hours_between(middle, last)
    assert shop.working_hours_between(first, last) == pytest.approx(parts)
    assert 0 <= parts <= (last - first) / HOUR + 1e-6


def test_work_between_is_none_when_the_end_comes_first() -> None:
    start = madrid(2026, 7, 13, 12)
    assert calendar(office()).working_time_between(start, start - DAY) == timedelta()


# The timeline grows


def judged(timeline: Timeline, start: datetime) -> list[float]:
    """Figures of one moment, to the last bit."""
    since = start.timestamp()
    stretch = timeline.covering(since, since + 90 * 86_400)
    return [
        timeline.opening_after(since),
        timeline.moment_after(since, 12_345.0),
        timeline.moment_after(since, 1_000_000.0),
        stretch.worked_by(since + 90 * 86_400) - stretch.worked_by(since),
        *timeline.moments_after(since, np.array([0.0, 777.0, 55_555.0])).tolist(),
    ]


def new_timeline() -> Timeline:
    sale = Peak(name="sale", starts=(11, 9), ends=(11, 14), pace=0.6)
    return Timeline(SHANGHAI, tuple(office().values()), "CN", frozenset(), (sale,))


STARTS = [madrid(2026, 1, 1, 3) + timedelta(hours=997 * n) for n in range(40)]


@pytest.mark.parametrize("starts", [STARTS, STARTS[::-1], STARTS[::2] + STARTS[1::2]])
def test_answers_do_not_depend_on_how_the_timeline_grew(starts: list[datetime]) -> None:
    grown = new_timeline()
    assert {start: judged(grown, start) for start in starts} == {
        start: judged(new_timeline(), start) for start in starts
    }


def test_answer_far_ahead_does_not_depend_on_how_the_timeline_grew() -> None:
    away = frozenset(date(2026, 7, 20) + n * DAY for n in range(1200))
    start, week = madrid(2026, 7, 18).timestamp(), tuple(office().values())
    fresh, grown = (Timeline(MADRID, week, "", away, ()) for _ in range(2))
    grown.covering(start, start + 3000 * 86_400)
    assert grown.opening_after(start) == fresh.opening_after(start)
    assert grown.moment_after(start, 9.0) == fresh.moment_after(start, 9.0)
    worked = np.array([0.0, 9.0])
    ends = [timeline.moments_after(start, worked).tolist() for timeline in (fresh, grown)]
    assert ends[0] == ends[1]


def test_threads_that_grow_a_timeline_together_get_the_same_numbers() -> None:
    shared = new_timeline()
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda start: judged(shared, start), STARTS * 8))
    alone = [judged(new_timeline(), start) for start in STARTS]
    assert together == alone * 8
