"""Who decides when to write again and when to escalate: fixed rules, Parley, and the ideal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.ideal import Posterior, believe
from benchmarks.play import Message, Move, Proposal, Setting
from benchmarks.world import DAY, HOUR
from cases.plan import AttemptFacts, OrderFacts, PlanFacts, make_plan
from cases.vocabulary import FollowUpKind, Stage
from sellers.profiles import get_profile

MARKETPLACE, ISSUE = "aliexpress", "defective"
SAFETY_MARGIN = 3 * DAY
MOVES = {FollowUpKind.RETRY: Move.RETRY, FollowUpKind.ESCALATE: Move.ESCALATE}


@dataclass(frozen=True, slots=True)
class FixedRule:
    """Write again after so many hours, so many times; then support. It knows no deadline."""

    hours: float
    retries: int

    def __call__(
        self, _setting: Setting, messages: Sequence[Message], _now: datetime
    ) -> Sequence[Proposal]:
        move = Move.RETRY if len(messages) <= self.retries else Move.ESCALATE
        return [Proposal(move, messages[-1].sent_at + self.hours * HOUR)]


def parley(setting: Setting, messages: Sequence[Message], now: datetime) -> Sequence[Proposal]:
    """The steps that `make_plan` schedules. Warnings do not make this person any quicker."""
    seller, opened_at = setting.seller, setting.opened_at
    plan = make_plan(
        PlanFacts(
            profile=get_profile(MARKETPLACE),
            issue=ISSUE,
            stage=Stage.AWAITING_SELLER,
            opened_at=opened_at,
            order=OrderFacts(
                placed_at=opened_at - 25 * DAY,
                shipped_at=opened_at - 22 * DAY,
                delivered_at=opened_at - DAY,
                protection_ends_at=setting.deadline,
            ),
            seller=seller.facts,
            buyer_time_zone=seller.buyer_zone,
            attempts=[AttemptFacts(channel=m.channel, sent_at=m.sent_at) for m in messages],
            history=seller.history,
        ),
        now=now,
    )
    return [
        Proposal(MOVES[step.kind], step.at, step.channel or messages[-1].channel)
        for step in plan.scheduled
        if step.kind in MOVES
    ]


@dataclass(frozen=True, slots=True)
class IdealRule:
    """The ideal forecaster under simple thresholds: the chance of an answer within two days.

    Below `retry` it writes again, once or twice; below `escalate` it escalates, and so it does in
    time before the deadline.
    """

    retry: float
    escalate: float
    seed: int
    particles: int
    retries: int = 2

    def __call__(
        self, setting: Setting, messages: Sequence[Message], now: datetime
    ) -> Sequence[Proposal]:
        last_call = setting.deadline - SAFETY_MARGIN
        posterior = self._posterior(setting)
        sent = [(message.sent_at, message.channel) for message in messages]
        may_retry = len(messages) <= self.retries and self._would_answer(posterior, sent, now)
        chance = self.retry if may_retry else self.escalate
        at = min(self._quiet_from(posterior, sent, now, chance, last_call), last_call)
        if may_retry and at + DAY < last_call:
            return [Proposal(Move.RETRY, at), Proposal(Move.ESCALATE, last_call)]
        return [Proposal(Move.ESCALATE, at)]

    def _posterior(self, setting: Setting) -> Posterior:
        return _posterior_of(setting, self.particles, self.seed)

    @staticmethod
    def _would_answer(
        posterior: Posterior, sent: Sequence[tuple[datetime, str]], now: datetime
    ) -> bool:
        """A message sent in two days, all so far unanswered, has a fair chance."""
        at = now + 2 * DAY
        silent = posterior.silence(sent, at)
        later = posterior.silence([*sent, (at, "message_center")], at + 10 * DAY)
        return 1 - later / silent > 0.3

    @staticmethod
    def _quiet_from(
        posterior: Posterior,
        sent: Sequence[tuple[datetime, str]],
        now: datetime,
        chance: float,
        until: datetime,
    ) -> datetime:
        """From when on an answer within the next two days is less likely than `chance`."""
        moment, step, ahead = now + timedelta(hours=12), timedelta(hours=6), 8
        silences: list[float] = []
        while moment <= until:
            index = len(silences) - 1 - ahead
            silences.append(posterior.silence(sent, moment))
            if index >= 0 and 1 - silences[-1] / silences[index] < chance:
                return moment - (ahead + 1) * step
            moment += step
        return until


_POSTERIORS: dict[tuple[str, int, int], Posterior] = {}


def _posterior_of(setting: Setting, particles: int, seed: int) -> Posterior:
    key = (setting.name, particles, seed)
    if key not in _POSTERIORS:
        if len(_POSTERIORS) > 4000:
            _POSTERIORS.clear()
        _POSTERIORS[key] = believe(setting.seller, size=particles, seed=seed)
    return _POSTERIORS[key]
