"""Whole cases played out: a policy proposes, a person acts late, the seller answers or does not."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import Enum
from random import Random

from benchmarks.world import (
    DAY,
    HOUR,
    Generator,
    Seller,
    draw_channel,
    draw_seller,
)

# Beyond this no case of the world goes on.
LONGEST = 90 * DAY
RECORDS = (0, 0, 1, 2, 3, 5, 8, 12, 20)
# An escalation was needless when an answer would have come within so long after it; a retry, when
# an earlier message was answered within so long after it.
NEEDLESS_ESCALATION = timedelta(hours=48)
NEEDLESS_RETRY = timedelta(hours=18)
# So near to its deadline nobody may wait for an answer any more: three days of margin, and acting.
NEAR_DEADLINE = timedelta(days=4.5)

# The person: hours until they act, how often they are away over a weekend, how often for days.
ACTS_AFTER_HOURS, ACTS_SPREAD = 2.0, 1.0
WEEKEND_AWAY, DAYS_AWAY = 0.15, 0.04
WAKES, SLEEPS = time(8), time(23)


class Move(Enum):
    RETRY = "retry"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a policy wants done, and from when on the person is asked to do it."""

    move: Move
    at: datetime
    channel: str = "message_center"


@dataclass(frozen=True, slots=True)
class Setting:
    """One case as the world made it. `name` seeds all of its chances, whatever the policy does."""

    name: str
    seller: Seller
    channel: str
    deadline: datetime

    @property
    def opened_at(self) -> datetime:
        return self.seller.anchor

    def answer(self, number: int, message: Message) -> datetime | None:
        rng = Random(f"{self.name}/answer/{number}")
        return self.seller.answer(rng, message.sent_at, message.channel)

    def acts_at(self, proposal: Proposal, now: datetime) -> datetime:
        """When the person does what was proposed, asked at its time or now if that is later."""
        asked_at = max(proposal.at, now)
        rng = Random(f"{self.name}/person/{proposal.move.value}/{asked_at.isoformat()}")
        return person_acts(rng, asked_at.astimezone(self.seller.buyer_zone))


def person_acts(rng: Random, asked_at: datetime) -> datetime:
    """Late: hours later, not at night, sometimes after a weekend away or some days."""
    moment = _awake(asked_at)
    if rng.random() < DAYS_AWAY:
        moment = _awake(moment + rng.uniform(2, 3) * DAY)
    moment = _awake(moment + rng.lognormvariate(math.log(ACTS_AFTER_HOURS), ACTS_SPREAD) * HOUR)
    if moment.weekday() >= 5 and rng.random() < WEEKEND_AWAY:
        monday = moment + (7 - moment.weekday()) * DAY
        moment = monday.replace(hour=WAKES.hour, minute=0) + rng.uniform(0, 4) * HOUR
    return moment


def _awake(moment: datetime) -> datetime:
    if moment.time() < WAKES:
        return moment.replace(hour=WAKES.hour, minute=0)
    if moment.time() >= SLEEPS:
        return (moment + DAY).replace(hour=WAKES.hour, minute=0)
    return moment


# What is known when a plan is made: the case, its messages so far (none answered) and the time.
Policy = Callable[[Setting, Sequence[Message], datetime], Sequence[Proposal]]


@dataclass(slots=True)
class Outcome:
    days: float = 0.0
    is_lost: bool = False
    is_answered: bool = False
    is_escalated: bool = False
    is_needless_escalation: bool = False
    # Needless, and no nearing deadline called for it.
    is_needless_with_time_left: bool = False
    retries: int = 0
    needless_retries: int = 0


def draw_setting(generator: Generator, seed: int, number: int) -> Setting:
    name = f"case/{seed}/{generator}/{number}"
    rng = Random(name)
    seller = draw_seller(rng, generator, rng.choice(RECORDS))
    return Setting(name, seller, draw_channel(rng), seller.anchor + _draw_days_left(rng) * DAY)


# Most problems are seen with weeks to go; some buyers look when only days are left.
ONLY_DAYS = 0.04


def _draw_days_left(rng: Random) -> float:
    if rng.random() < ONLY_DAYS:
        return rng.uniform(4.5, 7)
    return 6 * math.exp(rng.random() ** 0.9 * math.log(10))


def play(setting: Setting, policy: Policy) -> Outcome:
    outcome = Outcome()
    messages = [Message(setting.channel, setting.opened_at)]
    answers = [setting.answer(0, messages[0])]
    now = setting.opened_at
    while True:
        acts = [
            (setting.acts_at(proposal, now), proposal)
            for proposal in policy(setting, messages, now)
        ]
        moment, proposal = min(
            acts, key=lambda act: act[0], default=(now + LONGEST, Proposal(Move.ESCALATE, now))
        )
        answered_at = min((a for a in answers if a is not None), default=None)
        if answered_at is not None and answered_at <= min(moment, setting.deadline):
            outcome.is_answered = True
            return _ended(outcome, setting, answered_at)
        if moment >= setting.deadline:
            outcome.is_lost = True
            return _ended(outcome, setting, setting.deadline)
        if proposal.move is Move.ESCALATE:
            outcome.is_escalated = True
            until = min(moment + NEEDLESS_ESCALATION, setting.deadline)
            outcome.is_needless_escalation = answered_at is not None and answered_at <= until
            outcome.is_needless_with_time_left = (
                outcome.is_needless_escalation and setting.deadline - moment > NEAR_DEADLINE
            )
            return _ended(outcome, setting, moment)
        outcome.retries += 1
        if answered_at is not None and answered_at <= moment + NEEDLESS_RETRY:
            outcome.needless_retries += 1
        now = moment
        messages.append(Message(proposal.channel, moment))
        answers.append(setting.answer(len(answers), messages[-1]))


def _ended(outcome: Outcome, setting: Setting, moment: datetime) -> Outcome:
    outcome.days = (moment - setting.opened_at) / DAY
    return outcome


@dataclass(slots=True)
class Result:
    """A policy's cases: the figures of 100 of them."""

    outcomes: list[Outcome] = field(default_factory=list)

    def per_100(self, name: str) -> float:
        total: int = sum(getattr(outcome, name) for outcome in self.outcomes)
        return 100 * total / len(self.outcomes)

    @property
    def days(self) -> float:
        return sum(outcome.days for outcome in self.outcomes) / len(self.outcomes)


def play_all(policy: Policy, settings: Sequence[Setting]) -> Result:
    return Result([play(setting, policy) for setting in settings])
