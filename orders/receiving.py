"""A parcel arrived; receipt was confirmed at the marketplace, which may end protection."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Membership
from orders.announcements import orders_changed
from orders.importers.statuses import is_ahead
from orders.models import Order, OrderStatus, ProtectionSource
from orders.services import OrderError, derive_deadline, lock_order, profile_of, save_order


def mark_arrived(*, member: Membership, order: Order, now: datetime) -> Order:
    """Note that it is here; a day of delivery that is known already stays."""
    with transaction.atomic():
        current = lock_order(member, order)
        is_news = is_ahead(OrderStatus.DELIVERED, current.status)
        if current.delivered_at is not None and not is_news:
            return current
        current.delivered_at = current.delivered_at or now
        if is_news:
            current.status = OrderStatus.DELIVERED
        derive_deadline(current)
        return _saved(current, member=member, now=now)


def confirm_receipt(*, member: Membership, order: Order, now: datetime) -> Order:
    """Note that receipt was confirmed; raise OrderError for an order that was cancelled.

    Where confirming ends protection, it does so whoever said when it would end.
    """
    with transaction.atomic():
        current = lock_order(member, order)
        if current.confirmed_at is not None:
            return current
        if current.status == OrderStatus.CANCELLED:
            raise OrderError(_("This order was cancelled; there is no receipt to confirm."))
        current.confirmed_at = now
        current.delivered_at = current.delivered_at or now
        current.status = OrderStatus.COMPLETED
        if protection_lost(current, now=now):
            current.protection_source = ProtectionSource.DERIVED
        derive_deadline(current)
        return _saved(current, member=member, now=now)


def protection_lost(order: Order, *, now: datetime) -> datetime | None:
    """Until when the order would be protected if receipt were not confirmed now."""
    profile = profile_of(order)
    ends_at = order.protection_ends_at
    if profile is None or not profile.confirming_ends_it or ends_at is None or ends_at <= now:
        return None
    return ends_at


def _saved(order: Order, *, member: Membership, now: datetime) -> Order:
    order.version += 1
    save_order(order, member=member, now=now)
    orders_changed.announce([order], now)
    return order
