"""What /readyz says: is the instance able to do its work? Nothing of any household."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from kombu import Connection

from operations.clock import doubted_marks
from operations.models import Pulse
from operations.pulses import BEAT, SELF_TICK, is_stale, tick_interval
from reminders.holding import is_held
from reminders.models import Notification

BROKER_TIMEOUT = 1
OVERDUE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Readiness:
    is_ready: bool
    report: dict[str, Any]


def readiness(*, now: datetime, started_at: datetime) -> Readiness:
    """`started_at` is when this process began: a scheduler that has had no time yet is no fault."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        pulses = Pulse.objects.in_bulk([BEAT, SELF_TICK])
        is_doubted = doubted_marks().exists()
        held = is_held()
        waiting = Notification.objects.waiting().aggregate(oldest=Min("next_try_at"))["oldest"]
    except DatabaseError:
        return Readiness(False, {"database": "unreachable"})
    beat = pulses.get(BEAT)
    starting = now - started_at < 3 * tick_interval()
    self_ticking = not is_stale(pulses.get(SELF_TICK), now=now)
    ticks = starting or self_ticking or not is_stale(beat, now=now)
    broker = broker_answers()
    lag = max(now - waiting, timedelta()) if waiting else timedelta()
    report = {
        "database": "ok",
        "broker": "ok" if broker else "unreachable",
        "beat_seconds_ago": round((now - beat.at).total_seconds()) if beat else None,
        "beat": "ok" if not is_stale(beat, now=now) else "starting" if starting else "silent",
        "self_ticking": self_ticking and is_stale(beat, now=now),
        "clock": "doubted" if is_doubted else "ok",
        "outbox": "held" if held else "ok",
        "oldest_unsent_seconds": round(lag.total_seconds()),
    }
    return Readiness(ticks and broker and not is_doubted, report)


def broker_answers() -> bool:
    try:
        with Connection(
            settings.CELERY_BROKER_URL,
            transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            connect_timeout=BROKER_TIMEOUT,
        ) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT)
            broker.default_channel  # noqa: B018  (the file broker checks its folders here)
    except Exception:  # each broker raises errors of its own kind
        return False
    return True
