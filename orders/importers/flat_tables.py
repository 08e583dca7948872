"""Flat tables of other exporters: Orders Scrapper, Order Downloader, Temu. Imports no Django."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from languages.sentences import say
from orders.importers import reading
from orders.importers.parsed import FieldError, ParsedFile, ParsedItem, ParsedOrder, ParsedParcel

PRODUCT_ID = re.compile(r"/item/(\d{6,20})")


def _product_number(url: str) -> str:
    found = PRODUCT_ID.search(url)
    return found.group(1) if found else ""


class OrdersScrapper:
    """Only the first product of an order; the currency is a prefix like 'US', the price the total."""

    name = "orders-scrapper"
    label = "AliExpress Orders Scrapper, CSV"
    header = ("Order ID", "Order Date", "Status", "Product Title", "Product Link", "Store Link")

    def recognises(self, content: bytes) -> bool:
        return reading.has_header(reading.decoded(content[:5000]), *self.header)

    def read(self, content: bytes) -> ParsedFile:
        text = reading.decoded(content)
        delimiter = reading.delimiter_of(reading.first_line(text))
        return reading.read_rows(reading.table(text, self.header, delimiter), self._order)

    def _order(self, row: Mapping[str, Any], _number: int) -> ParsedOrder:
        currency = reading.currency_code(row.get("Currency"))
        total, currency = reading.amount(row.get("Price"), "Price", currency=currency)
        product = reading.address(row.get("Product Link"))
        store = reading.address(row.get("Store Link"), 500)
        return ParsedOrder(
            number=reading.order_number(row.get("Order ID"), "Order ID"),
            placed_on=reading.day(row.get("Order Date"), "Order Date"),
            status_text=reading.inert(row.get("Status"), 80),
            seller_name=reading.inert(row.get("Store Name"), 160),
            store_url=store,
            store_id=reading.store_number(store),
            total_minor=total,
            currency=currency,
            items=[
                ParsedItem(
                    title=reading.inert(row.get("Product Title")),
                    product_id=_product_number(product),
                    url=product,
                )
            ],
            items_are_complete=False,
        )


class OrderDownloader:
    """Tab separated from the clipboard; the header is copied by another button and may be missing."""

    name = "order-downloader"
    label = "AliExpress Order Downloader, tab separated"
    header = (
        *("Order Number", "Order Date", "Subtotal", "Shipping and Tax", "Total Order Amount"),
        *("Store Name", "Order Status", "Tracking Number", "Tracking Status"),
        *("Tracking Status Last Updated", "Tracking Link", "Product Title", "Option", "Price"),
        *("Quantity", "Pieces Per Pack", "Total Quantity", "Landed Cost", "Product URL"),
        "Image URL",
    )
    bare_row = re.compile(r"^[\d.eE+]{6,20}\t\d\d?/\d\d?/\d{4}\t[^\t]*\t[^\t]*\t")

    def recognises(self, content: bytes) -> bool:
        text = reading.decoded(content[:5000])
        first = reading.first_line(text)
        return reading.has_header(
            text, "Order Number", "Total Order Amount", "Tracking Number"
        ) or (bool(self.bare_row.match(first)))

    def read(self, content: bytes) -> ParsedFile:
        text = reading.decoded(content)
        if reading.has_header(text, "Order Number"):
            rows = reading.table(text, self.header, reading.delimiter_of(reading.first_line(text)))
        else:
            text = "\t".join(self.header) + "\n" + text.lstrip()
            bare = reading.table(text, self.header, "\t")
            rows = (row | {reading.NUMBER: row[reading.NUMBER] - 1} for row in bare)
        return reading.read_rows(rows, self._line)

    def _line(self, row: Mapping[str, Any], _number: int) -> ParsedOrder:
        total, currency = reading.amount(row.get("Total Order Amount"), "Total Order Amount")
        price, price_currency = reading.amount(row.get("Price"), "Price", currency=currency)
        product = reading.address(row.get("Product URL"))
        return ParsedOrder(
            number=reading.order_number(row.get("Order Number"), "Order Number"),
            placed_on=reading.day(row.get("Order Date"), "Order Date"),
            status_text=reading.inert(row.get("Order Status"), 80),
            seller_name=reading.inert(row.get("Store Name"), 160),
            total_minor=total,
            currency=currency,
            parcels=_parcels(row),
            items=[
                ParsedItem(
                    title=reading.inert(row.get("Product Title")),
                    product_id=_product_number(product),
                    attributes=reading.inert(row.get("Option")),
                    quantity=reading.quantity(row.get("Quantity"), "Quantity"),
                    unit_price_minor=price,
                    currency=price_currency,
                    url=product,
                    image_url=reading.address(row.get("Image URL")),
                )
            ],
        )


def _parcels(row: Mapping[str, Any]) -> list[ParsedParcel]:
    status = reading.inert(row.get("Tracking Status"), 300)
    told = reading.day(row.get("Tracking Status Last Updated"), "Tracking Status Last Updated")
    return [
        replace(parcel, status_text=status, status_on=told)
        for parcel in reading.parcels(row.get("Tracking Number"), "Tracking Number")
    ]


class Temu:
    name = "temu"
    label = "Temu orders, CSV"
    header = ("Order ID", "Item description at order time", "Order time", "Order detail URL")
    number = re.compile(r"^PO-\d{1,6}-\d{8,24}$")

    def recognises(self, content: bytes) -> bool:
        return reading.has_header(reading.decoded(content[:5000]), *self.header)

    def read(self, content: bytes) -> ParsedFile:
        text = reading.decoded(content)
        delimiter = reading.delimiter_of(reading.first_line(text))
        return reading.read_rows(reading.table(text, self.header, delimiter), self._line)

    def _line(self, row: Mapping[str, Any], _number: int) -> ParsedOrder:
        number = reading.inert(row.get("Order ID"))
        if not self.number.match(number):
            raise FieldError(
                "Order ID",
                say("{number} is not a Temu order like PO-162-2172651784", number=repr(number)),
            )
        total, currency = reading.amount(row.get("Order total"), "Order total")
        price, price_currency = reading.amount(row.get("Price"), "Price", currency=currency)
        return ParsedOrder(
            number=number,
            marketplace="temu",
            placed_on=reading.day(row.get("Order time"), "Order time"),
            shipped_on=reading.day(row.get("Shipped date"), "Shipped date"),
            total_minor=total,
            currency=currency,
            url=reading.address(row.get("Order detail URL"), 500),
            items=[
                ParsedItem(
                    title=reading.inert(row.get("Item description at order time")),
                    unit_price_minor=price,
                    currency=price_currency,
                )
            ],
        )
