"""The buyer's order list as AliExpress's own page loads it: JSON, JSONP or HAR. No Django."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from languages.sentences import say
from orders.importers import reading
from orders.importers.json_reading import loads, looks_like_json
from orders.importers.parsed import FieldError, ParsedFile, ParsedItem, ParsedOrder, UnreadableFile

BLOCK = "pc_om_list_order_"
MAX_DEPTH = 12


class OrderList:
    name = "order-list"
    label = "AliExpress order list, JSON or HAR"

    def recognises(self, content: bytes) -> bool:
        if not looks_like_json(content):
            return False
        return (
            BLOCK.encode() in content
            or b'"log"' in content[:2000]
            or b"mtop.aliexpress.trade.buyer.order.list" in content
        )

    def read(self, content: bytes) -> ParsedFile:
        blocks = list(_blocks(loads(content), 0))
        if not blocks:
            raise UnreadableFile(
                say("no order is in this answer; scroll through the list and save again")
            )
        return reading.read_rows(iter(blocks), self._order, first=1)

    def _order(self, fields: Mapping[str, Any], _number: int) -> ParsedOrder:
        currency = reading.currency_code(fields.get("currencyCode"))
        total, currency = reading.amount(
            fields.get("totalPriceText"),
            "totalPriceText",
            currency=currency,
            info=fields.get("formatPriceInfo"),
        )
        store = reading.address(fields.get("storePageUrl"), 500)
        lines = fields.get("orderLines") or []
        if not isinstance(lines, list):
            raise FieldError("orderLines", say("is not a list"))
        return ParsedOrder(
            number=reading.order_number(fields.get("orderId"), "orderId"),
            placed_on=reading.day(fields.get("orderDateText"), "orderDateText"),
            status_text=reading.inert(fields.get("statusText"), 80),
            seller_name=reading.inert(fields.get("storeName"), 160),
            store_url=store,
            store_id=reading.store_number(store),
            total_minor=total,
            currency=currency,
            url=reading.address(fields.get("orderDetailUrl"), 500),
            items=[_item(line, currency) for line in lines if isinstance(line, dict)],
        )


def _item(line: Mapping[str, Any], currency: str) -> ParsedItem:
    price, currency = reading.amount(
        line.get("itemPriceText"),
        "itemPriceText",
        currency=currency,
        info=line.get("formatPriceInfo"),
    )
    attributes = line.get("skuAttrs")
    texts = [
        reading.inert(entry.get("value"))
        for entry in (attributes if isinstance(attributes, list) else ())
        if isinstance(entry, dict)
    ]
    return ParsedItem(
        title=reading.inert(line.get("itemTitle")),
        line_id=reading.identifier(line.get("orderLineId")),
        product_id=reading.identifier(line.get("productId")),
        sku_id=reading.identifier(line.get("skuId")),
        attributes=reading.inert(", ".join(texts)),
        quantity=reading.quantity(line.get("quantity"), "quantity"),
        unit_price_minor=price,
        currency=currency,
        url=reading.address(line.get("itemDetailUrl")),
        image_url=reading.address(line.get("itemImgUrl")),
        snapshot_url=reading.address(line.get("snapshotUrl")),
    )


def _decoded(text: object) -> str:
    """A HAR file keeps some answers in base64."""
    try:
        return base64.b64decode(str(text)).decode("utf-8", errors="replace")
    except ValueError:
        return ""


def _loaded(text: str) -> Any:
    if BLOCK not in text:
        return None
    try:
        return loads(text.encode("utf-8", errors="replace"))
    except UnreadableFile:
        return None


def _blocks(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """Every order block anywhere in the value, also in the answers that a HAR file keeps as text."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict) and value.get("encoding") == "base64":
        value = _decoded(value.get("text"))
    if isinstance(value, str):
        value = _loaded(value)
    if isinstance(value, list):
        for entry in value:
            yield from _blocks(entry, depth + 1)
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key.startswith(BLOCK):
                fields = entry.get("fields") if isinstance(entry, dict) else None
                yield fields if isinstance(fields, dict) else {}
            else:
                yield from _blocks(entry, depth + 1)
