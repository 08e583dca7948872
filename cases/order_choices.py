"""The orders that a form offers: the newest, so that its page stays small; every one is accepted."""

from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.forms import BoundField
from django.utils.translation import gettext as _

from orders.models import Order, OrderItem

MOST_OFFERED = 100


def offer_orders(field: BoundField, orders: QuerySet[Order]) -> None:
    """Fill the select with the newest orders and the chosen one; one query."""
    choice: Any = field.field
    title = OrderItem.objects.filter(order=OuterRef("pk")).order_by("position", "id")
    rows = (
        orders.annotate(first_title=Subquery(title.values("title")[:1]))
        .order_by(F("placed_at").desc(nulls_last=True), "-pk")
        .values_list("public_id", "number", "first_title")
    )
    newest = list(rows[: MOST_OFFERED + 1])
    options = [_option(*row) for row in newest[:MOST_OFFERED]]
    chosen = _public_id(str(field.value() or ""))
    if chosen is not None and str(chosen) not in dict(options):
        options += [_option(*row) for row in rows.filter(public_id=chosen)]
    choice.widget.choices = [("", choice.empty_label), *options]
    if len(newest) > MOST_OFFERED:
        choice.help_text = _(
            "The newest %(count)s. For an older one, open the order and press “Open a case”."
        ) % {"count": MOST_OFFERED}


def _public_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _option(public_id: object, number: str, title: str | None) -> tuple[str, str]:
    return str(public_id), f"…{number[-4:]} {title or ''}"[:80]
