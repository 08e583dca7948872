"""Every named query over the outbox, and the claims of delivery."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q

from households.querysets import HouseholdQuerySet

if TYPE_CHECKING:
    from households.models import Membership
    from reminders.models import Notification


class NotificationQuerySet(HouseholdQuerySet["Notification"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def inbox_of(self, member: "Membership") -> Self:
        """What the member finds in Parley's inbox."""
        return self.of(member.household).filter(member=member, channel="inbox", state="sent")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def claimable(self, now: datetime) -> Self:
        """Waiting and due, or held by somebody whose lease has run out."""
        return self.filter(
            Q(state="waiting", next_try_at__lte=now) | Q(state="sending", lease_until__lt=now)
        )

    def held(self, pk: int, token: int) -> Self:
        """The row, if whoever claimed it with this token still holds it."""
        return self.filter(pk=pk, token=token, state="sending")

    def take(self, ids: list[int], *, lease_until: datetime) -> int:
        return self.filter(pk__in=ids).update(
            state="sending", lease_until=lease_until, token=F("token") + 1
        )
