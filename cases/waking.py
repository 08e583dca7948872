"""When the buyer is awake: nobody acts on a step that comes due at night. Imports no Django."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

AWAKE_FROM = time(8)
AWAKE_UNTIL = time(21)


def waking_time_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from here on at which the buyer is awake (local wall clock), in UTC."""
    local = moment.astimezone(zone)
    if local.time() < AWAKE_FROM:
        local = datetime.combine(local.date(), AWAKE_FROM, zone)
    elif local.time() >= AWAKE_UNTIL:
        local = datetime.combine(local.date() + timedelta(days=1), AWAKE_FROM, zone)
    return max(moment, local.astimezone(UTC)).astimezone(UTC)


def waking_time_before(moment: datetime, zone: ZoneInfo) -> datetime:
    """The last moment up to here at which the buyer is awake, in UTC."""
    local = moment.astimezone(zone)
    if local.time() > AWAKE_UNTIL:
        local = datetime.combine(local.date(), AWAKE_UNTIL, zone)
    elif local.time() < AWAKE_FROM:
        local = datetime.combine(local.date() - timedelta(days=1), AWAKE_UNTIL, zone)
    return min(moment, local.astimezone(UTC)).astimezone(UTC)
