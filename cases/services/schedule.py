"""Change what is planned for a case: snooze, move, skip, or add a step of one's own."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case, CaseEvent, FollowUp
from cases.services.guard import SNOOZE_RUNG, end_snooze, locked_case, record, save_case
from cases.transitions import Verb
from cases.vocabulary import FollowUpKind, Stage, Turn
from households.models import Membership
from languages.saying import written
from languages.sentences import say

Status = FollowUp.Status
BOUND_BY_SAFETY = (FollowUpKind.RETRY, FollowUpKind.ESCALATE)
# A warning is about the deadline itself: it is told whatever a member would rather put off.
SNOOZED_KINDS = (*BOUND_BY_SAFETY, FollowUpKind.PLATFORM_CHECK, FollowUpKind.SETTLE_CHECK)


def _said(moment: datetime) -> str:
    return written(moment, "D j M, H:i")


def _refuse_past(moment: datetime, now: datetime) -> None:
    if moment <= now:
        raise CaseError(
            _("%(moment)s has passed. Choose a later time.") % {"moment": _said(moment)}
        )


def _refuse_beyond_safety(case: Case, moment: datetime, now: datetime) -> None:
    """What is with the marketplace already is safe; all else must come before the last safe moment."""
    by = case.escalate_by
    if by is None or moment <= by or case.stage == Stage.AWAITING_PLATFORM:
        return
    if by <= now:
        raise CaseError(
            _(
                "The last safe moment to escalate, %(by)s, has passed, so this cannot wait. Take it to the marketplace, or settle the case."
            )
            % {"by": _said(by)}
        )
    raise CaseError(
        _("%(moment)s is after the last safe moment to escalate, %(by)s. Choose an earlier time.")
        % {"moment": _said(moment), "by": _said(by)}
    )


def _refuse_beyond_deadline(case: Case, moment: datetime) -> None:
    ends_at = case.order.protection_ends_at if case.order else None
    if ends_at is not None and moment > ends_at:
        raise CaseError(
            _("%(moment)s is after protection ends, %(ends_at)s. Choose an earlier time.")
            % {"moment": _said(moment), "ends_at": _said(ends_at)}
        )


def _refuse_before_answer_is_due(case: Case, moment: datetime) -> None:
    last = case.attempts.last()
    if last is not None and moment < last.expected_by:
        raise CaseError(
            _(
                "The seller may still answer until %(expected_by)s. Choose a later time; you can write again whenever you like."
            )
            % {"expected_by": _said(last.expected_by)}
        )


@transaction.atomic
def snooze_case(*, member: Membership, case: Case, until: datetime, now: datetime) -> FollowUp:
    """Leave the case alone until then; planned steps before it wait, but none past safety."""
    row = locked_case(case, member=member, verb=Verb.SCHEDULE)
    _refuse_past(until, now)
    _refuse_beyond_safety(row, until, now)
    pending = row.follow_ups.filter(status=Status.PENDING)
    earlier = pending.filter(rung__startswith=f"{SNOOZE_RUNG}:").first()
    if earlier is not None and earlier.due_at == until:
        return earlier
    steps = list(pending.filter(origin=FollowUp.Origin.PLAN, kind__in=SNOOZED_KINDS))
    planned = {f.pk: _time_before_snooze(f, earlier) for f in steps}
    for follow_up in steps:
        # What comes after the first step keeps its distance, or all would fall due at once.
        after_first = planned[follow_up.pk] - min(planned.values())
        target = max(planned[follow_up.pk], until + after_first)
        if row.escalate_by is not None:
            target = min(target, max(row.escalate_by, until))
        if follow_up.due_at != target:
            _move(follow_up, target)
    end_snooze(row)
    why = say("You wanted to come back to this now.")
    follow_up = _own_follow_up(row, member, until, why, now, rung=SNOOZE_RUNG)
    save_case(row)
    record(row, CaseEvent.Kind.SNOOZED, actor=member, now=now, details={"until": until.isoformat()})
    return follow_up


def _time_before_snooze(follow_up: FollowUp, earlier: FollowUp | None) -> datetime:
    """When the step would come without the snooze that is about to be replaced."""
    was_put_off = earlier is not None and follow_up.due_at >= earlier.due_at
    return (follow_up.planned_at if was_put_off else None) or follow_up.due_at


@transaction.atomic
def add_follow_up(
    *, member: Membership, case: Case, due_at: datetime, note: str, now: datetime
) -> FollowUp:
    """A reminder of the member's own."""
    row = locked_case(case, member=member, verb=Verb.SCHEDULE)
    _refuse_past(due_at, now)
    double = row.follow_ups.filter(
        status=Status.PENDING, kind=FollowUpKind.OWN, due_at=due_at, reason=note
    ).first()
    if double is not None:
        return double
    follow_up = _own_follow_up(row, member, due_at, note, now)
    save_case(row)
    record(
        row,
        CaseEvent.Kind.FOLLOW_UP_ADDED,
        actor=member,
        now=now,
        details={"due_at": due_at.isoformat(), "body": note},
        follow_up=follow_up,
    )
    return follow_up


