"""What every reader gives: orders as plain values, and rows that could not be read. No Django."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from languages.sentences import SaidError


class UnreadableFile(SaidError):
    """The whole file cannot be read; says why and what to do."""


class FieldError(ValueError):
    """One field of a row is wrong."""

    def __init__(self, field: str, error: str) -> None:
        super().__init__(f"{field}: {error}")
        self.field = field
        self.error = error


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was left out: its number in the file, the field and why."""

    row: int
    field: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedItem:
    title: str
    line_id: str = ""
    product_id: str = ""
    sku_id: str = ""
    attributes: str = ""
    quantity: int | None = None  # the file does not say
    unit_price_minor: int | None = None
    currency: str = ""
    url: str = ""
    image_url: str = ""
    snapshot_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedParcel:
    number: str
    status_text: str = ""
    status_on: date | None = None


P = TypeVar("P", ParsedItem, ParsedParcel)


@dataclass(slots=True, kw_only=True)
class ParsedOrder:
    """One order as a file tells it; an empty field means that the file does not say."""

    number: str
    marketplace: str = "aliexpress"
    placed_on: date | None = None
    placed_at: datetime | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None
    confirmed_at: datetime | None = None
    status_text: str = ""
    seller_name: str = ""
    store_id: str = ""
    store_url: str = ""
    total_minor: int | None = None
    currency: str = ""
    url: str = ""
    items: list[ParsedItem] = field(default_factory=list)
    # A file that names only the first item must not be taken for the whole order.
    items_are_complete: bool = True
    parcels: list[ParsedParcel] = field(default_factory=list)
    row: int = 0


@dataclass(slots=True, kw_only=True)
class ParsedFile:
    rows: int
    orders: list[ParsedOrder]
    rejected: list[Rejected]


def join_lines(lines: Iterable[ParsedOrder]) -> list[ParsedOrder]:
    """One order from its lines: items are collected, the first word on each field stands."""
    orders: dict[tuple[str, str], ParsedOrder] = {}
    for line in lines:
        order = orders.setdefault((line.marketplace, line.number), line)
        if order is line:
            order.items, order.parcels = _once(order.items), _once(order.parcels)
            continue
        order.items = _once([*order.items, *line.items])
        order.parcels = _once([*order.parcels, *line.parcels])
        if order.total_minor is None and line.total_minor is not None:
            order.total_minor, order.currency = line.total_minor, line.currency or order.currency
        for name in FIRST_WORD:
            if not getattr(order, name):
                setattr(order, name, getattr(line, name))
    return list(orders.values())


FIRST_WORD = (
    *("placed_on", "placed_at", "shipped_on", "delivered_on", "confirmed_at", "status_text"),
    *("seller_name", "store_id", "store_url", "url", "currency"),
)


def _once(named: list[P]) -> list[P]:
    """Without what is named twice: by its own number or, where there is none, in every field."""
    kept: dict[object, P] = {}
    for thing in named:
        number = thing.line_id if isinstance(thing, ParsedItem) else thing.number
        kept.setdefault(number or thing, thing)
    return list(kept.values())
