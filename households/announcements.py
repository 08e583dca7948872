"""How a lower app tells a higher one something in the same transaction.

Each announcement is a module-level object of the app that makes it; whoever must hear it subscribes
once, in its AppConfig.ready. That keeps the import arrows one way, in the open, without signals.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, ParamSpec, TypeVar

from households.models import Membership, User

P = ParamSpec("P")
R = TypeVar("R")


class Announcement(Generic[P, R]):
    """Calls every subscriber in turn; what a subscriber raises undoes the transaction."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[P, R]] = []

    def subscribe(self, subscriber: Callable[P, R]) -> None:
        if subscriber not in self._subscribers:
            self._subscribers.append(subscriber)

    def announce(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """What the subscribers gave back, in the order in which they subscribed."""
        return [subscriber(*args, **kwargs) for subscriber in self._subscribers]


# (member, heir, now): the membership has ended; the heir, if any, takes over what was theirs.
member_left: Announcement[[Membership, Membership | None, datetime], None] = Announcement()
# (person, now): the clock on which this person is awake is another one.
zone_changed: Announcement[[User, datetime], None] = Announcement()
