"""From which moment to which a member is away: whole days on their own clock. Imports no Django."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moments_of(from_on: date, until_on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first day's midnight to the midnight that ends the last, in UTC.

    Of a midnight that a clock repeats it is the first; one that a clock skips is read by the clock
    before the skip, which is the first moment of that day.
    """
    return _begins(from_on, zone), _begins(until_on + timedelta(days=1), zone)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
