"""What to do next about a case, and when: pure judgement over plain facts. Imports no Django.

docs/judgement.md says in words what is decided here.
"""

from collections.abc import Sequence
from datetime import datetime

from cases.ladder import STEPS_OF_STAGE
from cases.outlook import Outlook
from cases.plan_facts import (
    AttemptFacts,
    EscalationFacts,
    FactsError,
    OrderFacts,
    Plan,
    PlanFacts,
    PromiseFacts,
    Step,
    refuse_impossible,
)
from cases.vocabulary import Stage
from cases.waiting import band_of
from cases.waking import waking_time_before

__all__ = [
    "AttemptFacts",
    "EscalationFacts",
    "FactsError",
    "OrderFacts",
    "Plan",
    "PlanFacts",
    "PromiseFacts",
    "Step",
    "claim_deadline",
    "make_plan",
]

# The window of the profile that stays open for a claim after protection has ended.
CLAIM_WINDOW = "claim_after_protection"


def make_plan(facts: PlanFacts, *, now: datetime) -> Plan:
    """What is foreseen for a case, by time. The same facts and `now` give the same plan.

    Raises FactsError for facts that cannot be (a naive moment, an unknown issue, a message from
    the future). A step may lie before `now`: it is due.
    """
    refuse_impossible(facts, now)
    stage = _stage_by_replies(facts)
    if stage is Stage.SETTLED:
        return Plan(stage=stage, steps=(), escalate_by=None)
    deadline = claim_deadline(facts, now)
    by = _escalate_by(facts, deadline)
    outlook = Outlook(facts=facts, now=now, deadline=deadline, by=by)
    steps = sorted(STEPS_OF_STAGE[stage](outlook), key=lambda step: (step.at, step.rung))
    return Plan(
        stage=_stage_by_steps(stage, steps, now),
        steps=tuple(steps),
        escalate_by=by,
        write_by=_write_by(outlook),
    )


def _write_by(outlook: Outlook) -> datetime | None:
    if outlook.by is None or not outlook.can_escalate:
        return None
    channel = outlook.next_channel()
    if channel is None:
        return None
    band = band_of(outlook, outlook.forecast_of(sent_at=outlook.now, channel=channel))
    return waking_time_before(outlook.by - band, outlook.facts.buyer_time_zone)


def _stage_by_replies(facts: PlanFacts) -> Stage:
    """The stage that the facts prove, whatever was noted."""
    if facts.stage is Stage.AWAITING_SELLER and facts.attempts and facts.attempts[-1].replied_at:
        return Stage.SELLER_REPLIED
    if facts.stage in {Stage.AWAITING_SELLER, Stage.RETRY_DUE} and not facts.attempts:
        return Stage.DRAFTING
    if facts.stage is Stage.AWAITING_PLATFORM and not facts.escalations:
        return Stage.ESCALATION_DUE
    return facts.stage


def _stage_by_steps(stage: Stage, steps: Sequence[Step], now: datetime) -> Stage:
    due = {step.becomes for step in steps if step.at <= now and not step.foreseen_only}
    for candidate in (Stage.ESCALATION_DUE, Stage.RETRY_DUE):
        if candidate in due:
            return candidate
    return stage


def claim_deadline(facts: PlanFacts, now: datetime) -> datetime | None:
    """When the last way to the money closes: the protection deadline; once that has passed (or
    receipt was confirmed), the end of the claim window that the marketplace leaves after it."""
    order = facts.order
    if order is None or order.protection_ends_at is None:
        return None
    ends = order.protection_ends_at
    if order.confirmed_at is not None and facts.profile.confirming_ends_it:
        ends = min(ends, order.confirmed_at)
    if ends > now:
        return ends
    window = facts.profile.windows.get(CLAIM_WINDOW)
    if window is None or window.closes_after is None:
        return ends
    return ends + window.closes_after


def _escalate_by(facts: PlanFacts, deadline: datetime | None) -> datetime | None:
    if deadline is None:
        return None
    return waking_time_before(deadline - facts.profile.safety_margin, facts.buyer_time_zone)
