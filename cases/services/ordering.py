"""A question asked before buying becomes the case of the order that came of it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case
from cases.services.guard import locked_case
from cases.services.opening import edit_case
from cases.transitions import Verb
from households.models import Membership
from orders.models import Order
from orders.services import name_seller


@transaction.atomic
def attach_order(*, member: Membership, case: Case, order: Order, now: datetime) -> Case:
    """Tie the case to the order, with its money where none was named; the plan follows at once.

    An order whose seller is not known gets the case's. A second call changes nothing; raises
    CaseError where the case has another order, or the order another seller.
    """
    row = locked_case(case, member=member, verb=Verb.EDIT)
    if order.household_id != row.household_id:
        raise PermissionDenied(_("That belongs to another household."))
    if row.order_id == order.pk:
        return row
    if row.order_id is not None:
        raise CaseError(_("This case has an order already. Open a new case for the other one."))
    if order.marketplace != row.seller.marketplace:
        raise CaseError(
            _("Order %(number)s is from another marketplace than this seller.")
            % {"number": order.number}
        )
    if order.seller_id is None:
        order = name_seller(member=member, order=order, seller=row.seller, now=now)
    changes: dict[str, object] = {"order": order}
    if row.value_minor is None and order.total is not None:
        changes |= {"value_minor": order.total.minor, "currency": order.total.currency}
    return edit_case(member=member, case=row, version=row.version, changes=changes, now=now)
