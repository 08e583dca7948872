"""Open a case, change what it says, put somebody in charge."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.planning import replan, stage_without_flag
from cases.services.guard import DOUBLE_CLICK, change_stage, locked_case, record, save_case
from cases.transitions import Verb
from cases.vocabulary import Stage
from households.conflicts import EditConflict, FieldChange
from households.models import Household, Membership
from languages.saying import said
from money import Money
from orders.models import Order
from sellers.models import Seller
from sellers.profiles import get_profile

EDITABLE = ("title", "issue", "goal", "details", "order", "value_minor", "currency")


@transaction.atomic
def open_case(
    *,
    member: Membership,
    seller: Seller,
    order: Order | None = None,
    title: str,
    issue: str,
    goal: str,
    details: str = "",
    value: Money | None = None,
    assignee: Membership | None = None,
    now: datetime,
) -> Case:
    """Open a case, with an order or without; raise CaseError where the facts do not fit together."""
    if not member.may_write:
        raise PermissionDenied(_("Viewers can look at everything but change nothing."))
    _refuse_strangers(member, seller, order, assignee)
    _refuse_unfit_issue(issue, seller, order)
    # Two clicks must not both find nothing: the second waits here for the first.
    Household.objects.select_for_update(no_key=True).get(pk=member.household_id)
    same = Case.objects.of(member.household).filter(seller=seller, order=order, title=title)
    double = same.filter(issue=issue, opened_at__gt=now - DOUBLE_CLICK).open().first()
    if double is not None:
        return double
    case = Case.objects.create(
        household=member.household,
        seller=seller,
        order=order,
        title=title,
        issue=issue,
        goal=goal,
        details=details,
        value_minor=value.minor if value else None,
        currency=value.currency if value else "",
        assignee=assignee,
        stage=Stage.DRAFTING,
        opened_at=now,
        stage_since=now,
    )
    record(case, CaseEvent.Kind.OPENED, actor=member, now=now, details={"title": title})
    replan(case, now=now)
    return case


def _refuse_strangers(
    member: Membership, seller: Seller, order: Order | None, assignee: Membership | None
) -> None:
    for row in (seller, order, assignee):
        if row is not None and row.household_id != member.household_id:
            raise PermissionDenied(_("That belongs to another household."))


def _refuse_unfit_issue(issue: str, seller: Seller, order: Order | None) -> None:
    known = get_profile(seller.marketplace).issues
    if issue not in known:
        raise CaseError(
            _("%(issue)s is not one of the things that can be wrong. Choose one.")
            % {"issue": repr(issue)}
        )
    if known[issue].needs_order and order is None:
        raise CaseError(
            _("'%(issue)s' needs an order. Choose the order it is about.")
            % {"issue": said(known[issue].label)}
        )
    if order is not None and order.seller_id not in {None, seller.pk}:
        raise CaseError(
            _("Order %(number)s is from another seller. Choose the one it is from.")
            % {"number": order.number}
        )


@transaction.atomic
def edit_case(
    *, member: Membership, case: Case, version: int, changes: Mapping[str, Any], now: datetime
) -> Case:
    """Change what the case says. `version` is what the form was opened with; when somebody else
    changed the case meanwhile in the same fields, EditConflict tells what, and nothing is saved."""
    row = locked_case(case, member=member, verb=Verb.EDIT)
    changed = {
        name: value
        for name, value in changes.items()
        if name in EDITABLE and getattr(row, name) != value
    }
    if version != row.version:
        _refuse_overwriting(row, version, changed)
    if not changed:
        return row
    before = {name: _shown(getattr(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    _refuse_strangers(member, row.seller, row.order, None)
    _refuse_unfit_issue(row.issue, row.seller, row.order)
    if not row.is_settled:
        change_stage(row, stage_without_flag(row, now=now), now=now)
    save_case(row, *changed)
    after = {name: _shown(value) for name, value in changed.items()}
    record(
        row,
        CaseEvent.Kind.EDITED,
        actor=member,
        now=now,
        details={"before": before, "after": after, "version": row.version},
    )
    if not row.is_settled:
        replan(row, now=now)
    return row


def _shown(value: Any) -> str:
    return "" if value is None else force_str(value)


def _refuse_overwriting(row: Case, version: int, changed: Mapping[str, Any]) -> None:
    """Raise EditConflict when an edit after `version` touched a field that this one changes too."""
    edits = row.events.filter(kind=CaseEvent.Kind.EDITED, details__version__gt=version)
    theirs: dict[str, FieldChange] = {}
    who = ""
    for event in edits.select_related("actor__user").order_by("id"):
        for name in event.details["after"]:
            if name in changed:
                first = theirs.get(name)
                label = force_str(getattr(Case._meta.get_field(name), "verbose_name", name))
                before = first.before if first else event.details["before"][name]
                theirs[name] = FieldChange(name, label, before, event.details["after"][name])
                who = str(event.actor)
    if theirs:
        raise EditConflict(who=who, changes=tuple(theirs.values()), version=row.version)


@transaction.atomic
def assign_case(
    *, member: Membership, case: Case, assignee: Membership | None, now: datetime
) -> Case:
    """Put a member in charge, or nobody."""
    row = locked_case(case, member=member, verb=Verb.EDIT)
    if assignee is not None and (
        assignee.household_id != row.household_id or assignee.left_at is not None
    ):
        raise CaseError(_("Only somebody who belongs to the household can be in charge."))
    if row.assignee_id == (assignee.pk if assignee else None):
        return row
    row.assignee = assignee
    save_case(row, "assignee")
    record(
        row,
        CaseEvent.Kind.ASSIGNED,
        actor=member,
        now=now,
        details={"to": str(assignee) if assignee else ""},
    )
    if not row.is_settled:
        replan(row, now=now)
    return row
