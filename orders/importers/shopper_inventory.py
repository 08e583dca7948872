"""Shopper Inventory (browser extension), CSV and JSON: one row an item. Imports no Django."""

from collections.abc import Mapping
from typing import Any

from languages.sentences import say
from orders.importers import reading
from orders.importers.json_reading import loads, looks_like_json
from orders.importers.parsed import ParsedFile, ParsedItem, ParsedOrder, UnreadableFile

HEADER = ("Order Date", "Order ID", "Title", "Qty", "Price", "Store", "Product ID", "SKU ID")


class Csv:
    name = "shopper-inventory-csv"
    label = "Shopper Inventory, CSV"

    def recognises(self, content: bytes) -> bool:
        return reading.has_header(reading.decoded(content[:5000]), *HEADER)

    def read(self, content: bytes) -> ParsedFile:
        text = reading.decoded(content)
        delimiter = reading.delimiter_of(reading.first_line(text))
        return reading.read_rows(reading.table(text, HEADER, delimiter), self._line)

    def _line(self, row: Mapping[str, Any], _number: int) -> ParsedOrder:
        currency = reading.currency_code(row.get("Currency"))
        price, currency = reading.amount(
            row.get("Price"), "Price", currency=currency, info=row.get("Price Info")
        )
        store = reading.address(row.get("Store Url"), 500)
        return ParsedOrder(
            number=reading.order_number(row.get("Order ID"), "Order ID"),
            placed_on=reading.day(row.get("Order Date"), "Order Date"),
            status_text=reading.inert(row.get("Status"), 80),
            seller_name=reading.inert(row.get("Store"), 160),
            store_url=store,
            store_id=reading.store_number(store),
            currency=currency,
            items=[
                ParsedItem(
                    title=reading.inert(row.get("Title")),
                    product_id=reading.identifier(row.get("Product ID")),
                    sku_id=reading.identifier(row.get("SKU ID")),
                    attributes=reading.inert(row.get("Attributes")),
                    quantity=reading.quantity(row.get("Qty"), "Qty"),
                    unit_price_minor=price,
                    currency=currency,
                    url=reading.address(row.get("Product Url")),
                    image_url=reading.address(row.get("Product Image Url")),
                )
            ],
        )


class Json:
    name = "shopper-inventory-json"
    label = "Shopper Inventory, JSON"

    def recognises(self, content: bytes) -> bool:
        if not looks_like_json(content):
            return False
        head = reading.decoded(content[:5000])
        return '"orderId"' in head and '"storePageUrl"' in head and head.lstrip()[:1] == "["

    def read(self, content: bytes) -> ParsedFile:
        rows = loads(content)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UnreadableFile(say("this is not a list of order lines"))
        return reading.read_rows(iter(rows), self._line, first=1)

    def _line(self, row: Mapping[str, Any], _number: int) -> ParsedOrder | None:
        if row.get("ignoreExport") is True:
            return None
        currency = reading.currency_code(row.get("currency"))
        price, currency = reading.amount(
            row.get("price"), "price", currency=currency, info=row.get("priceInfo")
        )
        store = reading.address(row.get("storePageUrl"), 500)
        return ParsedOrder(
            number=reading.order_number(row.get("orderId"), "orderId"),
            # orderDateIso is a local midnight turned to UTC: often the day before.
            placed_on=reading.day(row.get("orderDate") or row.get("orderDateIso"), "orderDate"),
            status_text=reading.inert(row.get("status"), 80),
            seller_name=reading.inert(row.get("storeName"), 160),
            store_url=store,
            store_id=reading.store_number(store),
            currency=currency,
            items=[
                ParsedItem(
                    title=reading.inert(row.get("title")),
                    line_id=reading.identifier(row.get("orderLineId")),
                    product_id=reading.identifier(row.get("productId")),
                    sku_id=reading.identifier(row.get("skuId")),
                    attributes=reading.inert(row.get("attributes")),
                    quantity=reading.quantity(row.get("quantity"), "quantity"),
                    unit_price_minor=price,
                    currency=currency,
                    url=reading.address(row.get("productUrl")),
                    image_url=reading.address(row.get("imageUrl")),
                )
            ],
        )
