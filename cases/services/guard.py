"""What every service of a case begins and ends with: who may, the lock, the event."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case, CaseEvent, FollowUp
from cases.transitions import Verb, allows
from cases.vocabulary import Stage
from households.models import Membership

# Phones' clocks differ a little from the server's.
CLOCK_SLACK = timedelta(minutes=5)
# The same thing logged again within this time is a double click, not a second message.
DOUBLE_CLICK = timedelta(seconds=60)
# A pending follow-up of this rung says that the case is left alone until it is due.
SNOOZE_RUNG = "snooze"
LONGEST_PAST = timedelta(days=3 * 365)


def locked_case(case: Case, *, member: Membership, verb: Verb) -> Case:
    """The case, locked for this transaction, after checking that the member may and the stage lets.

    Raises PermissionDenied for viewers and strangers, CaseError where the stage does not allow it.
    """
    row = locked_row(case, member=member)
    refuse_out_of_turn(row, verb)
    return row


def locked_row(case: Case, *, member: Membership) -> Case:
    """The locked case, whatever its stage; for verbs that must first tell a double click."""
    if not member.may_write or member.household_id != case.household_id:
        raise PermissionDenied(_("Only owners and adults of the household can change its cases."))
    return Case.objects.locked().get(pk=case.pk)


def refuse_out_of_turn(row: Case, verb: Verb) -> None:
    if not allows(Stage(row.stage), verb):
        if row.is_settled:
            raise CaseError(_("The case is settled; reopen it first."))
        if verb is Verb.LOG_DECISION:
            raise CaseError(_("Nothing was taken to the marketplace yet. Note that first."))
        raise CaseError(_("The case is not settled."))


def change_stage(case: Case, stage: Stage, *, now: datetime) -> None:
    """Set the stage (not saved yet)."""
    if case.stage != stage:
        case.stage = stage
        case.stage_since = now


def save_case(case: Case, *fields: str) -> None:
    """Save the named fields with the stage and a new version."""
    case.version += 1
    case.save(update_fields={"stage", "stage_since", "version", *fields})


def record(
    case: Case,
    kind: CaseEvent.Kind,
    *,
    actor: Membership | None,
    now: datetime,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    follow_up: FollowUp | None = None,
) -> CaseEvent:
    return CaseEvent.objects.create(
        household_id=case.household_id,
        case=case,
        at=now,
        actor=actor,
        kind=kind,
        reason=reason,
        stage=case.stage,
        cycle=case.cycle,
        details=dict(details or {}),
        follow_up=follow_up,
    )


def end_snooze(case: Case) -> None:
    """Somebody took the case up again: nobody need be told to come back to it."""
    case.follow_ups.filter(
        status=FollowUp.Status.PENDING, rung__startswith=f"{SNOOZE_RUNG}:"
    ).update(status=FollowUp.Status.CANCELLED)


def refuse_impossible_time(moment: datetime, *, now: datetime, what: str) -> None:
    if moment > now + CLOCK_SLACK:
        raise CaseError(_("%(what)s lies in the future. Write when it happened.") % {"what": what})
    if moment < now - LONGEST_PAST:
        raise CaseError(
            _("%(what)s lies more than three years back. Is the year right?") % {"what": what}
        )
