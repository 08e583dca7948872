"""Which orders a list shows, as its address says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from households.models import Household
from orders.models import Order, OrderStatus
from orders.querysets import OrderQuerySet
from orders.templatetags.deadlines import SOON_DAYS
from sellers.profiles import load_profiles

SOON, TROUBLE, ARCHIVED = "soon", "trouble", "archived"
KINDS: dict[str, Any] = {
    "": _("all"),
    SOON: _("protection ends soon"),
    TROUBLE: _("with an open case"),
    **dict(OrderStatus.choices),
    ARCHIVED: _("archived"),
}
SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "left": (_("least protection left first"), ("ahead", "-since", "public_id")),
    "newest": (_("newest first"), ("-since", "public_id")),
}
MOST_WORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """A choice of orders; what an address holds beside it is passed over."""

    words: str = ""
    kind: str = ""
    marketplace: str = ""
    sort: str = "left"

    @classmethod
    def read(cls, address: Mapping[str, Any]) -> "OrderFilter":
        kind = str(address.get("show", ""))
        # As the address of the archive was before there was anything else to choose.
        if address.get("archived") == "1":
            kind = ARCHIVED
        marketplace = str(address.get("at", ""))
        sort = str(address.get("sort", ""))
        return cls(
            words=str(address.get("q", "")).replace("\0", "").strip()[:MOST_WORDS],
            kind=kind if kind in KINDS else "",
            marketplace=marketplace if marketplace in load_profiles() else "",
            sort=sort if sort in SORTS else "left",
        )

    @property
    def by(self) -> tuple[str, ...]:
        return SORTS[self.sort][1]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.kind or self.marketplace)

    @property
    def query(self) -> str:
        """The choice as an address holds it."""
        chosen = {"q": self.words, "show": self.kind, "at": self.marketplace, "sort": self.sort}
        return urlencode({name: value for name, value in chosen.items() if value})

    def apply(self, household: Household, *, now: datetime) -> OrderQuerySet:
        orders = Order.objects.of(household).search(self.words)
        orders = orders.archived() if self.kind == ARCHIVED else orders.current()
        if self.marketplace:
            orders = orders.filter(marketplace=self.marketplace)
        if self.kind == SOON:
            orders = orders.ending_before(now + timedelta(days=SOON_DAYS), now=now)
        elif self.kind == TROUBLE:
            orders = orders.in_trouble()
        elif self.kind in OrderStatus.values:
            orders = orders.filter(status=self.kind)
        return orders.with_age().with_deadline_ahead(now).with_open_cases()
