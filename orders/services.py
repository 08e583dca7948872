"""What members do with orders and parcels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from households.models import Membership
from languages.saying import written
from money import Money
from orders.announcements import orders_changed
from orders.models import Order, OrderItem, Parcel, ProtectionSource
from orders.parcels import NumberError, recognise_carrier, tidy_tracking_number
from orders.protection import derive_protection_end
from sellers.editing import Described, refuse_stale_edit, sign_history
from sellers.models import Seller
from sellers.profiles import Profile, load_profiles

# The fields that a member may set; whatever else a caller passes is a programming error.
EDITABLE = (
    "marketplace",
    "number",
    "seller",
    "url",
    "status",
    "total_minor",
    "currency",
    "placed_at",
    "shipped_at",
    "delivered_at",
    "confirmed_at",
    "protection_ends_at",
    "notes",
)
# What the plan reads: when one of these changes, the order's open cases are planned anew.
PLANNED_FROM = (
    "marketplace",
    "status",
    "placed_at",
    "shipped_at",
    "delivered_at",
    "confirmed_at",
    "protection_ends_at",
)


class OrderError(Exception):
    """The order or parcel cannot be saved so; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEntry:
    """A line of the order's form. `item_id` names the item that it changes; None is a new one."""

    item_id: int | None = None
    is_removed: bool = False
    title: str = ""
    product_id: str = ""
    attributes: str = ""
    quantity: int = 1
    unit_price: Money | None = None
    url: str = ""


def create_order(
    *,
    member: Membership,
    fields: Mapping[str, object],
    items: Sequence[ItemEntry],
    now: datetime,
) -> Order:
    order = Order(household=member.household, created_at=now)
    with transaction.atomic():
        _set(order, fields)
        _protect(order, fields, before=None)
        save_order(order, member=member, now=now)
        _write_items(order, items)
    return order


def edit_order(
    *,
    member: Membership,
    order: Order,
    version: int,
    changes: Mapping[str, object],
    items: Sequence[ItemEntry],
    now: datetime,
) -> Order:
    """Save what was typed; raise EditConflict when somebody saved after the form was opened.

    A deadline in `changes` counts as entered (unless it is the imported one, unchanged); None there
    has it derived again.
    """
    with transaction.atomic():
        current = lock_order(member, order)
        refuse_stale_edit(current, version=version, describe=describe_order)
        planned_before = [getattr(current, field) for field in PLANNED_FROM]
        deadline, currency = current.protection_ends_at, current.currency
        _set(current, changes)
        _protect(current, changes, before=deadline)
        current.version += 1
        save_order(current, member=member, now=now)
        _move_prices(current, was=currency)
        _write_items(current, items)
        if planned_before != [getattr(current, field) for field in PLANNED_FROM]:
            orders_changed.announce([current], now)
    return current


def archive_order(*, member: Membership, order: Order, now: datetime) -> Order:
    """Put the order out of the lists; its open cases go on, nothing is deleted."""
    return _set_archived(member=member, order=order, archived_at=now, now=now)


def restore_order(*, member: Membership, order: Order, now: datetime) -> Order:
    return _set_archived(member=member, order=order, archived_at=None, now=now)


def name_seller(*, member: Membership, order: Order, seller: Seller, now: datetime) -> Order:
    """Say from whom an order is that named nobody; one that names somebody stays as it is."""
    with transaction.atomic():
        current = lock_order(member, order)
        if current.seller_id is None:
            current.seller = seller
            current.version += 1
            save_order(current, member=member, now=now)
    return current


def add_parcel(
    *, member: Membership, order: Order, tracking_number: str, carrier: str, now: datetime
) -> Parcel:
    """Follow a number with this order; one parcel may carry several orders of the household."""
    try:
        number = tidy_tracking_number(tracking_number)
    except NumberError as error:
        raise OrderError(str(error)) from error
    recognised = recognise_carrier(profile_of(order), number)
    name = carrier.strip() or (recognised.name if recognised else "")
    with transaction.atomic():
        current = lock_order(member, order)
        parcel, _created = Parcel.objects.of(member.household).get_or_create(
            household=member.household,
            tracking_number=number,
            defaults={"carrier": name, "created_at": now},
        )
        if carrier.strip() and parcel.carrier != name:
            parcel.carrier = name
            parcel.save(update_fields=["carrier"])
        parcel.orders.add(current)
    return parcel


def remove_parcel(*, member: Membership, order: Order, parcel: Parcel) -> None:
    """Take the number off this order; a parcel that carries no order any more is forgotten."""
    with transaction.atomic():
        parcel.orders.remove(lock_order(member, order))
        if not parcel.orders.exists():
            parcel.delete()


