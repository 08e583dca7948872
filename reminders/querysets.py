"""Every named query over the outbox, and the claims of delivery."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.db.models import F, Q

from households.querysets import HouseholdQuerySet

if TYPE_CHECKING:
    from households.models import Membership
    from reminders.models import Notification

# A weekly digest is the farthest that anything is put off, and a day for the date line.
LONGEST_WAIT = timedelta(days=9)


def _claimable(now: datetime) -> tuple[dict[str, Any], ...]:
    far = now + LONGEST_WAIT
    return (
        {"state": "waiting", "next_try_at__lte": now},
        {"state": "waiting", "next_try_at__gt": far},
        {"state": "sending", "lease_until__lt": now},
        {"state": "sending", "lease_until__gt": far},
    )


class NotificationQuerySet(HouseholdQuerySet["Notification"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def inbox_of(self, member: "Membership") -> Self:
        """What the member finds in Parley's inbox."""
        return self.of(member.household).filter(member=member, channel="inbox", state="sent")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def claimable(self, now: datetime) -> Self:
        """To be sent, waiting and due, or held by somebody whose lease has run out.

        A time that no pause and no digest can reach was set by a wrong clock: it does not count."""
        any_of = reduce(or_, (Q(**part) for part in _claimable(now)))
        return self.filter(any_of)

    def members_to_be_told(self, now: datetime, *, most: int) -> list[int]:
        """The members of the first `most` claimable rows.

        Four questions that an index answers each: as one, SQLite reads all that was ever sent."""
        parts = (
            self.filter(**part).order_by("next_try_at", "id")[:most] for part in _claimable(now)
        )
        found = [row for part in parts for row in part.values_list("next_try_at", "id", "member")]
        return list(dict.fromkeys(member for _at, _key, member in sorted(found)[:most]))

    def held(self, rows: Iterable["Notification"]) -> Self:
        """Those of the rows that whoever claimed them still holds: each with the token of then."""
        by_token: dict[int, list[int]] = {}
        for row in rows:
            by_token.setdefault(row.token, []).append(row.pk)
        if len(by_token) == 1:
            ((token, keys),) = by_token.items()
            return self.filter(token=token, pk__in=keys, state="sending")
        # None of no rows: an empty condition would be all rows.
        any_of = Q(pk__in=[])
        for token, keys in by_token.items():
            any_of |= Q(token=token, pk__in=keys)
        return self.filter(any_of, state="sending")

    def take(self, ids: list[int], *, lease_until: datetime) -> int:
        return self.filter(pk__in=ids).update(
            state="sending", lease_until=lease_until, token=F("token") + 1
        )
