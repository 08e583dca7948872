"""Whether the clock may be believed: a wrong one must not tell everybody everything.

Beside each tick the database keeps what the clock said and how long the machine had been up: the
second nobody can set. A clock that has leapt further ahead than the time that passed is doubted, and
nothing is swept or sent until it is right again, a person says that it is, or a day has gone by. An
outage is no leap: the machine was up as long, or is a newly started one.
"""

import ctypes
import logging
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import Max, QuerySet

from operations.models import ClockMark

log = logging.getLogger(__name__)
# What comes due in so little time does no harm when it is told early.
LEAP = timedelta(hours=6)
# Without anything to compare with, a machine that was off for so long is asked about.
LONGEST_OUTAGE = timedelta(days=60)
# Being told too early costs less than never: a clock that nobody has set right for so long is right.
BELIEVED_AFTER = timedelta(days=1)
SET_BACK = timedelta(hours=1)
SAME_MOMENT = timedelta(minutes=5)
# The return value of adjtimex(2) while no time server disciplines the clock.
TIME_ERROR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The clock's `at` beside what nobody sets. `boot` is empty where the system tells of none."""

    at: datetime
    boot: str
    uptime: timedelta
    machine: str
    # Whether a time server keeps the machine's clock, and that clock says the same.
    is_disciplined: bool
    # The database server's clock, where it has one of its own.
    server_at: datetime | None = None


def is_doubtful(reading: Reading, marks: Sequence[ClockMark]) -> bool:
    """Whether the clock is ahead of what the marks of earlier ticks allow. A clock set back is not
    doubted: it fires nothing that has fired."""
    believed = [mark.at for mark in marks if mark.at is not None]
    if not believed or reading.is_disciplined or reading.at - max(believed) <= LEAP:
        return False
    own = next((mark for mark in marks if mark.boot and mark.boot == reading.boot), None)
    if own and _was_doubted_for_long(reading, own):
        return False
    if reading.server_at is not None and reading.at - reading.server_at > LEAP:
        return True
    if own and own.at and own.uptime is not None and own.uptime <= reading.uptime:
        return reading.at - own.at - (reading.uptime - own.uptime) > LEAP
    if _was_doubted_before_the_restart(reading, marks):
        return True
    return reading.at - max(believed) > LONGEST_OUTAGE


def _was_doubted_for_long(reading: Reading, own: ClockMark) -> bool:
    since = own.doubted_uptime
    return since is not None and reading.uptime - since >= BELIEVED_AFTER


def _was_doubted_before_the_restart(reading: Reading, marks: Sequence[ClockMark]) -> bool:
    return any(
        mark.doubted_at is not None and reading.at > mark.doubted_at - LEAP
        for mark in marks
        if mark.machine == reading.machine and mark.boot != reading.boot
    )


def clock_is_believed(*, now: datetime) -> bool:
    """Asked before anything is sent; changes nothing."""
    return not is_doubtful(_read(now), list(ClockMark.objects.all()))


def mark_tick(*, now: datetime) -> bool:
    """Asked before a sweep. Keeps what the clock said if it is believed, else that it is doubted."""
    reading = _read(now)
    marks = list(ClockMark.objects.all())
    own = next((mark for mark in marks if mark.boot == reading.boot), None)
    if is_doubtful(reading, marks):
        if own is None or own.doubted_at is None:
            log.error("the clock has leapt to %s: nothing is swept or sent", now.isoformat())
            ClockMark.objects.update_or_create(
                boot=reading.boot,
                defaults={
                    "machine": reading.machine,
                    "doubted_at": now,
                    "doubted_uptime": reading.uptime,
                },
            )
        return False
    if own is None or own.doubted_at is not None:
        ClockMark.objects.filter(machine=reading.machine).exclude(boot=reading.boot).delete()
    # A clock that was set back leaves the mark where it was: coming right again is no leap.
    if own is None or own.at is None or now > own.at:
        _keep(reading)
    elif own.doubted_at is not None:
        ClockMark.objects.filter(boot=own.boot).update(doubted_at=None, doubted_uptime=None)
    return True


def doubted_marks() -> QuerySet[ClockMark]:
    """Of the machines on which nothing is swept or sent for now."""
    return ClockMark.objects.filter(doubted_at__isnull=False)


def set_back_to(*, now: datetime) -> datetime | None:
    """The last believed tick if the clock stands well before it, else None."""
    newest = ClockMark.objects.aggregate(newest=Max("at"))["newest"]
    return newest if newest is not None and newest - now > SET_BACK else None


def believe_clock(*, now: datetime) -> None:
    """A person says that the clock is right: everything that came due by it is told."""
    doubted_marks().delete()
    _keep(_read(now))
    log.warning("the clock is believed from now on: %s", now.isoformat())


def _keep(reading: Reading) -> None:
    ClockMark.objects.update_or_create(
        boot=reading.boot,
        defaults={
            "machine": reading.machine,
            "at": reading.at,
            "uptime": reading.uptime,
            "doubted_at": None,
            "doubted_uptime": None,
        },
    )


def _read(now: datetime) -> Reading:
    uptime = _uptime()
    return Reading(
        at=now,
        boot=_boot(),
        uptime=uptime,
        machine=socket.gethostname()[:100],
        is_disciplined=_is_synchronised() and abs(_kernel_time(uptime) - now) < SAME_MOMENT,
        server_at=_server_time(),
    )


def _boot() -> str:
    """Linux's name for the time since the machine started; empty elsewhere."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _uptime() -> timedelta:
    """Since the machine started, sleep included."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return timedelta(seconds=time.monotonic() if clock is None else time.clock_gettime(clock))


def _is_synchronised() -> bool:
    """Whether the kernel knows that a time server keeps its clock."""
    try:
        status = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return False
    return bool(0 <= status < TIME_ERROR)


def _kernel_time(uptime: timedelta) -> datetime:
    """The machine's clock as the kernel tells it."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return datetime.min.replace(tzinfo=UTC)
    begun = next((int(line.split()[1]) for line in lines if line.startswith("btime")), 0)
    return datetime.fromtimestamp(begun, UTC) + uptime


def _server_time() -> datetime | None:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
    return at if isinstance(at, datetime) else None
