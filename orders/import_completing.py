"""Complete a known order with what a file tells: fill what is empty, move the status on, take nothing back."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from money import minor_digits
from orders.importers import statuses
from orders.importers.parsed import ParsedItem, ParsedOrder
from orders.models import Order, OrderItem
from orders.services import derive_deadline
from sellers.models import Seller
from sellers.profiles import get_profile

ORDER_FIELDS = (
    *("seller", "url", "status", "status_text", "total_minor", "currency", "version"),
    *("placed_at", "shipped_at", "delivered_at", "confirmed_at"),
    *("protection_ends_at", "protection_source", "protection_rule"),
)
ITEM_TEXTS = (
    *("line_id", "product_id", "sku_id", "attributes"),
    *("url", "image_url", "snapshot_url"),
)
ITEM_FIELDS = (*ITEM_TEXTS, "quantity", "unit_price_minor", "currency")
# What an amount without a currency is kept in.
HUNDREDTHS = 2


def complete_order(order: Order, parsed: ParsedOrder, seller: Seller | None) -> bool:
    """Fill what is empty and move the status on; True when something changed."""
    was = [getattr(order, name) for name in ORDER_FIELDS if name != "seller"]
    gains_seller = seller is not None and order.seller_id is None
    days = (order.placed_at, order.shipped_at, order.delivered_at, order.confirmed_at)
    for name, value in _told(parsed).items():
        if value and not getattr(order, name):
            setattr(order, name, value)
    if gains_seller:
        order.seller = seller
    _complete_total(order, parsed)
    _move_status(order, parsed)
    if days != (order.placed_at, order.shipped_at, order.delivered_at, order.confirmed_at):
        derive_deadline(order)
    is_same = was == [getattr(order, name) for name in ORDER_FIELDS if name != "seller"]
    return gains_seller or not is_same


def complete_item(row: OrderItem, item: ParsedItem, currency: str) -> bool:
    """Fill what is empty of an item, whose order has that currency; True when something changed."""
    was = [getattr(row, name) for name in ITEM_FIELDS]
    for name in ITEM_TEXTS:
        if not getattr(row, name):
            setattr(row, name, getattr(item, name))
    # One piece is also what is assumed where a format does not say.
    if row.quantity == 1 and item.quantity:
        row.quantity = item.quantity
    if item.unit_price_minor is not None and (
        row.unit_price_minor is None or (item.currency and not row.currency)
    ):
        row.unit_price_minor, row.currency = item.unit_price_minor, item.currency
    if row.unit_price_minor is not None and not row.currency and currency:
        row.unit_price_minor, row.currency = _in(row.unit_price_minor, currency), currency
    return was != [getattr(row, name) for name in ITEM_FIELDS]


def new_item(order: Order, item: ParsedItem, position: int) -> OrderItem:
    title = item.title or item.product_id
    row = OrderItem(order=order, position=position, title=title, quantity=item.quantity or 1)
    complete_item(row, item, order.currency)
    return row


def _told(parsed: ParsedOrder) -> Mapping[str, Any]:
    clock = get_profile(parsed.marketplace).clock
    return {
        "placed_at": parsed.placed_at or _start_of(parsed.placed_on, clock),
        "shipped_at": _start_of(parsed.shipped_on, clock),
        "delivered_at": _start_of(parsed.delivered_on, clock),
        "confirmed_at": parsed.confirmed_at,
        "url": parsed.url,
        "status_text": parsed.status_text,
    }


def _complete_total(order: Order, parsed: ParsedOrder) -> None:
    """The total as it is first told; one without a currency waits for a file that names it."""
    if parsed.currency and not order.currency:
        if order.total_minor is not None:
            order.total_minor = _in(order.total_minor, parsed.currency)
        order.currency = parsed.currency
    if parsed.total_minor is None or order.total_minor is not None:
        return
    if parsed.currency:
        order.total_minor, order.currency = parsed.total_minor, parsed.currency
    else:
        order.total_minor = _in(parsed.total_minor, order.currency)


def _move_status(order: Order, parsed: ParsedOrder) -> None:
    status = statuses.read_status(parsed.status_text)
    if status == statuses.UNKNOWN and parsed.shipped_on:
        status = statuses.SHIPPED
    if statuses.is_ahead(status, order.status):
        order.status = status
        order.status_text = parsed.status_text or order.status_text


def _in(hundredths: int, currency: str) -> int:
    """An amount kept while its currency was unknown, in that currency's smallest units."""
    digits = minor_digits(currency) if currency else HUNDREDTHS
    return int(Decimal(hundredths).scaleb(digits - HUNDREDTHS).to_integral_value())


def _start_of(day: date | None, clock: ZoneInfo) -> datetime | None:
    """The start of the day on the marketplace's clock: the safe side of a date without a time."""
    return datetime.combine(day, time(), clock) if day else None
