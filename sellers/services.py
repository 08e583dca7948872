"""What members do with sellers."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from households.models import Membership
from sellers.announcements import seller_changed
from sellers.editing import Described, refuse_stale_edit, sign_history
from sellers.models import Seller

# The fields that a member may set; whatever else a caller passes is a programming error.
EDITABLE = (
    "marketplace",
    "name",
    "store_id",
    "url",
    "country",
    "time_zone",
    "languages",
    "business_hours",
    "response_rate",
    "inquiry_volume",
    "positive_feedback",
    "open_since",
    "away_from",
    "away_until",
    "notes",
)
# What the forecast and the plan read: when one of these changes, open cases are planned anew.
JUDGED = (
    "marketplace",
    "country",
    "time_zone",
    "languages",
    "business_hours",
    "response_rate",
    "inquiry_volume",
    "away_from",
    "away_until",
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class SellerError(Exception):
    """The seller cannot be saved so; the message says why and what to do instead."""


def create_seller(*, member: Membership, fields: Mapping[str, object], now: datetime) -> Seller:
    seller = Seller(household=member.household, created_at=now)
    _set(seller, fields)
    _save(seller, member=member, now=now)
    return seller


def edit_seller(
    *,
    member: Membership,
    seller: Seller,
    version: int,
    changes: Mapping[str, object],
    now: datetime,
) -> Seller:
    """Save what was typed; raise EditConflict when somebody saved after the form was opened."""
    with transaction.atomic():
        current = _lock(member, seller)
        refuse_stale_edit(current, version=version, describe=describe_seller)
        judged_before = [getattr(current, field) for field in JUDGED]
        _set(current, changes)
        current.version += 1
        _save(current, member=member, now=now)
        if judged_before != [getattr(current, field) for field in JUDGED]:
            seller_changed.announce(current, now)
    return current


def correct_seller(
    *, member: Membership, seller: Seller, changes: Mapping[str, object], now: datetime
) -> Seller:
    """Write down what somebody just read on the store's page, whoever edited meanwhile."""
    with transaction.atomic():
        current = _lock(member, seller)
        if all(getattr(current, field) == value for field, value in changes.items()):
            return current
        _set(current, changes)
        current.version += 1
        _save(current, member=member, now=now)
    return current


def archive_seller(*, member: Membership, seller: Seller, now: datetime) -> Seller:
    """Put the seller out of the lists; open cases go on, nothing is deleted."""
    return _set_archived(member=member, seller=seller, archived_at=now, now=now)


def restore_seller(*, member: Membership, seller: Seller, now: datetime) -> Seller:
    return _set_archived(member=member, seller=seller, archived_at=None, now=now)


def _set_archived(
    *, member: Membership, seller: Seller, archived_at: datetime | None, now: datetime
) -> Seller:
    with transaction.atomic():
        current = _lock(member, seller)
        if (current.archived_at is None) == (archived_at is None):
            return current
        current.archived_at = archived_at
        current.version += 1
        _save(current, member=member, now=now)
    return current


def _lock(member: Membership, seller: Seller) -> Seller:
    return Seller.objects.of(member.household).select_for_update().get(pk=seller.pk)


def _set(seller: Seller, fields: Mapping[str, object]) -> None:
    for field, value in fields.items():
        if field not in EDITABLE:
            raise TypeError(f"{field} of a seller is not for members to set")
        setattr(seller, field, value)


def _save(seller: Seller, *, member: Membership, now: datetime) -> None:
    sign_history(seller, member=member, now=now)
    try:
        with transaction.atomic():
            seller.save()
    except IntegrityError as error:
        raise SellerError(
            _("There is a seller with the store number %(number)s already.")
            % {"number": seller.store_id}
        ) from error


def describe_seller(row: Seller) -> Described:
    """The fields of a seller, or of its historical record, as people read them."""
    hours = row.business_hours or {}
    texts = {
        "business_hours": ", ".join(
            f"{day} {'-'.join(hours[day])}" for day in WEEKDAYS if day in hours
        ),
        "languages": ", ".join(row.languages or []),
        "response_rate": "" if row.response_rate is None else f"{row.response_rate:.0%}",
        "inquiry_volume": str(row.get_inquiry_volume_display()),
        "archived_at": _("yes") if row.archived_at else _("no"),
    }
    described = {}
    for field in (*EDITABLE, "archived_at"):
        value = getattr(row, field)
        label = _("archived") if field == "archived_at" else _label(field)
        described[field] = (label, texts.get(field, "" if value is None else str(value)))
    return described


def _label(field: str) -> str:
    return str(Seller._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
