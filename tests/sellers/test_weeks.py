from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sellers.calendar import WEEKDAYS, Peak, WorkingCalendar
from sellers.weeks import Weeks

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 9, 20, tzinfo=UTC)
SALE = Peak(name="Sale", starts=(9, 25), ends=(9, 28), pace=0.5)


def calendar(opens: int, closes: int, days: int, **more: object) -> WorkingCalendar:
    hours = {
        day: (time(opens), time(closes)) if place < days else None
        for place, day in enumerate(WEEKDAYS)
    }
    return WorkingCalendar(zone=SHANGHAI, hours=hours, country="CN", **more)


def weeks() -> Weeks:
    """By day, by night, and every day with a sale."""
    calendars = (calendar(9, 18, 5), calendar(20, 4, 6), calendar(10, 23, 7, peaks=(SALE,)))
    return Weeks(calendars, (0.5, 0.3, 0.2))


hours = st.floats(0, 24 * 60)


@settings(max_examples=60, deadline=None)
@given(hours, hours)
def test_weeks_looked_up_together_count_as_each_calendar_does(one: float, other: float) -> None:
    side_by_side = weeks()
    begun, ended = sorted((START + timedelta(hours=one), START + timedelta(hours=other)))
    moments = np.array([begun.timestamp(), ended.timestamp()])
    worked = side_by_side.worked_at(moments, moments[0], moments[1])
    each = [c.working_hours_between(begun, ended) for c in side_by_side.calendars]
    assert ((worked[:, 1] - worked[:, 0]) / 3600).tolist() == pytest.approx(each, abs=1e-9)


def test_what_was_asked_before_changes_no_count() -> None:
    asked, fresh = weeks(), weeks()
    far = START.timestamp() + 700 * 86_400
    asked.worked_at(np.array([far]), far, far)
    moments = START.timestamp() + np.arange(0.0, 40 * 86_400, 7919.5)
    counts = [
        each.worked_at(moments, float(moments[0]), float(moments[-1])) for each in (asked, fresh)
    ]
    assert np.array_equal(np.diff(counts[0]), np.diff(counts[1]))
