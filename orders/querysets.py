"""Every named query over orders and parcels."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Case, Count, DateTimeField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from households.querysets import HouseholdQuerySet

if TYPE_CHECKING:
    from orders.models import ImportDraft, Order, Parcel

# Sorts what has no deadline ahead behind what has one.
NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)


class OrderQuerySet(HouseholdQuerySet["Order"]):
    def current(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)

    def search(self, words: str) -> Self:
        """By a part of the number, of an item's title or of the seller's name."""
        words = words.strip()
        if not words:
            return self
        with_title = self.model.objects.filter(items__title__icontains=words).values("pk")
        return self.filter(
            Q(number__icontains=words) | Q(seller__name__icontains=words) | Q(pk__in=with_title)
        )

    def ending_before(self, moment: datetime, *, now: datetime) -> Self:
        """Protected still, but not beyond that moment."""
        return self.filter(protection_ends_at__gt=now, protection_ends_at__lt=moment)

    def in_trouble(self) -> Self:
        """With a case that is not settled."""
        open_case = self.model.objects.filter(cases__isnull=False, cases__settled_at__isnull=True)
        return self.filter(pk__in=open_case.values("pk"))

    def with_age(self) -> Self:
        """Adds `since`: when it was placed or, that unknown, written down."""
        return self.annotate(since=Coalesce("placed_at", "created_at"))

    def with_deadline_ahead(self, now: datetime) -> Self:
        """Adds `ahead`: the end of protection, or the end of time when it has passed or is unknown."""
        return self.annotate(
            ahead=Case(
                When(protection_ends_at__gt=now, then=F("protection_ends_at")),
                default=Value(NO_DEADLINE),
                output_field=DateTimeField(),
            )
        )

    def with_open_cases(self) -> Self:
        """Adds `open_cases`, the number of cases that are not settled.

        Counted by itself for each order: grouping the wide rows of all would cost more than the rest.
        """
        unsettled = self.model.objects.filter(
            pk=OuterRef("pk"), cases__isnull=False, cases__settled_at__isnull=True
        )
        counted = unsettled.order_by().values("pk").annotate(n=Count("cases")).values("n")
        return self.annotate(open_cases=Coalesce(Subquery(counted), 0))


class ParcelQuerySet(HouseholdQuerySet["Parcel"]):
    pass


class ImportDraftQuerySet(HouseholdQuerySet["ImportDraft"]):
    def unfinished(self, now: datetime) -> Self:
        """Confirmed, not at their end, and nobody is at them."""
        idle = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
        return self.filter(idle, confirmed_at__isnull=False, finished_at__isnull=True)
