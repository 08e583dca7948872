"""Brings orders in from a file: new ones are made, known ones completed, nothing is taken back."""

import copy
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from households.models import Household, Membership
from languages.sentences import say
from orders.announcements import orders_changed
from orders.import_changes import OrderStory
from orders.import_completing import (
    ITEM_FIELDS,
    ORDER_FIELDS,
    complete_item,
    complete_order,
    new_item,
)
from orders.import_parcels import ParcelBook
from orders.import_sellers import SellerBook
from orders.importers import registry
from orders.importers.matching import match_items
from orders.importers.parsed import ParsedFile, ParsedOrder, Rejected, UnreadableFile
from orders.models import Order, OrderItem
from sellers.models import Seller

CHUNK = 500


@dataclass(frozen=True, slots=True)
class PreviewLine:
    number: str
    title: str
    seller: str
    action: str  # 'created', 'updated' or 'unchanged'
    story: OrderStory


@dataclass(slots=True, kw_only=True)
class ImportOutcome:
    """What an import did, or would do; `as_json` is contract.md's object."""

    format: str
    rows: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    lines: list[PreviewLine] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        figures = {
            k: getattr(self, k) for k in ("format", "rows", "created", "updated", "unchanged")
        }
        return {**figures, "rejected": [asdict(row) for row in self.rejected]}


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds, and the format that it is."""

    format: str
    file: ParsedFile


def read_file(content: bytes, format: str | None = None) -> ReadFile:
    """Raises UnreadableFile when the whole file cannot be read."""
    if len(content) > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES // 2**20
        raise UnreadableFile(
            say("it is larger than {limit} MB; export fewer orders at a time", limit=limit)
        )
    importer = registry.choose(content, format)
    return ReadFile(importer.name, importer.read(content))


def import_orders(
    *,
    household: Household,
    content: bytes,
    file_name: str,
    format: str | None = None,
    dry_run: bool = False,
    now: datetime,
    member: Membership | None = None,
) -> ImportOutcome:
    """Read a file and merge its orders into the household's, in one transaction.

    Raises UnreadableFile when the whole file cannot be read. `file_name` is only for messages;
    `member` signs the history.
    """
    read = read_file(content, format)
    outcome = ImportOutcome(format=read.format, rows=read.file.rows, rejected=read.file.rejected)
    if dry_run:
        _Merge(household, read.file, outcome, now, member).run(writes=False)
        return outcome
    _merge_all(household, read.file, outcome, now, member)
    return outcome


def import_part(
    *, household: Household, orders: list[ParsedOrder], now: datetime, member: Membership | None
) -> ImportOutcome:
    """Merge some of a file's orders, in one transaction; doing it twice changes nothing."""
    part = ParsedFile(rows=len(orders), orders=orders, rejected=[])
    outcome = ImportOutcome(format="", rows=part.rows)
    _merge_all(household, part, outcome, now, member)
    return outcome


def _merge_all(
    household: Household,
    parsed: ParsedFile,
    outcome: ImportOutcome,
    now: datetime,
    member: Membership | None,
) -> None:
    with transaction.atomic():
        # Two imports at once into one household would each make the same orders.
        Household.objects.select_for_update().get(pk=household.pk)
        _Merge(household, parsed, outcome, now, member).run(writes=True)


