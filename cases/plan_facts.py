"""The facts that a plan may know, and the plan itself, as plain values. Imports no Django."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.vocabulary import EscalationKind, FollowUpKind, Ruling, Stage
from languages.sentences import Sentence
from sellers.forecast import SellerFacts
from sellers.history import Observation
from sellers.profiles import Profile

# A message may be noted by a clock that runs a little ahead of ours.
CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    placed_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    confirmed_at: datetime | None = None
    protection_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFacts:
    channel: str
    sent_at: datetime
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationFacts:
    kind: EscalationKind
    opened_at: datetime
    # The marketplace's decision, once it is there.
    decided_at: datetime | None = None
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFacts:
    """What the seller said at `made_at` would be so by `until`, in their words."""

    quote: str
    made_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """All that the plan may know. Every moment is aware; a naive one is refused."""

    profile: Profile
    issue: str
    stage: Stage
    opened_at: datetime
    order: OrderFacts | None
    seller: SellerFacts
    buyer_time_zone: ZoneInfo
    attempts: Sequence[AttemptFacts] = ()
    history: Sequence[Observation] = ()
    escalations: Sequence[EscalationFacts] = ()
    promises: Sequence[PromiseFacts] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step foreseen. `rung` names it within its cycle; `becomes` is the stage it brings, if any."""

    kind: FollowUpKind
    rung: str
    at: datetime
    why: Sentence
    channel: str | None = None
    becomes: Stage | None = None
    # Shown, but not scheduled: it depends on what the person does before it.
    foreseen_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    stage: Stage
    steps: tuple[Step, ...]
    escalate_by: datetime | None
    # The last moment at which one more message leaves its answer a whole band before `escalate_by`.
    write_by: datetime | None = None

    @property
    def next(self) -> Step | None:
        return self.steps[0] if self.steps else None

    @property
    def scheduled(self) -> tuple[Step, ...]:
        """The steps that become follow-ups; the rest is only foreseen."""
        return tuple(step for step in self.steps if not step.foreseen_only)


class FactsError(ValueError):
    """A fact cannot be: names the field and says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def refuse_impossible(facts: PlanFacts, now: datetime) -> None:
    for field, moment in _moments(facts, now):
        if moment is not None and moment.tzinfo is None:
            raise FactsError(field, "has no offset; every moment needs one")
    if facts.issue not in facts.profile.issues:
        raise FactsError("case.issue", f"{facts.issue!r} is not an issue of {facts.profile.name}")
    for index, attempt in enumerate(facts.attempts):
        field = f"attempts[{index}]"
        if attempt.channel not in facts.profile.channels:
            raise FactsError(f"{field}.channel", f"{attempt.channel!r} is not a channel")
        if attempt.sent_at > now + CLOCK_SLACK:
            raise FactsError(f"{field}.sent_at", "lies after now")
        if attempt.replied_at is not None and attempt.replied_at < attempt.sent_at:
            raise FactsError(f"{field}.replied_at", "lies before the message was sent")


def _moments(facts: PlanFacts, now: datetime) -> Iterator[tuple[str, datetime | None]]:
    yield "now", now
    yield "case.opened_at", facts.opened_at
    if facts.order is not None:
        for moment in fields(facts.order):
            yield f"case.order.{moment.name}", getattr(facts.order, moment.name)
    for index, attempt in enumerate(facts.attempts):
        yield f"attempts[{index}].sent_at", attempt.sent_at
        yield f"attempts[{index}].replied_at", attempt.replied_at
    for escalation in facts.escalations:
        yield "escalation.opened_at", escalation.opened_at
        yield "escalation.decided_at", escalation.decided_at
    for index, promise in enumerate(facts.promises):
        yield f"promises[{index}].made_at", promise.made_at
        yield f"promises[{index}].until", promise.until
