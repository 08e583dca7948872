"""What the operator says of a held outbox: let it go, or let what waits in it be."""

from reminders.holding import discard_held, release_outbox
from webhooks.telling import give_up_waiting


def release() -> None:
    release_outbox()


def discard(*, by: str) -> int:
    """Drop what waits for members and for households' programs; how many."""
    return give_up_waiting() + discard_held(by=by)
