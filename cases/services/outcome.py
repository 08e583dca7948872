"""Hand a case to the marketplace, settle it, take it up again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case, CaseEvent, Escalation, FollowUp
from cases.planning import replan, waiting_stage
from cases.services.guard import (
    DOUBLE_CLICK,
    change_stage,
    end_snooze,
    locked_case,
    locked_row,
    record,
    refuse_impossible_time,
    refuse_out_of_turn,
    save_case,
)
from cases.transitions import Verb
from cases.vocabulary import EscalationKind, Outcome, Ruling, Stage
from households.models import Membership
from money import Money

PAID_OUTCOMES = (Outcome.REFUNDED, Outcome.PARTLY_REFUNDED)


@transaction.atomic
def escalate_case(
    *,
    member: Membership,
    case: Case,
    kind: str,
    opened_at: datetime,
    reference: str = "",
    statement: str = "",
    now: datetime,
) -> Escalation:
    """The case was taken to the marketplace: it is their turn."""
    row = locked_case(case, member=member, verb=Verb.ESCALATE)
    if kind not in list(EscalationKind):
        raise CaseError(_("Choose a dispute, the support or an appeal."))
    if kind != EscalationKind.SUPPORT and row.order is None:
        raise CaseError(_("A dispute needs an order. Add the order to the case first."))
    refuse_impossible_time(opened_at, now=now, what=_("The time of opening"))
    near = (opened_at - DOUBLE_CLICK, opened_at + DOUBLE_CLICK)
    double = row.escalations.filter(kind=kind, opened_at__range=near).first()
    if double is not None:
        return double
    escalation = Escalation.objects.create(
        case=row,
        kind=kind,
        opened_at=opened_at,
        reference=reference,
        statement=statement,
        opened_by=member,
    )
    row.cycle += 1
    end_snooze(row)
    change_stage(row, Stage.AWAITING_PLATFORM, now=now)
    save_case(row, "cycle")
    record(
        row,
        CaseEvent.Kind.ESCALATED,
        actor=member,
        now=now,
        details={
            "kind": kind,
            "opened_at": opened_at.isoformat(),
            "reference": reference,
            "body": statement,
        },
    )
    replan(row, now=now)
    return escalation


@transaction.atomic
def log_decision(
    *,
    member: Membership,
    case: Case,
    ruling: str,
    decided_at: datetime,
    text: str = "",
    now: datetime,
) -> Escalation:
    """The marketplace decided: the money is on its way, or it is ours to appeal or to settle."""
    row = locked_case(case, member=member, verb=Verb.LOG_DECISION)
    if ruling not in list(Ruling):
        raise CaseError(_("Choose what was decided."))
    refuse_impossible_time(decided_at, now=now, what=_("The time of the decision"))
    escalation = row.escalations.order_by("opened_at", "id").last()
    if escalation is None:
        raise CaseError(_("Nothing was taken to the marketplace yet. Note that first."))
    if decided_at < escalation.opened_at:
        raise CaseError(_("The decision lies before it was opened. Write when it came."))
    if escalation.ruling == ruling and escalation.decided_at == decided_at:
        return escalation
    escalation.ruling, escalation.decided_at = ruling, decided_at
    escalation.save(update_fields=["ruling", "decided_at"])
    end_snooze(row)
    is_for_us = ruling == Ruling.FOR_US
    change_stage(row, Stage.AWAITING_PLATFORM if is_for_us else Stage.ESCALATION_DUE, now=now)
    save_case(row)
    record(
        row,
        CaseEvent.Kind.DECIDED,
        actor=member,
        now=now,
        details={"ruling": ruling, "decided_at": decided_at.isoformat(), "body": text},
    )
    replan(row, now=now)
    return escalation


@transaction.atomic
def settle_case(
    *,
    member: Membership,
    case: Case,
    outcome: str,
    refunded: Money | None = None,
    note: str = "",
    now: datetime,
) -> Case:
    """End the case with an outcome; nothing that was planned comes any more."""
    row = locked_row(case, member=member)
    if _is_settled_so(row, outcome, refunded, now):
        return row
    refuse_out_of_turn(row, Verb.SETTLE)
    if outcome not in list(Outcome):
        raise CaseError(_("Choose how it ended."))
    _refuse_odd_refund(row, outcome, refunded)
    row.outcome = outcome
    row.settled_at = now
    row.refunded_minor = refunded.minor if refunded else None
    if refunded:
        row.currency = refunded.currency
    change_stage(row, Stage.SETTLED, now=now)
    save_case(row, "outcome", "settled_at", "refunded_minor", "currency")
    row.follow_ups.filter(status=FollowUp.Status.PENDING).update(status=FollowUp.Status.CANCELLED)
    record(
        row,
        CaseEvent.Kind.SETTLED,
        actor=member,
        now=now,
        details={
            "outcome": outcome,
            "refunded": str(refunded) if refunded else "",
            "currency": refunded.currency if refunded else "",
            "body": note,
        },
    )
    return row


def _is_settled_so(case: Case, outcome: str, refunded: Money | None, now: datetime) -> bool:
    """The same was said a moment ago: a double click."""
    return (
        case.settled_at is not None
        and now - case.settled_at <= DOUBLE_CLICK
        and case.outcome == outcome
        and case.refunded_minor == (refunded.minor if refunded else None)
    )


def _refuse_odd_refund(case: Case, outcome: str, refunded: Money | None) -> None:
    if refunded is None:
        return
    if refunded.minor < 0:
        raise CaseError(_("The refund cannot be below zero."))
    if case.value is not None and refunded.currency != case.currency:
        raise CaseError(
            _("The refund must be in %(currency)s, like the money at stake.")
            % {"currency": case.currency}
        )
    if outcome not in PAID_OUTCOMES and refunded.minor > 0:
        raise CaseError(_("Money came back: choose 'refunded' or 'partly refunded'."))


@transaction.atomic
def reopen_case(*, member: Membership, case: Case, reason: str, now: datetime) -> Case:
    """Take a settled case up again where its messages left it; what is planned is armed anew."""
    row = locked_row(case, member=member)
    if _is_reopened_so(row, member, reason, now):
        return row
    refuse_out_of_turn(row, Verb.REOPEN)
    row.outcome = ""
    row.settled_at = None
    row.refunded_minor = None
    row.cycle += 1
    change_stage(row, waiting_stage(row), now=now)
    change_stage(row, replan(row, now=now).stage, now=now)
    save_case(row, "outcome", "settled_at", "refunded_minor", "cycle")
    record(row, CaseEvent.Kind.REOPENED, actor=member, now=now, details={"body": reason})
    return row


def _is_reopened_so(case: Case, member: Membership, reason: str, now: datetime) -> bool:
    recent = case.events.filter(kind=CaseEvent.Kind.REOPENED, at__gt=now - DOUBLE_CLICK)
    return not case.is_settled and recent.filter(actor=member, details={"body": reason}).exists()
