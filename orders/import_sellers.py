"""The sellers that a file names, found among the household's or made."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from households.models import Household
from orders.importers.parsed import ParsedOrder
from sellers.models import Seller
from sellers.profiles import get_profile

BATCH = 500


class SellerBook:
    """Every seller of the file's marketplaces; what is new or completed is written by `save`."""

    def __init__(
        self, household: Household, orders: Iterable[ParsedOrder], *, now: datetime
    ) -> None:
        self.household, self.now = household, now
        self.new: list[Seller] = []
        self.changed: dict[int, Seller] = {}
        self.by_store: dict[tuple[str, str], Seller] = {}
        self.by_name: dict[tuple[str, str], list[Seller]] = {}
        marketplaces = {order.marketplace for order in orders}
        for seller in Seller.objects.of(household).filter(marketplace__in=marketplaces):
            self._enter(seller)

    def find(self, order: ParsedOrder) -> Seller | None:
        """By the store's number, else by its name; None where no store is named or the name fits two."""
        if not order.store_id and not order.seller_name:
            return None
        seller = self.by_store.get((order.marketplace, order.store_id)) if order.store_id else None
        if seller is None:
            namesakes = self.by_name.get(_name_key(order.marketplace, order.seller_name), [])
            if order.store_id:
                namesakes = [namesake for namesake in namesakes if not namesake.store_id]
            if len(namesakes) > 1:
                return None
            seller = namesakes[0] if namesakes else self._make(order)
        self._complete(seller, order)
        return seller

    def save(self, **signed: Any) -> None:
        if self.new:
            bulk_create_with_history(self.new, Seller, batch_size=BATCH, **signed)
        if self.changed:
            rows = list(self.changed.values())
            fields = ["store_id", "url", "version"]
            bulk_update_with_history(rows, Seller, fields, batch_size=BATCH, **signed)

    def _enter(self, seller: Seller) -> None:
        if seller.store_id:
            self.by_store[seller.marketplace, seller.store_id] = seller
        self.by_name.setdefault(_name_key(seller.marketplace, seller.name), []).append(seller)

    def _make(self, order: ParsedOrder) -> Seller:
        usual = get_profile(order.marketplace).usual_seller
        seller = Seller(
            household=self.household,
            marketplace=order.marketplace,
            name=order.seller_name or f"Store {order.store_id}",
            store_id=order.store_id,
            url=order.store_url,
            country=usual.country,
            time_zone=usual.time_zone.key,
            created_at=self.now,
        )
        self.new.append(seller)
        self._enter(seller)
        return seller

    def _complete(self, seller: Seller, order: ParsedOrder) -> None:
        before = (seller.store_id, seller.url)
        if order.store_id and not seller.store_id:
            seller.store_id = order.store_id
            self.by_store[seller.marketplace, seller.store_id] = seller
        seller.url = seller.url or order.store_url
        if seller.pk and (seller.store_id, seller.url) != before and seller.pk not in self.changed:
            seller.version += 1
            self.changed[seller.pk] = seller


def _name_key(marketplace: str, name: str) -> tuple[str, str]:
    return marketplace, " ".join(name.casefold().split())
