"""A case, a step and a message as looking ahead holds them: plain, since a household has thousands.

They have, under the same names, what the real run's judgement asks of the rows in the tables.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from cases.labels import step_label
from cases.services.guard import SNOOZE_RUNG
from cases.vocabulary import Stage
from households.models import Household, Membership

SNOOZES = f"{SNOOZE_RUNG}:"


@dataclass(slots=True)
class RulingAhead:
    opened_at: datetime
    pk: int
    ruling: str


class Rulings(list[RulingAhead]):
    def all(self) -> "Rulings":
        """As a table's rows are asked for."""
        return self


@dataclass(slots=True)
class CaseAhead:
    household: Household
    pk: int
    public_id: uuid.UUID
    title: str
    stage: str
    cycle: int
    assignee_id: int | None
    is_example: bool
    escalations: Rulings = field(default_factory=Rulings)

    @property
    def is_settled(self) -> bool:
        return self.stage == Stage.SETTLED


@dataclass(slots=True)
class StepAhead:
    pk: int
    case: CaseAhead
    kind: str
    rung: str
    cycle: int
    due_at: datetime
    becomes: str
    origin: str
    fired_at: datetime | None

    @property
    def case_id(self) -> int:
        return self.case.pk

    @property
    def label(self) -> str:
        return step_label(self.kind, self.rung)

    @property
    def is_snooze(self) -> bool:
        return self.rung.startswith(SNOOZES)


@dataclass(slots=True)
class RowAhead:
    """A message that waits, or will: what the outbox holds of it, or would hold."""

    pk: int
    member: Membership
    case: CaseAhead
    # None where it tells of a note that mentions the member.
    follow_up: StepAhead | None
    kind: str
    rung: str
    cycle: int
    channel: str
    target_at: datetime
    state: str
    created_at: datetime
    next_try_at: datetime
    digest: uuid.UUID | None = None
    relayed_from_id: int | None = None
    stands_in_for_id: int | None = None
    reason: str = ""
    member_id: int = field(init=False)
    case_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.member_id, self.case_id = self.member.id, self.case.pk

    @property
    def household(self) -> Household:
        return self.case.household
