"""Give all open cases of one member to another, in one act."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.planning import replan
from cases.services.guard import record, save_case
from households.models import Membership
from languages.sentences import say


@transaction.atomic
def hand_over_cases(
    *, member: Membership, of: Membership, to: Membership | None, now: datetime
) -> int:
    """All open cases that are with `of` are with `to` (or everybody) from now on; how many.

    Each has its event, and is planned anew: its steps follow the clock of who is in charge.
    """
    if not member.may_write or of.household_id != member.household_id:
        raise PermissionDenied(_("Only owners and adults of the household can change its cases."))
    _refuse_heir(of, to)
    handed = 0
    for case in _open_cases_of(of):
        _assign(case, to, actor=member, why="", now=now)
        handed += 1
    return handed


def _refuse_heir(of: Membership, to: Membership | None) -> None:
    if to is None:
        return
    if to.household_id != of.household_id or not to.may_write:
        raise CaseError(_("Choose an owner or adult of the household: only they can act on cases."))
    if to.pk == of.pk:
        raise CaseError(
            _("These cases are with %(name)s already. Choose somebody else.") % {"name": to}
        )


def pass_on_cases(member: Membership, heir: Membership | None, now: datetime) -> None:
    """A member left (member_left announces it): what was theirs is the heir's, or everybody's."""
    why = say("{member} left the household.", member=str(member))
    for case in Case.objects.filter(assignee=member).locked().order_by("pk"):
        _assign(case, None if case.is_settled else heir, actor=None, why=why, now=now)


def _open_cases_of(of: Membership) -> "list[Case]":
    # By key: two that lock several cases at once must take them in the same order.
    return list(Case.objects.filter(assignee=of).open().locked().order_by("pk"))


def _assign(
    case: Case, to: Membership | None, *, actor: Membership | None, why: str, now: datetime
) -> None:
    case.assignee = to
    save_case(case, "assignee")
    record(
        case,
        CaseEvent.Kind.ASSIGNED,
        actor=actor,
        now=now,
        reason=why,
        details={"to": str(to) if to else ""},
    )
    if not case.is_settled:
        replan(case, now=now)
