"""Every named query over cases and what hangs on them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models

from cases.vocabulary import OUR_STAGES, Stage
from households.querysets import HouseholdQuerySet

if TYPE_CHECKING:
    from cases.models import Case, CaseEvent, Evidence, FollowUp, SavedView
    from cases.own_messages import OwnMessage
    from cases.people_models import CasePresence, ViewerLink
    from households.models import Membership

SOON = timedelta(days=3)


class CaseQuerySet(HouseholdQuerySet["Case"]):
    def open(self) -> Self:
        return self.exclude(stage=Stage.SETTLED)

    def locked(self) -> Self:
        """With all that a plan reads of it. Only the case itself is locked: PostgreSQL locks no
        outer join, and the sweep passes over a case that somebody holds."""
        return self.select_related(
            "seller", "order", "household", "assignee__user"
        ).select_for_update(of=("self",))

    def ours(self) -> Self:
        return self.filter(stage__in=OUR_STAGES)

    def by_urgency(self, now: datetime) -> Self:
        """What must go on within three days first, by time; then by the money at risk.

        Amounts of several currencies are set side by side as they stand: no rate is known here.
        """
        soon = models.Q(escalate_by__lte=now + SOON)
        return self.order_by(
            models.Case(models.When(soon, then=models.F("escalate_by"))).asc(nulls_last=True),
            models.F("value_minor").desc(nulls_last=True),
            models.F("escalate_by").asc(nulls_last=True),
            "id",
        )

    def matching(self, words: str) -> Self:
        """Cases whose title, seller or order number holds the words."""
        if not words:
            return self
        return self.filter(
            models.Q(title__icontains=words)
            | models.Q(seller__name__icontains=words)
            | models.Q(order__number__icontains=words)
        )


class FollowUpQuerySet(HouseholdQuerySet["FollowUp"]):
    def pending(self) -> Self:
        return self.filter(status="pending")


class EvidenceQuerySet(HouseholdQuerySet["Evidence"]):
    pass


class CaseEventQuerySet(HouseholdQuerySet["CaseEvent"]):
    pass


class OwnMessageQuerySet(HouseholdQuerySet["OwnMessage"]):
    pass


class SavedViewQuerySet(HouseholdQuerySet["SavedView"]):
    def of_member(self, member: "Membership") -> Self:
        return self.of(member.household).filter(member=member)


class ViewerLinkQuerySet(HouseholdQuerySet["ViewerLink"]):
    def standing(self) -> Self:
        """Neither withdrawn nor noted as expired."""
        return self.filter(ended_at__isnull=True)

    def usable(self, now: datetime) -> Self:
        return self.standing().filter(expires_at__gt=now)


class CasePresenceQuerySet(HouseholdQuerySet["CasePresence"]):
    def besides(self, member: "Membership", now: datetime) -> Self:
        """Of the other members of the household, those who are there now."""
        there = self.of(member.household).filter(until__gt=now, member__left_at__isnull=True)
        return there.exclude(member=member)
