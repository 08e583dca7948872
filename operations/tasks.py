"""The ticks: thin tasks that read the clock once and call one service."""

import logging
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from operations.pulses import BEAT, record_pulse
from operations.ticking import deliver_now, fetch_now, sweep_now, tell_webhooks_now

log = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """Beat's tick: fire what is due, then ring for delivery."""
    now = timezone.now()
    record_pulse(BEAT, now=now)
    try:
        sweep_now(now=now)
    finally:
        # What waits from before must go also when a sweep fails.
        ring_for_delivery()


@shared_task
def deliver() -> None:
    deliver_now(now=timezone.now())


@shared_task
def tell_webhooks() -> None:
    tell_webhooks_now(now=timezone.now())


@shared_task
def fetch_mail() -> None:
    fetch_now(now=timezone.now())


def ring_for_sweep() -> None:
    """Beat's first tick, as it starts: what came due while nothing ran need not wait for more."""
    _ring(sweep)


def ring_for_delivery() -> None:
    """Wake a worker for the outbox. With the broker down, the next tick rings again."""
    _ring(deliver)


def _ring(task: "Task[Any, Any]") -> None:
    try:
        task.apply_async(expires=0.9 * settings.TICK_SECONDS, retry=False)
    except Exception as fault:  # each broker raises errors of its own kind
        log.warning("the broker was not reached: %s", fault)
