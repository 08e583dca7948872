"""The plain text of an order page or order list, selected and copied in a browser. No Django.

What it holds are lines as AliExpress's page shows them: a state, a labelled day and number, the
store, the items with price and pieces, a labelled total. The labels are localised, so that lines are
told apart by their shape ('words: value'), and only the states by their words.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from orders.importers import reading
from orders.importers.parsed import FieldError, ParsedFile, ParsedItem, ParsedOrder, UnreadableFile
from orders.importers.statuses import UNKNOWN, read_status
from orders.importers.texts import parcels

MOST_LINES = 20_000
LABELLED = re.compile(r"(?P<label>[^\d:：|{}<>]{2,40})\s*[:：]\s*(?P<value>\S.*)")
NUMBER = re.compile(r"(\d{14,20})(?!\d)(?:\s*\D{0,20})?", re.ASCII)
PIECES = re.compile(r"(?P<price>[^x×]*\d[^x×]*?)\s*[x×]\s*(?P<pieces>\d{1,5})")
PIECES_ALONE = re.compile(r"[x×]\s*\d{1,5}")
LONG_NUMBER = re.compile(r"\d{5,}", re.ASCII)
PARCEL = re.compile(r"[A-Z]{2,6}\d{8,18}[A-Z]{0,2}", re.ASCII)
# Links and buttons of the page that stand in lines of their own.
BUTTONS = frozenset(
    {
        *("copy", "kopieren", "copiar", "copier", "copia"),
        *("order details", "bestelldetails", "detalles del pedido", "détails de la commande"),
        *("track order", "confirm received", "confirm receipt", "extended confirm time"),
        *("add to cart", "add tax info", "remove", "contact seller", "returns/refunds"),
        "view more",
    }
)
# What an order is called where the marketplaces have buyers; a tracking number is labelled too.
ORDERS = (
    *("order", "bestell", "pedido", "commande", "ordine", "zamówieni", "заказ", "замовлен"),
    *(
        "sipariş",
        "objednáv",
        "rendelés",
        "comand",
        "bestil",
        "beställ",
        "订单",
        "訂單",
        "注文",
        "주문",
    ),
)
# The state and the day stand above the number, each in a line.
ABOVE = 2
NEAR_ABOVE = 12
LONGEST_STATE = 40
TOTALS = ("total", "gesamt", "summe", "totale", "importe", "итого", "합계", "合計", "总")


class OrderPage:
    name = "order-page"
    label = "AliExpress order page, copied text"

    def recognises(self, content: bytes) -> bool:
        text = reading.decoded(content)
        if text.lstrip()[:1] in {"{", "[", "<"} or "\t" in reading.first_line(text):
            return False
        return any(True for _ in _numbers(_lines(text)))

    def read(self, content: bytes) -> ParsedFile:
        lines = _lines(reading.decoded(content))
        cards = list(_cards(lines))
        if not cards:
            raise UnreadableFile("no order number is in this text; copy the whole order page")
        return reading.read_rows(iter(cards), _order, first=1)


def _lines(text: str) -> list[str]:
    """One fact a line: a label joined to the value below it, a price to its pieces."""
    lines: list[str] = []
    for raw in text.splitlines()[:MOST_LINES]:
        line = reading.inert(raw)
        if not line or line.casefold() in BUTTONS:
            continue
        if lines and (lines[-1][-1] in ":：" or PIECES_ALONE.fullmatch(line)):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def _numbers(lines: list[str]) -> Iterator[int]:
    """The lines that name an order: 'Order ID: 3069099405659913', in any language."""
    for index, line in enumerate(lines):
        found = LABELLED.fullmatch(line)
        if found and NUMBER.fullmatch(found["value"]) and _is_of_an_order(found["label"]):
            yield index


def _is_of_an_order(label: str) -> bool:
    return any(word in label.casefold() for word in ORDERS)


def _cards(lines: list[str]) -> Iterator[Mapping[str, Any]]:
    """The lines of each order, and where in them its number stands."""
    at = list(_numbers(lines))
    starts = [_first_start(lines, at[0])] if at else []
    starts += [_start(lines, index, after) for after, index in pairwise(at)]
    ends = [*starts[1:], len(lines)]
    for index, start, end in zip(at, starts, ends, strict=False):
        # Row numbers are those of the lines as they were joined.
        yield {"lines": lines[start:end], "at": index - start, reading.NUMBER: start + 1}


def _first_start(lines: list[str], index: int) -> int:
    """A list's first card is like the others; the page of one order has its state as its title."""
    start = _start(lines, index, -1)
    if start < index:
        return start
    near = range(index - 1, max(index - 1 - NEAR_ABOVE, -1), -1)
    return next((above for above in near if read_status(lines[above]) != UNKNOWN), index)


