"""What an operator can do about the outbox: send again what was given up, drop what need not go."""

from datetime import datetime

from languages.sentences import say
from reminders.models import Channel, Notification
from reminders.querysets import NotificationQuerySet

State = Notification.State
GIVEN_UP = (State.FAILED, State.DEAD, State.DROPPED)
UNSENT = (State.WAITING, State.FAILED, State.DEAD)


def send_again(rows: NotificationQuerySet, *, now: datetime) -> int:
    """Put back what failed, died or was dropped; how many. Whether it is still true is asked again.

    What was sent stays sent: nobody gets it twice.
    """
    return (
        rows.exclude(channel=Channel.INBOX)
        .filter(state__in=GIVEN_UP)
        .update(state=State.WAITING, next_try_at=now, created_at=now, refusals=0, last_error="")
    )


def drop(rows: NotificationQuerySet, *, by: str) -> int:
    """Let what is not sent stay unsent, with who said so; how many."""
    return rows.filter(state__in=UNSENT).update(
        state=State.DROPPED, lease_until=None, last_error=say("dropped by {who}", who=by)
    )