def _own_follow_up(
    case: Case, member: Membership, due_at: datetime, why: str, now: datetime, rung: str = "own"
) -> FollowUp:
    return FollowUp.objects.create(
        household_id=case.household_id,
        case=case,
        kind=FollowUpKind.OWN,
        rung=f"{rung}:{uuid.uuid4().hex}",
        cycle=case.cycle,
        due_at=due_at,
        reason=why,
        origin=FollowUp.Origin.MEMBER,
        created_by=member,
        created_at=now,
    )


@transaction.atomic
def move_follow_up(
    *, member: Membership, follow_up: FollowUp, due_at: datetime, now: datetime
) -> FollowUp:
    """Put a step at another time; it stays there when the case is planned anew."""
    case = locked_case(follow_up.case, member=member, verb=Verb.SCHEDULE)
    row = _pending(case, follow_up)
    _refuse_past(due_at, now)
    if row.due_at == due_at:
        return row
    if row.kind in BOUND_BY_SAFETY:
        _refuse_beyond_safety(case, due_at, now)
    if row.kind == FollowUpKind.PROTECTION_WARNING:
        _refuse_beyond_deadline(case, due_at)
    if row.becomes == Stage.RETRY_DUE:
        _refuse_before_answer_is_due(case, due_at)
    before = row.due_at
    _move(row, due_at)
    save_case(case)
    record(
        case,
        CaseEvent.Kind.FOLLOW_UP_MOVED,
        actor=member,
        now=now,
        details={"kind": row.kind, "from": before.isoformat(), "to": due_at.isoformat()},
        follow_up=row,
    )
    return row


def _move(follow_up: FollowUp, due_at: datetime) -> None:
    if follow_up.origin == FollowUp.Origin.PLAN and follow_up.planned_at is None:
        follow_up.planned_at = follow_up.due_at
    follow_up.due_at = due_at
    follow_up.save(update_fields=["due_at", "planned_at"])


def _pending(case: Case, follow_up: FollowUp) -> FollowUp:
    row = case.follow_ups.filter(pk=follow_up.pk, status=Status.PENDING).first()
    if row is None:
        raise CaseError(
            _("This step has come due or was changed meanwhile. Look at the plan again.")
        )
    return row


@transaction.atomic
def skip_follow_up(*, member: Membership, follow_up: FollowUp, now: datetime) -> FollowUp:
    """Leave a step out, unless it is the one that keeps the case from being forgotten."""
    case = locked_case(follow_up.case, member=member, verb=Verb.SCHEDULE)
    row = _pending(case, follow_up)
    others = case.follow_ups.filter(status=Status.PENDING).exclude(pk=row.pk)
    if row.kind == FollowUpKind.ESCALATE and case.escalate_by is not None:
        others_escalate = others.filter(kind=FollowUpKind.ESCALATE, due_at__lte=case.escalate_by)
        if not others_escalate.exists():
            raise CaseError(
                _(
                    "This step keeps Buyer Protection from running out unnoticed. Escalate, or settle the case."
                )
            )
    if case.turn in {Turn.SELLER, Turn.MARKETPLACE} and not others.exclude(becomes="").exists():
        raise CaseError(
            _(
                "Without this step nothing would bring the case back to you. Move it to another time, or settle the case."
            )
        )
    row.status = Status.SKIPPED
    row.save(update_fields=["status"])
    save_case(case)
    record(
        case,
        CaseEvent.Kind.FOLLOW_UP_SKIPPED,
        actor=member,
        now=now,
        details={"kind": row.kind, "due_at": row.due_at.isoformat()},
        follow_up=row,
    )
    return row
