"""'What if I wait?': the case so many days on, had nobody done a thing. Nothing of it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.firing import stage_after
from cases.labels import STAGE_LABELS
from cases.models import Case, FollowUp
from cases.plan import PlanFacts
from cases.prospects import WAITING_STAGES, expected_reply
from cases.vocabulary import Stage

MOST_DAYS = 60
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    days: int
    until: datetime
    chance: int | None
    steps: Sequence[FollowUp]
    stage: str
    is_new_stage: bool
    left_after: timedelta | None
    is_past_safety: bool

    @property
    def days_left(self) -> int:
        return self.left_after.days if self.left_after is not None else 0

    @property
    def stage_label(self) -> str:
        return str(dict(STAGE_LABELS)[self.stage])


def what_if(case: Case, facts: PlanFacts, *, days: int, now: datetime) -> WhatIf:
    """What comes due, whose turn it is and what is left after so many days without an act.

    By the rows that the sweep will find, so what a member moved or added counts. Needs a case of
    `cases_with_lines`.
    """
    until = now + DAY * days
    steps: Sequence[FollowUp] = case.steps  # type: ignore[attr-defined]
    due = [s for s in steps if s.status == FollowUp.Status.PENDING and s.due_at <= until]
    stage = str(case.stage)
    for step in due:
        stage = stage_after(stage, [step.becomes])
    waits = case.stage in WAITING_STAGES and facts.attempts
    chance = expected_reply(facts, now).probability_at(until) if waits else None
    by = case.escalate_by if case.stage != Stage.AWAITING_PLATFORM else None
    return WhatIf(
        days=days,
        until=until,
        chance=round(100 * chance) if chance is not None else None,
        steps=due,
        stage=stage,
        is_new_stage=stage != case.stage,
        left_after=by - until if by is not None else None,
        is_past_safety=by is not None and until > by,
    )


def read_days(text: str) -> int | None:
    """The days of '?wait=2'; None for what is no number of days."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 3:
        return None
    return min(int(text), MOST_DAYS) or None
