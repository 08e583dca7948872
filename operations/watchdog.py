"""Ticks in beat's place when it has been silent for three intervals.

A thread in each web and worker process looks at beat's pulse. It waits on a monotonic clock, so a
clock that is set back cannot silence it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from operations.models import Pulse
from operations.pulses import BEAT, claim_self_tick, is_stale
from operations.ticking import deliver_now, sweep_now

log = logging.getLogger(__name__)
# Looks so often that silence is noticed hardly later than it has lasted three intervals.
LOOKS_PER_INTERVAL = 4
_started = threading.Event()


def tick_if_beat_is_silent(*, now: datetime) -> bool:
    """Sweep when beat has missed three ticks and nobody else does; True if it did."""
    if not is_stale(Pulse.objects.filter(name=BEAT).first(), now=now):
        return False
    if not claim_self_tick(now=now):
        return False
    log.warning("beat is silent: this process ticks in its place")
    sweep_now(now=now)
    return True


def start_watchdog() -> None:
    """Start the thread once in this process."""
    if _started.is_set() or not settings.WATCHDOG:
        return
    _started.set()
    threading.Thread(target=_watch, args=(timezone.now,), name="watchdog", daemon=True).start()


def _watch(clock: Callable[[], datetime]) -> None:
    pause = threading.Event()
    # Beat has its time to begin before the first look.
    pause.wait(settings.TICK_SECONDS)
    while not pause.wait(settings.TICK_SECONDS / LOOKS_PER_INTERVAL):
        try:
            now = clock()
            if tick_if_beat_is_silent(now=now):
                # In a thread of its own: a mail server that hangs must not hold up the next sweep.
                threading.Thread(target=_deliver, args=(now,), daemon=True).start()
        except Exception:  # the watchdog must outlive whatever goes wrong
            log.exception("the watchdog's tick failed")
        finally:
            close_old_connections()


def _deliver(now: datetime) -> None:
    try:
        deliver_now(now=now)
    except Exception:  # the next tick tries again
        log.exception("the watchdog's delivery failed")
    finally:
        connection.close()
