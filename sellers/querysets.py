"""Every named query over sellers."""

from typing import TYPE_CHECKING, Self

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from households.querysets import HouseholdQuerySet

if TYPE_CHECKING:
    from sellers.models import Seller, SellerCheck


class SellerQuerySet(HouseholdQuerySet["Seller"]):
    def current(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)

    def search(self, words: str) -> Self:
        """By a part of the name or of the store number."""
        words = words.strip()
        if not words:
            return self
        return self.filter(Q(name__icontains=words) | Q(store_id__icontains=words))

    def by_marketplace(self) -> "QuerySet[Seller, str]":
        """The codes of their marketplaces, the one with most sellers first."""
        counted = self.values("marketplace").annotate(sellers=Count("pk"))
        return counted.order_by("-sellers", "marketplace").values_list("marketplace", flat=True)

    def with_sort_name(self) -> Self:
        return self.annotate(sort_name=Lower("name"))

    def with_open_cases(self) -> Self:
        """Adds `open_cases`, the number of cases that are not settled."""
        unsettled = Q(cases__settled_at__isnull=True)
        return self.annotate(open_cases=Count("cases", filter=unsettled, distinct=True))


class SellerCheckQuerySet(HouseholdQuerySet["SellerCheck"]):
    pass