def _start(lines: list[str], index: int, after: int) -> int:
    """The first line of a card: its state where it is a known one, else what is labelled above."""
    start = index
    for above in range(index - 1, max(index - 1 - ABOVE, after), -1):
        if read_status(lines[above]) != UNKNOWN:
            return above
        if not LABELLED.fullmatch(lines[above]):
            # A state in a language that is not known.
            is_state = start < index and len(lines[above]) <= LONGEST_STATE
            return above if is_state else start
        start = above
    return start


def _order(card: Mapping[str, Any], _number: int) -> ParsedOrder:
    lines, at = card["lines"], card["at"]
    found = LABELLED.fullmatch(lines[at])
    digits = NUMBER.match(found["value"]) if found else None
    labelled = [match for line in lines if (match := LABELLED.fullmatch(line))]
    store, items = _goods(lines[at + 1 :])
    total, currency = _total(labelled)
    return ParsedOrder(
        number=reading.order_number(digits[1] if digits else "", "number"),
        placed_on=next(_days(labelled), None),
        status_text=_status(lines, at),
        seller_name=store,
        total_minor=total,
        currency=currency,
        items=items,
        # A list shows some of the items only, and shortens their titles.
        items_are_complete=False,
        parcels=[
            parcel
            for match in labelled
            if PARCEL.fullmatch(match["value"])
            for parcel in parcels(match["value"], match["label"])
        ],
    )


def _status(lines: list[str], at: int) -> str:
    known = next((line for line in lines[:at] if read_status(line) != UNKNOWN), "")
    above = lines[0] if at and not LABELLED.fullmatch(lines[0]) else ""
    return (known or above)[:80]


def _days(labelled: list["re.Match[str]"]) -> Iterator[Any]:
    for match in labelled:
        if LONG_NUMBER.search(match["value"]):
            continue
        try:
            found = reading.day(match["value"], match["label"])
        except FieldError:
            continue
        if found:
            yield found


def _total(labelled: list["re.Match[str]"]) -> tuple[int | None, str]:
    """The last labelled amount of those that are called a total; with its currency, or none."""
    for match in reversed(labelled):
        if not any(word in match["label"].casefold() for word in TOTALS):
            continue
        try:
            total, currency = reading.amount(match["value"], match["label"])
        except FieldError:
            continue
        if currency:
            return total, currency
    return None, ""


def _goods(lines: list[str]) -> tuple[str, list[ParsedItem]]:
    """The store, and the items: what stands above each 'price x pieces'."""
    store, above = "", list[str]()
    items: list[ParsedItem] = []
    for line in lines:
        priced = PIECES.fullmatch(line)
        if priced is None or not above:
            above.append(line)
            continue
        try:
            price, currency = reading.amount(priced["price"], "price")
        except FieldError:
            above.append(line)
            continue
        # Titles are long: of what stands above the price, the longest line is the title.
        title = max(range(len(above)), key=lambda index: len(above[index]))
        if not items and title:
            store = above[title - 1]
        items.append(
            ParsedItem(
                title=above[title],
                attributes=reading.inert(", ".join(above[title + 1 :])),
                quantity=int(priced["pieces"]),
                unit_price_minor=price,
                currency=currency,
            )
        )
        above = []
    return store[:160], items
