"""webshop-order-scraper's JSON, one shape for many shops. Imports no Django."""

import re
from collections.abc import Mapping
from typing import Any

from languages.sentences import say
from orders.importers import reading
from orders.importers.json_reading import loads, looks_like_json
from orders.importers.parsed import (
    FieldError,
    ParsedFile,
    ParsedItem,
    ParsedOrder,
    ParsedParcel,
    UnreadableFile,
)
from orders.parcels import is_rounded


class WebshopOrders:
    name = "webshop-orders"
    label = "webshop-order-scraper, JSON"

    def recognises(self, content: bytes) -> bool:
        if not looks_like_json(content):
            return False
        return all(key in content for key in (b'"metadata"', b'"orders"', b'"order_url"'))

    def read(self, content: bytes) -> ParsedFile:
        value = loads(content)
        orders = value.get("orders") if isinstance(value, dict) else None
        metadata = value.get("metadata") if isinstance(value, dict) else None
        if not isinstance(orders, list) or not isinstance(metadata, dict):
            raise UnreadableFile(say("this JSON holds no list of orders"))
        rows = [order if isinstance(order, dict) else {} for order in orders]
        return reading.read_rows(iter(rows), lambda row, _n: _order(row, metadata), first=1)


def _order(row: Mapping[str, Any], shop: Mapping[str, Any]) -> ParsedOrder:
    marketplace = _marketplace(shop)
    number = _number(row.get("id"), marketplace)
    total, currency = _money(row.get("total"), "total")
    extra = _object(row.get("extra_data"))
    items = row.get("items") or []
    if not isinstance(items, list):
        raise FieldError("items", say("is not a list"))
    items = [_object(item) for item in items]
    return ParsedOrder(
        number=number,
        marketplace=marketplace,
        placed_on=reading.day(row.get("date"), "date"),
        status_text=reading.inert(extra.get("status"), 80),
        # Elsewhere than on a marketplace the shop itself is the seller.
        seller_name=reading.inert(shop.get("name"), 160) if marketplace == "other" else "",
        total_minor=total,
        currency=currency,
        url=_filled(shop.get("order_url"), "{order_id}", number, 500),
        parcels=_parcels([extra, *(_object(item.get("extra_data")) for item in items)]),
        items=[_item(item, shop) for item in items],
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _marketplace(shop: Mapping[str, Any]) -> str:
    said = " ".join(str(shop.get(key, "")) for key in ("name", "branch_name", "order_url"))
    return next((code for code in ("aliexpress", "temu") if code in said.casefold()), "other")


def _number(value: object, marketplace: str) -> str:
    if marketplace == "aliexpress":
        return reading.order_number(value, "id")
    number = "".join(reading.inert(value, 60).split())
    if not number or len(number) > 40 or is_rounded(number):
        raise FieldError("id", say("{number} is not an order number", number=repr(number)))
    return number


def _item(item: Mapping[str, Any], shop: Mapping[str, Any]) -> ParsedItem:
    pieces = reading.quantity(item.get("quantity"), "quantity")
    total, currency = _money(item.get("total") or item.get("subtotal"), "items.total")
    product = reading.identifier(item.get("id"))
    variation = item.get("variation")
    if isinstance(variation, dict):
        variation = ", ".join(f"{name}: {reading.inert(v)}" for name, v in variation.items())
    is_shared_out = total is not None and total % (pieces or 1) == 0
    return ParsedItem(
        title=reading.inert(item.get("name")),
        product_id=product,
        attributes=reading.inert(variation),
        quantity=pieces,
        unit_price_minor=total // (pieces or 1) if total is not None and is_shared_out else None,
        currency=currency,
        url=_filled(shop.get("item_url"), "{item_id}", product, 1000),
    )


def _filled(template: object, place: str, value: str, limit: int) -> str:
    text = str(template or "")
    return reading.address(text.replace(place, value), limit) if value and place in text else ""


def _parcels(extras: list[Mapping[str, Any]]) -> list[ParsedParcel]:
    """Tracking numbers have no agreed key: a value under '…tracking…' that looks like one."""
    found: list[ParsedParcel] = []
    for extra in extras:
        for key, value in extra.items():
            if "tracking" in key.casefold() and re.search(r"\d", reading.inert(value)):
                try:
                    found += reading.parcels(value, key)
                except FieldError:  # a link or a date
                    continue
    return found


def _money(value: object, field: str) -> tuple[int | None, str]:
    if value is None:
        return None, ""
    if not isinstance(value, dict):
        raise FieldError(field, say("is not an amount with value and currency"))
    currency = reading.currency_code(value.get("currency"))
    return reading.amount(value.get("value"), field, currency=currency)
