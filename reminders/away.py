"""Who is told in whose place while a member is away. Imports no Django.

The sweep asks the same in its one statement (`outbox.WRITE`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reminders.timing import URGENT_KINDS


@dataclass(frozen=True, slots=True)
class Away:
    """From `from_at` up to `until_at` the reminders of `member` go to `stand_in`."""

    member: int
    stand_in: int
    from_at: datetime
    until_at: datetime
    urgent_still_told: bool

    def is_at(self, moment: datetime) -> bool:
        return self.from_at <= moment < self.until_at


def is_spared(member: int, kind: str, absences: Iterable[Away], now: datetime) -> bool:
    """The member is away, and has not chosen to be told of this kind all the same."""
    return any(
        away.member == member
        and away.is_at(now)
        and not (away.urgent_still_told and kind in URGENT_KINDS)
        for away in absences
    )


def stands_in_for(
    member: int, in_charge: int | None, absences: Iterable[Away], now: datetime
) -> bool:
    """The member is told in the place of who is in charge of the case."""
    return any(
        (away.stand_in, away.member) == (member, in_charge) and away.is_at(now) for away in absences
    )
