"""When a message sent now would be read."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.send_window import send_window
from sellers.calendar import WorkingCalendar

SHANGHAI = WorkingCalendar(
    zone=ZoneInfo("Asia/Shanghai"),
    hours={day: (time(9), time(22)) for day in ("mon", "tue", "wed", "thu", "fri", "sat")},
    country="CN",
)


@pytest.mark.parametrize(
    ("now", "opens_at", "waits"),
    [
        # Tuesday 03:12 in Shanghai.
        (datetime(2026, 11, 23, 19, 12, tzinfo=UTC), datetime(2026, 11, 24, 1, tzinfo=UTC), "5:48"),
        # Saturday 22:00, the closing minute: Monday 09:00.
        (datetime(2026, 11, 28, 14, 0, tzinfo=UTC), datetime(2026, 11, 30, 1, tzinfo=UTC), "35:00"),
        # The eve of the National Day week of 2026 (1 to 7 October).
        (datetime(2026, 9, 30, 14, 0, tzinfo=UTC), datetime(2026, 10, 8, 1, tzinfo=UTC), "179:00"),
    ],
)
def test_closed_store_opens_at_its_own_nine(now: datetime, opens_at: datetime, waits: str) -> None:
    window = send_window(SHANGHAI, now=now, escalate_by=None)
    hours, minutes = map(int, waits.split(":"))
    assert not window.is_open
    assert window.opens_at == opens_at
    assert window.waits == timedelta(hours=hours, minutes=minutes)


def test_open_store_reads_it_now() -> None:
    now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    window = send_window(SHANGHAI, now=now, escalate_by=None)
    assert window.is_open
    assert window.waits == timedelta()
    assert window.there.hour == 9


def test_waiting_for_the_opening_is_not_worth_the_last_safe_moment() -> None:
    now = datetime(2026, 11, 28, 14, 0, tzinfo=UTC)
    opens_at = datetime(2026, 11, 30, 1, tzinfo=UTC)
    assert not send_window(SHANGHAI, now=now, escalate_by=opens_at).may_wait
    later = opens_at + timedelta(minutes=1)
    assert send_window(SHANGHAI, now=now, escalate_by=later).may_wait
