"""One tick: a sweep, what was left lying, and a delivery, each pass leaving its pulse."""

import threading
from dataclasses import asdict
from datetime import datetime

from django.conf import settings

from cases.sweep import sweep
from cases.viewer_links import end_expired_links
from inbound.fetching import fetch_mail
from operations.clock import clock_is_believed, mark_tick
from operations.pulses import DELIVER, FETCH, SWEEP, record_pulse
from operations.restored import count_tick, notice_restored
from reminders.delivery import deliver
from reminders.relay import relay
from webhooks.telling import tell_webhooks

_delivering = threading.Lock()
_fetching = threading.Lock()
_telling = threading.Lock()
_stopping = threading.Event()


def sweep_now(*, now: datetime) -> None:
    """A whole tick, unless the clock has leapt."""
    if not mark_tick(now=now):
        return
    count_tick(now=now)
    figures = asdict(sweep(now=now)) | {"now": now.isoformat()}
    record_pulse(SWEEP, now=now, figures=figures)
    relay(now=now)
    end_expired_links(now=now)


def deliver_now(*, now: datetime) -> bool:
    """One pass over the outbox; False when this process is in one already, or the clock has leapt.

    A slow mail server makes a pass long. Were each tick's pass to wait for it too, they would
    soon hold every thread of the worker, and no sweep would find one.
    """
    if not clock_is_believed(now=now) or not _delivering.acquire(blocking=False):
        return False
    try:
        notice_restored(now=now)
        figures = deliver(now=now, should_stop=_stopping.is_set)
        record_pulse(DELIVER, now=now, figures=asdict(figures))
    finally:
        _delivering.release()
    return True


def tell_webhooks_now(*, now: datetime) -> bool:
    """One pass over what the households' programs are to be told; False as for `deliver_now`."""
    if not clock_is_believed(now=now) or not _telling.acquire(blocking=False):
        return False
    try:
        notice_restored(now=now)
        tell_webhooks(now=now)
    finally:
        _telling.release()
    return True


def fetch_now(*, now: datetime) -> bool:
    """One pass over the mailbox; False when there is none, and as for `deliver_now`."""
    if not settings.INBOUND_EMAIL_URL or not clock_is_believed(now=now):
        return False
    if not _fetching.acquire(blocking=False):
        return False
    try:
        figures = fetch_mail(now=now)
        record_pulse(FETCH, now=now, figures=asdict(figures))
    finally:
        _fetching.release()
    return True


def stop_ticking() -> None:
    """Let the pass that runs end after the mail in hand: the process is about to end."""
    _stopping.set()