def profile_of(order: Order) -> Profile | None:
    """The profile of the order's marketplace; None for a code that has no file any more."""
    return load_profiles().get(order.marketplace)


def _set_archived(
    *, member: Membership, order: Order, archived_at: datetime | None, now: datetime
) -> Order:
    with transaction.atomic():
        current = lock_order(member, order)
        if (current.archived_at is None) == (archived_at is None):
            return current
        current.archived_at = archived_at
        current.version += 1
        save_order(current, member=member, now=now)
    return current


def lock_order(member: Membership, order: Order) -> Order:
    # Only the order's own row: a seller is nullable, and PostgreSQL locks no outer join.
    return Order.objects.of(member.household).select_for_update().get(pk=order.pk)


def _set(order: Order, fields: Mapping[str, object]) -> None:
    for field, value in fields.items():
        if field not in EDITABLE:
            raise TypeError(f"{field} of an order is not for members to set")
        setattr(order, field, value)


def _protect(order: Order, typed: Mapping[str, object], *, before: datetime | None) -> None:
    """Say where the deadline comes from; entered and imported ones win over the derived one."""
    if "protection_ends_at" in typed:
        deadline = typed["protection_ends_at"]
        if deadline is None:
            order.protection_source = ""
        elif order.protection_source != ProtectionSource.IMPORTED or deadline != before:
            order.protection_source = ProtectionSource.ENTERED
            order.protection_rule = ""
    derive_deadline(order)


def derive_deadline(order: Order) -> None:
    """Work the deadline out anew, unless a member entered it or an import brought it."""
    if order.protection_source not in {"", ProtectionSource.DERIVED}:
        return
    profile = profile_of(order)
    derived = profile and derive_protection_end(
        profile=profile,
        placed_at=order.placed_at,
        shipped_at=order.shipped_at,
        delivered_at=order.delivered_at,
        confirmed_at=order.confirmed_at,
    )
    if derived:
        order.protection_ends_at = derived.ends_at
        order.protection_source = ProtectionSource.DERIVED
        order.protection_rule = derived.rule
    else:
        order.protection_ends_at = None
        order.protection_source = order.protection_rule = ""


def save_order(order: Order, *, member: Membership, now: datetime) -> None:
    sign_history(order, member=member, now=now)
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError as error:
        raise OrderError(
            _("There is an order with the number %(number)s already.") % {"number": order.number}
        ) from error


def _move_prices(order: Order, *, was: str) -> None:
    """When the order's currency was corrected, the items' prices were in the wrong one as well."""
    if not was or not order.currency or was == order.currency:
        return
    for item in order.items.filter(currency=was, unit_price_minor__isnull=False):
        same = Money.parse(str(item.unit_price), order.currency)
        item.unit_price_minor, item.currency = same.minor, same.currency
        item.save(update_fields=["unit_price_minor", "currency"])


def _write_items(order: Order, entries: Iterable[ItemEntry]) -> None:
    existing = {item.pk: item for item in order.items.all()}
    position = max((item.position for item in existing.values()), default=-1)
    for entry in entries:
        item = existing.get(entry.item_id) if entry.item_id else None
        if entry.is_removed:
            if item:
                item.delete()
            continue
        if item is None:
            position += 1
            item = OrderItem(order=order, position=position)
        item.title, item.attributes = entry.title, entry.attributes
        item.url, item.quantity = entry.url, entry.quantity
        item.product_id = entry.product_id or item.product_id
        item.unit_price_minor = entry.unit_price.minor if entry.unit_price else None
        item.currency = entry.unit_price.currency if entry.unit_price else order.currency
        item.save()


def describe_order(row: Order) -> Described:
    """The fields of an order, or of its historical record, as people read them."""
    total = None
    if row.total_minor is not None and row.currency:
        total = Money(row.total_minor, row.currency)
    described = {
        "number": (_("order number"), row.number),
        "marketplace": (_("marketplace"), row.marketplace),
        "seller": (_("seller"), str(row.seller or "")),
        "status": (_("status"), str(row.get_status_display())),
        "total": (_("total"), total.formatted(get_language() or "en") if total else ""),
        "url": (_("order page"), row.url),
        "notes": (_("notes"), row.notes),
        "archived": (_("archived"), _("yes") if row.archived_at else _("no")),
    }
    for field in ("placed_at", "shipped_at", "delivered_at", "confirmed_at", "protection_ends_at"):
        label = str(Order._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
        described[field] = (label, _moment(getattr(row, field)))
    return described


def _moment(moment: datetime | None) -> str:
    return written(moment, "j M Y, H:i") if moment else ""
