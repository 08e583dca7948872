"""AliExpress Order Export: orders and order lines, two CSV files. Addresses are never kept."""

import json
from collections.abc import Mapping
from typing import Any

from orders.importers import reading
from orders.importers.parsed import ParsedFile, ParsedItem, ParsedOrder


class Orders:
    name = "order-export-orders"
    label = "AliExpress Order Export, orders"
    header = ("order_id", "order_date", "total_price_text", "order_titles", "order_line_count")

    def recognises(self, content: bytes) -> bool:
        return reading.has_header(reading.decoded(content[:5000]), *self.header)

    def read(self, content: bytes) -> ParsedFile:
        text = reading.decoded(content)
        delimiter = reading.delimiter_of(reading.first_line(text))
        return reading.read_rows(reading.table(text, self.header, delimiter), self._order)

    def _order(self, row: Mapping[str, Any], _number: int) -> ParsedOrder:
        total, currency = reading.amount(
            row.get("total_price_text"),
            "total_price_text",
            currency=reading.currency_code(row.get("currency")),
        )
        return ParsedOrder(
            number=reading.order_number(row.get("order_id"), "order_id"),
            placed_on=reading.day(row.get("order_date"), "order_date"),
            status_text=reading.inert(row.get("status"), 80),
            seller_name=reading.inert(row.get("store_name"), 160),
            total_minor=total,
            currency=currency,
            url=reading.address(row.get("order_detail_url"), 500),
            items=[ParsedItem(title=reading.inert(title)) for title in _titles(row)],
            items_are_complete=False,
        )


def _titles(row: Mapping[str, Any]) -> list[str]:
    """The titles, told apart only where there are as many as the file says there are lines."""
    together = str(row.get("order_titles") or row.get("order_title") or "")
    titles = [title for title in together.split(" | ") if title.strip()]
    count = reading.quantity(row.get("order_line_count"), "order_line_count")
    if count is None or count == len(titles):
        return titles
    first = together if count == 1 else str(row.get("order_title") or "")
    return [first] if first.strip() else []


class Lines:
    name = "order-export-lines"
    label = "AliExpress Order Export, order lines"
    header = ("order_id", "order_line_id", "item_title", "item_price_text", "quantity")

    def recognises(self, content: bytes) -> bool:
        return reading.has_header(reading.decoded(content[:5000]), *self.header)

    def read(self, content: bytes) -> ParsedFile:
        text = reading.decoded(content)
        delimiter = reading.delimiter_of(reading.first_line(text))
        return reading.read_rows(reading.table(text, self.header, delimiter), self._line)

    def _line(self, row: Mapping[str, Any], _number: int) -> ParsedOrder:
        price, currency = reading.amount(
            row.get("item_price_text"),
            "item_price_text",
            currency=reading.currency_code(row.get("currency")),
        )
        return ParsedOrder(
            number=reading.order_number(row.get("order_id"), "order_id"),
            placed_on=reading.day(row.get("order_date"), "order_date"),
            status_text=reading.inert(row.get("status"), 80),
            seller_name=reading.inert(row.get("store_name"), 160),
            currency=currency,
            items=[
                ParsedItem(
                    title=reading.inert(row.get("item_title")),
                    line_id=reading.identifier(row.get("order_line_id")),
                    product_id=reading.identifier(row.get("product_id")),
                    sku_id=reading.identifier(row.get("sku_id")),
                    attributes=_attributes(row.get("sku_attrs_json")),
                    quantity=reading.quantity(row.get("quantity"), "quantity"),
                    unit_price_minor=price,
                    currency=currency,
                    url=reading.address(row.get("item_detail_url")),
                    image_url=reading.address(row.get("item_image_url")),
                    snapshot_url=reading.address(row.get("snapshot_url")),
                )
            ],
        )


def _attributes(text: object) -> str:
    """A JSON list of texts as one text; anything else as it stands."""
    try:
        values = json.loads(str(text or "[]"))
    except (ValueError, RecursionError):
        return reading.inert(text)
    if not isinstance(values, list):
        return reading.inert(text)
    texts = [reading.inert(v.get("value") if isinstance(v, dict) else v) for v in values]
    return reading.inert(", ".join(filter(None, texts)))
