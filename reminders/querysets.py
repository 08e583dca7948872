"""Every named query over the outbox, and the claims of delivery."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q

from households.querysets import HouseholdQuerySet

if TYPE_CHECKING:
    from households.models import Membership
    from reminders.models import Notification

# A weekly digest is the farthest that anything is put off, and a day for the date line.
LONGEST_WAIT = timedelta(days=9)


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
        due = Q(next_try_at__lte=now) | Q(next_try_at__gt=now + LONGEST_WAIT)
        lost = Q(lease_until__lt=now) | Q(lease_until__gt=now + LONGEST_WAIT)
        return self.filter(Q(state="waiting") & due | Q(state="sending") & lost)

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
