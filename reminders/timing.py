"""When a member is told: at once, after their quiet hours, or in a digest. Imports no Django.

Asked again at the moment of sending, so that a changed choice, a late sweep and a pause of the mail
server are all judged by the clock of the member as it is then.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

A_DAY = timedelta(days=1)
# Steps that end in lost money; they may break through quiet hours.
URGENT_KINDS = frozenset({"escalate", "protection_warning"})


class Moment(StrEnum):
    """When a kind of step is told through a channel."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A member's own hours, on their own clock. Without `quiet_from` no hour is quiet."""

    zone: ZoneInfo
    quiet_from: time | None = None
    quiet_until: time | None = None
    urgent_breaks_through: bool = False
    digest_at: time = time(8)
    # Of the weekly digest: 0 is Monday.
    digest_weekday: int = 0


def tell_at(
    *, kind: str, moment: Moment, timing: Timing, written_at: datetime, now: datetime
) -> datetime:
    """From when on the step may be told: `now`, or a later moment in UTC.

    `written_at`: when it became true; a digest is the first one after that. A digest that an outage
    delayed into the quiet hours waits for their end, as one whose hour lies in them does.
    """
    at = now
    if moment in (Moment.DAILY, Moment.WEEKLY):
        every_day = moment is Moment.DAILY
        at = max(now, _next_digest(timing, written_at, every_day=every_day))
    if kind in URGENT_KINDS and timing.urgent_breaks_through:
        return at
    return quiet_ends(timing, at)


def quiet_ends(timing: Timing, now: datetime) -> datetime:
    """`now` outside the quiet hours, else their end, in UTC.

    The hours are those of the clock on the wall: a night in which the clocks change is an hour
    shorter or longer, and an end that a clock skips comes right after the skipped hour.
    """
    begins, ends = timing.quiet_from, timing.quiet_until
    if begins is None or ends is None or begins == ends:
        return now
    local = now.astimezone(timing.zone)
    clock = local.time().replace(tzinfo=None)
    if begins < ends:
        is_quiet, day = begins <= clock < ends, local.date()
    else:
        is_quiet = clock >= begins or clock < ends
        day = local.date() + (A_DAY if clock >= begins else timedelta(0))
    if not is_quiet:
        return now
    # In the hour that a clock repeats, the first such end may be behind already.
    end = datetime.combine(day, ends, timing.zone)
    return max(now, end.astimezone(UTC))


def _next_digest(timing: Timing, after: datetime, *, every_day: bool) -> datetime:
    """The member's first digest later than `after`, in UTC."""
    local = after.astimezone(timing.zone)
    days = 0 if every_day else (timing.digest_weekday - local.weekday()) % 7
    step = A_DAY if every_day else 7 * A_DAY
    day = local.date() + timedelta(days=days)
    while True:
        digest = datetime.combine(day, timing.digest_at, timing.zone).astimezone(UTC)
        if digest > after:
            return digest
        day += step
