"""The beat table, in code: interval ticks in UTC only. What is due, and when, is in the database."""

from datetime import timedelta
from typing import Any

from django.conf import settings


def beat_schedule() -> dict[str, Any]:
    """Read when the Celery application asks, so that the settings are there."""
    tick = timedelta(seconds=settings.TICK_SECONDS)
    return {
        # A minute is the finest promise the pages make ('due at 14:00'); a missed tick is made up
        # by the next one, so an old message must expire instead of running late. The task rings
        # for delivery when it ends.
        "sweep": {
            "task": "operations.tasks.sweep",
            "schedule": tick,
            "options": {"expires": 0.9 * settings.TICK_SECONDS},
        },
        # Apart from delivery: a program that hangs must hold up no mail.
        "tell_webhooks": {
            "task": "operations.tasks.tell_webhooks",
            "schedule": tick,
            "options": {"expires": 0.9 * settings.TICK_SECONDS},
        },
        # A large import is begun at once by a ring; this goes on with one whose worker died.
        "run_imports": {
            "task": "orders.tasks.run_imports",
            "schedule": tick,
            "options": {"expires": 0.9 * settings.TICK_SECONDS},
        },
        # Answers that wait in a mailbox may wait a little longer; servers dislike more.
        "fetch_mail": {
            "task": "operations.tasks.fetch_mail",
            "schedule": 2 * tick,
            "options": {"expires": 1.8 * settings.TICK_SECONDS},
        },
    }
