"""The worker's part of large imports: a thin task that reads the clock once."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from orders.import_running import forget_stale_drafts, run_waiting_drafts

log = logging.getLogger(__name__)


@shared_task
def run_imports() -> None:
    now = timezone.now()
    run_waiting_drafts(now=now)
    forget_stale_drafts(now=now)


def ring_for_imports() -> None:
    """Wake a worker for what was just confirmed. With the broker down, the next tick does it."""
    try:
        run_imports.apply_async(expires=0.9 * settings.TICK_SECONDS, retry=False)
    except Exception as fault:  # each broker raises errors of its own kind
        log.warning("the broker was not reached: %s", fault)
