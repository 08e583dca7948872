"""The arithmetic of the pictures, over plain values."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext


def months_until(now: datetime, count: int, zone: ZoneInfo) -> list[datetime]:
    """The beginnings, in UTC, of the last `count` months on that clock; the last holds `now`."""
    local = now.astimezone(zone)
    months = [local.year * 12 + local.month - 1 - back for back in reversed(range(count))]
    return [
        datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).astimezone(UTC) for month in months
    ]


def half_answered_after(waits: Iterable[tuple[timedelta, bool]]) -> timedelta | None:
    """After how long half of the messages had an answer; None if more than half stay without.

    `waits`: for each message how long, and whether an answer ended it. One that still waits tells
    only that it took longer (Kaplan and Meier), so silence is not left out.
    """
    # At the same wait, an answer comes before what was not waited for any longer.
    ordered = sorted(waits, key=lambda wait: (wait[0], not wait[1]))
    unanswered = 1.0
    for place, (wait, is_answered) in enumerate(ordered):
        if is_answered:
            unanswered *= 1 - 1 / (len(ordered) - place)
            if unanswered <= 0.5:
                return wait
    return None


def said_length(length: timedelta) -> str:
    """'40 minutes', '7 hours' or '3 days': the largest unit that is at least two, rounded."""
    minutes = round(length.total_seconds() / 60)
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
