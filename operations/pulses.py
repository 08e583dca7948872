"""Signs of life: who ticked when, and whether the scheduler is still alive."""

import os
import socket
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from operations.models import Pulse

BEAT, SWEEP, DELIVER, FETCH, SELF_TICK = "beat", "sweep", "deliver", "fetch", "self_tick"
MISSED_TICKS = 3


def source() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def record_pulse(name: str, *, now: datetime, figures: dict[str, Any] | None = None) -> None:
    Pulse.objects.update_or_create(
        name=name, defaults={"at": now, "source": source(), "figures": figures or {}}
    )


def tick_interval() -> timedelta:
    return timedelta(seconds=settings.TICK_SECONDS)


def is_stale(pulse: Pulse | None, *, now: datetime) -> bool:
    """No tick for three intervals; a pulse from the future (the clock was set back) is stale too."""
    return pulse is None or abs(now - pulse.at) > MISSED_TICKS * tick_interval()


def claim_self_tick(*, now: datetime) -> bool:
    """True for one caller an interval: only it ticks in beat's place."""
    Pulse.objects.get_or_create(
        name=SELF_TICK, defaults={"at": now - 10 * tick_interval(), "source": source()}
    )
    row = Pulse.objects.filter(name=SELF_TICK)
    free = row.filter(at__lt=now - tick_interval()) | row.filter(at__gt=now + tick_interval())
    return bool(free.update(at=now, source=source()))
