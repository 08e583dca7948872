"""When a message that is sent now would be read: the seller's clock and next opening. No Django."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sellers.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class SendWindow:
    """`opens_at` is now while somebody is at work; `may_wait`: the case is still safe by then."""

    there: datetime
    is_open: bool
    opens_at: datetime
    waits: timedelta
    may_wait: bool


def send_window(
    calendar: WorkingCalendar, *, now: datetime, escalate_by: datetime | None
) -> SendWindow:
    opens_at = calendar.next_opening(now)
    return SendWindow(
        there=now.astimezone(calendar.zone),
        is_open=opens_at <= now,
        opens_at=opens_at,
        waits=max(opens_at - now, timedelta()),
        may_wait=escalate_by is None or opens_at < escalate_by,
    )
