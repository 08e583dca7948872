"""Plan cases anew when something beside them changed: an order's dates, a seller's hours."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.planning import replan, stage_without_flag
from cases.querysets import CaseQuerySet
from cases.services.guard import change_stage, record, save_case
from households.models import Membership, Role, User
from languages.sentences import say
from orders.models import Order
from sellers.models import Seller

log = logging.getLogger(__name__)


@transaction.atomic
def replan_case(*, case: Case, now: datetime, why: str) -> bool:
    """Plan an open case anew; True, with an event, when that changed anything."""
    return _replan_locked(Case.objects.locked().get(pk=case.pk), now, why)


def replan_for_orders(orders: Sequence[Order], now: datetime) -> None:
    """Orders changed: plan their open cases anew (orders_changed announces it)."""
    cases = Case.objects.filter(order__in=[order.pk for order in orders])
    _replan_all(cases, now, say("The dates of the order changed."))


def replan_for_seller(seller: Seller, now: datetime) -> None:
    """What is known of a seller changed: plan the open cases with them anew."""
    _replan_all(
        Case.objects.filter(seller=seller), now, say("What is known of the seller changed.")
    )


def replan_for_person(person: User, now: datetime) -> None:
    """A person's clock changed: the cases that follow it are planned by the new one."""
    memberships = Membership.objects.active().filter(user=person)
    theirs = Q(assignee__in=memberships)
    for_all = Q(
        assignee=None, household__in=memberships.filter(role=Role.OWNER).values("household")
    )
    cases = Case.objects.filter(theirs | for_all)
    _replan_all(cases, now, say("The hours of who is in charge changed."))


@transaction.atomic
def _replan_all(cases: CaseQuerySet, now: datetime, why: str) -> None:
    # By key: two that lock several cases at once must take them in the same order.
    for case in cases.open().locked().order_by("pk"):
        try:
            _replan_locked(case, now, why)
        except CaseError as fault:
            # One case that cannot be planned must not undo an import of five hundred orders.
            log.warning("case %s keeps its plan: %s", case.public_id, fault)


def _replan_locked(case: Case, now: datetime, why: str) -> bool:
    if case.is_settled:
        return False
    stage = case.stage
    change_stage(case, stage_without_flag(case, now=now), now=now)
    replanned = replan(case, now=now)
    if not replanned and stage == case.stage:
        return False
    save_case(case)
    record(case, CaseEvent.Kind.REPLANNED, actor=None, now=now, reason=why)
    return True