class _Merge:
    """One import: loads what is known in a few queries, merges in memory, writes in bulk."""

    def __init__(
        self,
        household: Household,
        parsed: ParsedFile,
        outcome: ImportOutcome,
        now: datetime,
        member: Membership | None,
    ) -> None:
        self.household, self.parsed, self.outcome, self.now = household, parsed, outcome, now
        self.signed = {"default_date": now, "default_user": member.user if member else None}
        self.orders: dict[tuple[str, str], Order] = {}
        numbers = [order.number for order in parsed.orders]
        for start in range(0, len(numbers), CHUNK):
            known = Order.objects.of(household).filter(number__in=numbers[start : start + CHUNK])
            for order in known.select_related("seller").prefetch_related("items"):
                self.orders[order.marketplace, order.number] = order
        self.sellers = SellerBook(household, parsed.orders, now=now)
        self.new: list[Order] = []
        self.changed: list[Order] = []
        self.new_items: list[OrderItem] = []
        self.changed_items: list[OrderItem] = []

    def run(self, *, writes: bool) -> None:
        """Without writing it only tells what it would do."""
        sellers = [self.sellers.find(parsed) for parsed in self.parsed.orders]
        if writes:
            self.sellers.save(**self.signed)
        merged = [
            self._merge(parsed, seller)
            for parsed, seller in zip(self.parsed.orders, sellers, strict=True)
        ]
        if writes:
            self._write_orders()
        parcels = ParcelBook(
            self.household,
            [
                (story.after, parsed)
                for (_, story), parsed in zip(merged, self.parsed.orders, strict=True)
            ],
            now=self.now,
        )
        self._report(merged, parcels)
        if not writes:
            return
        parcels.save()
        touched = [*self.new, *self.changed]
        if touched:
            orders_changed.announce(touched, self.now)

    def _merge(self, parsed: ParsedOrder, seller: Seller | None) -> tuple[str, OrderStory]:
        order = self.orders.get((parsed.marketplace, parsed.number))
        if order is None:
            return "created", self._new_order(parsed, seller)
        story = OrderStory(copy.copy(order), order)
        has_changed = complete_order(order, parsed, seller)
        if self._merge_items(story, list(order.items.all()), parsed):
            has_changed = True
        if has_changed:
            self.changed.append(order)
        return "updated" if has_changed else "unchanged", story

    def _new_order(self, parsed: ParsedOrder, seller: Seller | None) -> OrderStory:
        order = Order(
            household=self.household,
            marketplace=parsed.marketplace,
            number=parsed.number,
            created_at=self.now,
        )
        complete_order(order, parsed, seller)
        self.new.append(order)
        story = OrderStory(None, order)
        self._merge_items(story, [], parsed)
        return story

    def _merge_items(self, story: OrderStory, known: list[OrderItem], parsed: ParsedOrder) -> bool:
        order = story.after
        position = max((item.position for item in known), default=-1)
        for item, match in zip(parsed.items, match_items(known, parsed.items), strict=True):
            if match is not None:
                was = copy.copy(match)
                if complete_item(match, item, order.currency):
                    self.changed_items.append(match)
                    story.items.append((was, match))
            elif (item.title or item.product_id) and (parsed.items_are_complete or not known):
                position += 1
                made = new_item(order, item, position)
                self.new_items.append(made)
                story.items.append((None, made))
        return bool(story.items)

    def _write_orders(self) -> None:
        if self.new:
            bulk_create_with_history(self.new, Order, batch_size=CHUNK, **self.signed)
        if self.changed:
            for order in self.changed:
                order.version += 1
            bulk_update_with_history(
                self.changed, Order, ORDER_FIELDS, batch_size=CHUNK, **self.signed
            )
        OrderItem.objects.bulk_create(self.new_items, batch_size=CHUNK)
        if self.changed_items:
            OrderItem.objects.bulk_update(self.changed_items, ITEM_FIELDS, batch_size=CHUNK)

    def _report(self, merged: Iterable[tuple[str, OrderStory]], parcels: ParcelBook) -> None:
        for (action, story), source in zip(merged, self.parsed.orders, strict=True):
            order = story.after
            is_touched = action == "unchanged" and order.pk in parcels.touched
            done = "updated" if is_touched else action
            story.parcels = parcels.news_of(order)
            setattr(self.outcome, done, getattr(self.outcome, done) + 1)
            title = source.items[0].title if source.items else ""
            seller = order.seller.name if order.seller else ""
            self.outcome.lines.append(PreviewLine(order.number, title, seller, done, story))
