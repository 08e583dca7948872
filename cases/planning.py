"""Writes what the plan says: the follow-ups of a case, as the difference to what stands there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.facts import plan_facts
from cases.models import Case, FollowUp
from cases.plan import FactsError, Plan, Step, make_plan
from cases.vocabulary import FollowUpKind, Stage

Status = FollowUp.Status
SPENT = (Status.FIRED, Status.SKIPPED, Status.FAILED)
# Counted from a message: each new message arms them, and nothing else does.
COUNTED_FROM_MESSAGE = ("retry", "escalate", "settle_check")
LAST_CALL = "escalate:last"
# A target that moves by less than this (another member's waking hours) is the same target.
SAME_TARGET = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Replanned:
    """What a new plan changed in the rows of a case; false when nothing."""

    # As it should now be, by the plan; the verb decides whether it is.
    stage: Stage
    added: int = 0
    changed: int = 0
    cancelled: int = 0
    deadline_moved: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.cancelled or self.deadline_moved)


def replan(case: Case, *, now: datetime) -> Replanned:
    """Plan the case anew and write the difference, in the transaction that holds the case's lock.

    What a member moved stays where they put it, unless that would let the deadline pass. A rung
    that has fired or was skipped does not come back, unless its target has moved to a later time.
    Raises CaseError where no plan can be made of the facts.
    """
    before = list(case.follow_ups.filter(origin=FollowUp.Origin.PLAN))
    plan = plan_of(case, now=now)
    replanned = _write_steps(case, _armed(case, plan, before, now), before, plan, now)
    if case.escalate_by == plan.escalate_by:
        return replanned
    case.escalate_by = plan.escalate_by
    case.save(update_fields=["escalate_by"])
    return replace(replanned, deadline_moved=True)


def plan_of(case: Case, *, now: datetime) -> Plan:
    try:
        return make_plan(plan_facts(case, now=now), now=now)
    except FactsError as fault:
        raise CaseError(
            _("Nothing can be planned for this case: %(fault)s.") % {"fault": fault}
        ) from fault


def _armed(case: Case, plan: Plan, before: list[FollowUp], now: datetime) -> list[Step]:
    """The steps of the plan that are still to come, each under a rung that is free."""
    steps: list[Step] = []
    # The last call comes last: whether it may stay skipped depends on the others.
    for step in sorted(plan.scheduled, key=lambda step: step.rung == LAST_CALL):
        timed = _not_before_answer_is_due(case, step, plan)
        if timed is None:
            continue
        same = [f for f in before if _is_same_rung(case, f, step)]
        spent = [f for f in same if f.status in SPENT]
        if step.rung == LAST_CALL:
            is_armed = _last_call_stands(case, step, spent, steps)
        else:
            waits = any(f.status == Status.PENDING for f in same)
            is_armed = not spent or ((step.at > now or waits) and _has_new_target(step, spent))
        if is_armed:
            again = sum(f.cycle == case.cycle for f in spent)
            steps.append(replace(timed, rung=f"{step.rung}#{again + 1}" if again else step.rung))
    return steps


def _is_same_rung(case: Case, follow_up: FollowUp, step: Step) -> bool:
    if follow_up.rung.partition("#")[0] != step.rung:
        return False
    # A new message arms what counts from it, and the last call, which must stand until escalated.
    per_cycle = step.rung in COUNTED_FROM_MESSAGE or step.rung == LAST_CALL
    return follow_up.cycle == case.cycle if per_cycle else True


def _last_call_stands(
    case: Case, step: Step, spent: Iterable[FollowUp], others: Iterable[Step]
) -> bool:
    """An open case that is not flagged has its last call, whatever fired or was skipped before."""
    if any(f.status == Status.FAILED and f.due_at >= step.at for f in spent):
        return False
    if case.stage == Stage.ESCALATION_DUE:
        return all(step.at > f.due_at for f in spent)
    has_other = any(other.kind is FollowUpKind.ESCALATE for other in others)
    return not (has_other and any(f.status == Status.SKIPPED for f in spent))


def _has_new_target(step: Step, spent: Iterable[FollowUp]) -> bool:
    if step.rung in COUNTED_FROM_MESSAGE:
        return False
    return all(step.at > (f.planned_at or f.due_at) + SAME_TARGET for f in spent)


def _not_before_answer_is_due(case: Case, step: Step, plan: Plan) -> Step | None:
    """No 'write again' before the window that was promised when the message was logged has passed,
    whatever was learned of the seller since; None where that leaves no room before the deadline."""
    if step.becomes is not Stage.RETRY_DUE:
        return step
    last = case.attempts.last()
    if last is None or step.at >= last.expected_by:
        return step
    if plan.escalate_by is not None and last.expected_by > plan.escalate_by:
        return None
    return replace(step, at=last.expected_by)


def _write_steps(
    case: Case,
    steps: list[Step],
    before: list[FollowUp],
    plan: Plan,
    now: datetime,
) -> Replanned:
    pending = {f.rung: f for f in before if f.status == Status.PENDING and f.cycle == case.cycle}
    kept = {step.rung for step in steps}
    obsolete = [
        f.pk
        for f in before
        if f.status == Status.PENDING and (f.cycle != case.cycle or f.rung not in kept)
    ]
    cancelled = 0
    if obsolete:
        cancelled = case.follow_ups.filter(pk__in=obsolete, status=Status.PENDING).update(
            status=Status.CANCELLED
        )
    changed = [
        follow_up
        for step in steps
        if (follow_up := pending.get(step.rung)) and _brought_in_line(follow_up, step, plan)
    ]
    FollowUp.objects.bulk_update(
        changed, ["due_at", "planned_at", "reason", "channel", "becomes"], batch_size=100
    )
    added = FollowUp.objects.bulk_create(
        _new_follow_up(case, step, now) for step in steps if step.rung not in pending
    )
    return Replanned(plan.stage, added=len(added), changed=len(changed), cancelled=cancelled)


def _brought_in_line(follow_up: FollowUp, step: Step, plan: Plan) -> bool:
    """Bring a pending follow-up in line with its step; False when it already is."""
    before = _planned_values(follow_up)
    if follow_up.planned_at is None or _too_late(follow_up, plan):
        follow_up.due_at = step.at
        follow_up.planned_at = None
    else:
        follow_up.planned_at = step.at
    follow_up.reason = step.why
    follow_up.channel = step.channel or ""
    follow_up.becomes = step.becomes or ""
    return before != _planned_values(follow_up)


def _planned_values(follow_up: FollowUp) -> tuple[object, ...]:
    return (
        follow_up.due_at,
        follow_up.planned_at,
        follow_up.reason,
        follow_up.channel,
        follow_up.becomes,
    )


def _too_late(follow_up: FollowUp, plan: Plan) -> bool:
    return (
        plan.escalate_by is not None
        and follow_up.kind in {FollowUpKind.RETRY, FollowUpKind.ESCALATE}
        and follow_up.due_at > plan.escalate_by
    )


def _new_follow_up(case: Case, step: Step, now: datetime) -> FollowUp:
    return FollowUp(
        household_id=case.household_id,
        case=case,
        kind=step.kind,
        rung=step.rung,
        cycle=case.cycle,
        due_at=step.at,
        channel=step.channel or "",
        reason=step.why,
        becomes=step.becomes or "",
        created_at=now,
    )


def stage_without_flag(case: Case, *, now: datetime) -> Stage:
    """The stage that a flagged case has when the flag's deadline has moved away from it.

    A case is 'escalation due' because a date came; where the date has moved to a later day, so has
    the flag. What else flagged it (a ladder that is spent, a marketplace that is silent) stays.
    """
    stage = Stage(case.stage)
    if stage is not Stage.ESCALATION_DUE:
        return stage
    fired = case.follow_ups.filter(
        status=Status.FIRED, cycle=case.cycle, becomes=Stage.ESCALATION_DUE
    )
    if any(f.rung.partition("#")[0] != LAST_CALL for f in fired):
        return stage
    by = plan_of(case, now=now).escalate_by
    if by is not None and by <= now:
        return stage
    return waiting_stage(case)


def waiting_stage(case: Case) -> Stage:
    """Whose turn it is by what was written and opened alone; after an escalation it is ours."""
    if case.escalations.exists():
        return Stage.ESCALATION_DUE
    last = case.attempts.last()
    if last is None:
        return Stage.DRAFTING
    if last.replied_at is not None:
        return Stage.SELLER_REPLIED
    retried = case.follow_ups.filter(status=Status.FIRED, cycle=case.cycle, becomes=Stage.RETRY_DUE)
    return Stage.RETRY_DUE if retried.exists() else Stage.AWAITING_SELLER
