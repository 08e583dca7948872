"""The outbox held: nothing goes out until a person has said what becomes of what waits.

A database that was restored from a backup does not know what was sent after it; what it would send
may have arrived days ago.
"""

from datetime import datetime

from languages.sentences import say
from reminders.models import Notification, OutboxHold
from reminders.querysets import NotificationQuerySet

State = Notification.State


def is_held() -> bool:
    return OutboxHold.objects.exists()


def hold_outbox(*, reason: str, now: datetime) -> None:
    """From now on nothing is sent, by whatever process. A hold that stands stays as it is."""
    OutboxHold.objects.get_or_create(pk=OutboxHold.THE_ONE, defaults={"at": now, "reason": reason})


def release_outbox() -> None:
    """What waits goes, as far as it is still true."""
    OutboxHold.objects.all().delete()


def held_rows() -> NotificationQuerySet:
    """What would go now or later, the hold apart."""
    return Notification.objects.filter(state__in=(State.WAITING, State.SENDING))


def discard_held(*, by: str) -> int:
    """Drop all that waits, with who said so; how many. Then the outbox goes on."""
    dropped = held_rows().update(
        state=State.DROPPED, lease_until=None, last_error=say("held, and dropped by {who}", who=by)
    )
    release_outbox()
    return dropped
