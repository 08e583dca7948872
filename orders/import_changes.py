"""What an import changes of an order, field by field, as people read it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from households.conflicts import FieldChange
from money import Money
from orders.models import Order, OrderItem
from orders.services import describe_order

SHOWN_ITEMS = 20


@dataclass(slots=True)
class OrderStory:
    """An order as it was (None: not there yet) and as the import leaves it; likewise its items."""

    before: Order | None
    after: Order
    items: list[tuple[OrderItem | None, OrderItem]] = field(default_factory=list)
    parcels: Sequence[str] = ()

    def changes(self) -> list[FieldChange]:
        """Nothing for an order that is new as a whole."""
        if self.before is None:
            return []
        changes = _order_changes(self.before, self.after)
        for was, item in self.items[:SHOWN_ITEMS]:
            changes += _item_changes(was, item)
        return changes + [
            FieldChange("parcels", capfirst(_("tracking number")), "", number)
            for number in self.parcels
        ]


def _order_changes(before: Order, after: Order) -> list[FieldChange]:
    was, now = _all_of(before), _all_of(after)
    return [
        FieldChange(name, capfirst(label), was[name][1], value)
        for name, (label, value) in now.items()
        if was[name][1] != value
    ]


def _all_of(order: Order) -> dict[str, tuple[str, str]]:
    label = str(Order._meta.get_field("status_text").verbose_name)
    return {**describe_order(order), "status_text": (label, order.status_text)}


def _item_changes(was: OrderItem | None, item: OrderItem) -> list[FieldChange]:
    if was is None:
        return [FieldChange("items", capfirst(_("item")), "", item.title)]
    before, after = _described(was), _described(item)
    changed = [
        FieldChange("items", f"{item.title[:60]}: {label}", before[label], value)
        for label, value in after.items()
        if before[label] != value
    ]
    # What only programs read, like a variant's number, is not worth a line each.
    return changed or [FieldChange("items", item.title[:60], "", _("details completed"))]


def _described(item: OrderItem) -> dict[str, str]:
    price: Money | None = item.unit_price
    return {
        _("options"): item.attributes,
        _("quantity"): str(item.quantity),
        _("price"): price.formatted(get_language() or "en") if price else "",
        _("product page"): item.url,
    }
