"""Which known item of an order is which item of a file, whose formats name different numbers."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from orders.importers.parsed import ParsedItem

IDS = ("line_id", "product_id", "sku_id")


class KnownItem(Protocol):
    line_id: str
    product_id: str
    sku_id: str
    title: str
    attributes: str
    unit_price_minor: int | None


K = TypeVar("K", bound=KnownItem)


def match_items(known: Sequence[K], found: Sequence[ParsedItem]) -> list[K | None]:
    """For each found item the known one, or None where it is new.

    The surest sign goes first: the line's number, product and variant, product and options, product,
    title and price, title. What is left over and shares no kind of number with the found item is
    paired by price and then, if as many are left on both sides, by its place in the order.
    """
    matched: list[K | None] = [None] * len(found)
    free = list(known)

    def settle(rule: Callable[[K, ParsedItem], bool]) -> None:
        for index, item in enumerate(found):
            if matched[index] is None:
                fit = next((k for k in free if rule(k, item)), None)
                if fit is not None:
                    matched[index] = fit
                    # By identity: two rows may be equal in every way that == looks at.
                    free[:] = [k for k in free if k is not fit]

    for rule in (_same_line, _same_variant, _same_options, _same_product):
        settle(rule)
    settle(lambda k, item: _same_title(k, item) and _same_price(k, item))
    settle(_same_title)
    settle(lambda k, item: _share_no_number(k, item) and _same_price(k, item))
    if len(free) == matched.count(None):
        settle(_share_no_number)
    return matched


def _same_line(known: KnownItem, item: ParsedItem) -> bool:
    return bool(item.line_id) and known.line_id == item.line_id


def _same_variant(known: KnownItem, item: ParsedItem) -> bool:
    return _same_product(known, item) and bool(item.sku_id) and known.sku_id == item.sku_id


def _same_options(known: KnownItem, item: ParsedItem) -> bool:
    return _same_product(known, item) and _plain(known.attributes) == _plain(item.attributes)


def _same_product(known: KnownItem, item: ParsedItem) -> bool:
    same = bool(item.product_id) and known.product_id == item.product_id
    return same and not _contradicts(known, item)


def _same_price(known: KnownItem, item: ParsedItem) -> bool:
    return item.unit_price_minor is not None and known.unit_price_minor == item.unit_price_minor


def _same_title(known: KnownItem, item: ParsedItem) -> bool:
    same = bool(item.title) and _plain(known.title) == _plain(item.title)
    return same and not _contradicts(known, item)


def _share_no_number(known: KnownItem, item: ParsedItem) -> bool:
    pairs = [(getattr(known, name), getattr(item, name)) for name in IDS]
    return any(a or b for a, b in pairs) and not any(a and b for a, b in pairs)


def _contradicts(known: KnownItem, item: ParsedItem) -> bool:
    pairs = [(getattr(known, name), getattr(item, name)) for name in IDS]
    return any(a and b and a != b for a, b in pairs)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
