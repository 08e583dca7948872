"""What a seller's record says of the next answer: Bayes over kinds of sellers. Imports no Django.

Three things are learned, each over a lattice of kinds:
- the share of messages that a seller answers at all (a cure model: never is a share, no long tail);
- how many working hours an answer takes (log-time around the kind's median, heavy tails);
- which of some weeks they work (the hours a store shows are often wrong) and how steady they are,
  from when answers came: together a *habit*.

A message without an answer is censored. How much of it says 'never' and how much 'later' is weighed
with what was believed before the record began, and only answers that took more than an hour tell of
the habit. That is a little less than the data hold, and buys what people expect: one more silence
never makes an answer likelier, and one more answer within the hour never makes it less likely
(docs/judgement.md, 'What can be relied on', says why).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
# Of the log-time around a seller's usual one: weight, mean, standard deviation.
Part = tuple[float, float, float]

# Kinds of pace: median working hours of an answer, from minutes to weeks.
FASTEST, SLOWEST, PACES = 0.15, 250.0, 32
# Kinds of willingness: the share of messages that a seller answers.
SHARES = (0.005, 0.02, 0.05, *(step / 20 for step in range(2, 19)), 0.93, 0.96, 0.98, 0.99)
# The clock of the tables: logarithms of working hours.
FIRST_LOG, LAST_LOG, LOG_STEP = math.log(0.03), math.log(6000.0), 0.1
# How steady a seller is: how many are so, and an answer's log-time around the seller's usual one as
# parts of (weight, mean, standard deviation). Some let part of the answers lie: a long late tail.
STEADINESS = (
    (0.6, ((1.0, 0.0, 0.75),)),
    (0.4, ((0.7, 0.0, 0.9), (0.3, 1.8, 1.0))),
)
# How far sellers of one band differ from each other in the logarithm of their median.
PACE_SPREAD = 1.2
# How many messages the shown (or usual) response rate is worth.
RATE_MESSAGES = 3.0
# Among sellers there are mute ones: their part at a shown rate of 1, and what it grows by to 0.
MUTE_AT_BEST, MUTE_MORE = 0.03, 0.25
MUTE_SHARE = 0.02
# An answer within an hour counts as just that: whether it took 10 minutes or 50 does not matter.
QUICK_HOURS = 1.0
# How likely an answer is in an hour in which the week says that nobody works, against one in which
# somebody does.
OFF_HOURS = 0.05


@dataclass(frozen=True, slots=True)
class Record:
    """Earlier messages: `hours` of work, by week (rows) and message, to the answer or of silence.

    By message: whether it was answered, whether quickly by the clock, and what it counts; by week
    and message, whether somebody was at work when the answer came.
    """

    hours: Vector
    is_open: Vector
    is_answered: Vector
    is_quick: Vector
    weights: Vector


@dataclass(frozen=True, slots=True)
class Belief:
    """By week: the chance that an answer ever comes if it is theirs, and when it comes.

    `share` is the sum of `shares`; `curves` hold the chance that an answer has come by each step of
    the tables' clock.
    """

    share: float
    shares: Vector
    curves: Vector

    def chance_by(self, hours: Sequence[float]) -> float:
        """The chance that an answer has come, after so many working hours of each week."""
        return sum(self._come_by(week, worked) for week, worked in enumerate(hours))

    def _come_by(self, week: int, hours: float) -> float:
        if hours <= 0:
            return 0.0
        place = (math.log(hours) - FIRST_LOG) / LOG_STEP
        curve = self.curves[week]
        if place <= 0:
            return float(curve[0]) * math.exp(place * LOG_STEP)
        step = int(place)
        if step >= len(curve) - 1:
            return float(curve[-1])
        low, high = float(curve[step]), float(curve[step + 1])
        return low + (high - low) * (place - step)

    def chances_by(self, hours: Vector) -> Vector:
        """As `chance_by` for many moments: working hours by week (rows) and moment."""
        clock = _tables().clock
        logs = np.log(hours + 1e-9)
        parts = [
            np.interp(row, clock, curve, left=0.0)
            for row, curve in zip(logs, self.curves, strict=True)
        ]
        chances: Vector = np.sum(parts, axis=0)
        return chances


@dataclass(frozen=True, slots=True)
class _Tables:
    clock: Vector
    # By steadiness, step of the clock and kind of pace: come by then; density in time, and silence,
    # as logarithms; and the same for 'within the hour'.
    come: Vector
    # The same by kind (steadiness, then pace) and step.
    come_by_kind: Vector
    log_density: Vector
    log_silence: Vector
    log_quick: Vector
    log_medians: Vector
    shares: Vector
    log_share: Vector
    log_no_share: Vector


@cache
def _tables() -> _Tables:
    clock = np.arange(FIRST_LOG, LAST_LOG + LOG_STEP, LOG_STEP)
    log_medians = np.linspace(math.log(FASTEST), math.log(SLOWEST), PACES)
    off = clock[:, None] - log_medians[None, :]
    laid_out = [_residuals(off, parts) for _, parts in STEADINESS]
    come = np.array([come for come, _ in laid_out])
    density = np.array([density for _, density in laid_out])
    at_once = math.log(QUICK_HOURS) - log_medians
    quick = np.array([_residuals(at_once, parts)[0] for _, parts in STEADINESS])
    shares = np.array(SHARES)
    return _Tables(
        clock=clock,
        come=come,
        come_by_kind=come.swapaxes(1, 2).reshape(-1, len(clock)),
        log_density=np.log(density + 1e-12) - clock[:, None],
        log_silence=np.log(1 - come + 1e-9),
        log_quick=np.log(quick)[:, None, :],
        log_medians=log_medians,
        shares=shares,
        log_share=np.log(shares),
        log_no_share=np.log1p(-shares),
    )


def _residuals(off: Vector, parts: Sequence[Part]) -> tuple[Vector, Vector]:
    """The share that has come by, and the density at, so much log-time off the usual one."""
    come, density = np.zeros_like(off), np.zeros_like(off)
    erf = np.vectorize(math.erf, otypes=[float])
    for weight, mean, spread in parts:
        come += weight * 0.5 * (1 + erf((off - mean) / spread / math.sqrt(2)))
        density += weight / spread * np.exp(-0.5 * ((off - mean) / spread) ** 2)
    return come, density


@cache
def _quick_place() -> int:
    return math.ceil((math.log(QUICK_HOURS) - FIRST_LOG) / LOG_STEP)


@cache
def prior_quantile(share: float) -> float:
    """How far beyond the band's log median the given share of its sellers' answers have come."""
    spreads = [
        (part * weight, mean, math.hypot(spread, PACE_SPREAD))
        for part, parts in STEADINESS
        for weight, mean, spread in parts
    ]
    low, high = -10.0, 10.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        come = sum(
            w * 0.5 * (1 + math.erf((middle - mean) / spread / math.sqrt(2)))
            for w, mean, spread in spreads
        )
        low, high = (middle, high) if come < share else (low, middle)
    return (low + high) / 2


def believe(
    *,
    weeks: Sequence[float],
    log_medians: Sequence[float],
    response_rate: float,
    record: Record | None = None,
) -> Belief:
    """What is believed of the next answer, from what the band says and the seller's record.

    `weeks`: how likely each week is before the record; `log_medians`: by week, of the working hours
    in which sellers of this band answer; `response_rate`: 0..1.
    """
    tables = _tables()
    prior = _prior(
        tuple(weeks), tuple(round(median, 2) for median in log_medians), round(response_rate, 2)
    )
    paces, shares, habits = prior.log_paces, prior.log_shares, prior.log_habits
    if record is not None:
        steps = (np.log(record.hours + 1e-6) - FIRST_LOG) * (1 / LOG_STEP) + 0.5
        places = steps.clip(0, len(tables.clock) - 1).astype(np.intp)
        answers = record.weights * record.is_answered
        quick = answers * record.is_quick
        slow = np.flatnonzero(answers - quick)
        silent = np.flatnonzero(record.weights - answers)
        if len(slow):
            weights = record.weights[slow]
            # Within the hour the density says nothing that `is_open` does not say.
            dense = np.maximum(places[:, slow], _quick_place())
            paces = paces + weights @ tables.log_density[:, dense]
            closed = weights.sum() - record.is_open[:, slow] @ weights
            habits = habits + _log_sums(paces) + math.log(OFF_HOURS) * closed
        if len(silent):
            weights = record.weights[silent]
            waited = places[:, silent]
            rows = np.arange(len(waited))[:, None]
            later = (weights * prior.later[rows, waited])[:, None, :]
            paces = paces + (later @ tables.log_silence[:, waited])[:, :, 0, :]
            never = prior.never[rows, waited] @ weights
            shares = shares + never[:, None] * tables.log_no_share
        paces = paces + quick.sum() * tables.log_quick
        shares = shares + answers.sum() * tables.log_share
    # By steadiness (rows) and week: how likely the habit is, times what such a seller answers.
    kinds = _normalised(habits.ravel()).reshape(habits.shape)
    answering = kinds * (_normalised(shares) @ tables.shares)
    mixed = _normalised(paces) * answering[:, :, None]
    by_week = answering.sum(axis=0)
    return Belief(
        share=float(by_week.sum()),
        shares=by_week,
        curves=mixed.swapaxes(0, 1).reshape(len(by_week), -1) @ tables.come_by_kind,
    )


def _normalised(logs: Vector) -> Vector:
    weights: Vector = np.exp(logs - logs.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


def _log_sums(logs: Vector) -> Vector:
    most = logs.max(axis=-1)
    sums: Vector = most + np.log(np.exp(logs - most[..., None]).sum(axis=-1))
    return sums


@dataclass(frozen=True, slots=True)
class _Prior:
    """What is believed without a record; all by week, the first and third by steadiness before."""

    log_paces: Vector
    log_shares: Vector
    log_habits: Vector
    # For silence up to each step of the clock: how much of it counts as a refusal, and how much as
    # an answer still to come. Both have the slope of the exact likelihood, log(1 - share * come),
    # at the prior's means.
    never: Vector
    later: Vector


@lru_cache(maxsize=2048)
def _prior(weeks: tuple[float, ...], log_medians: tuple[float, ...], rate: float) -> _Prior:
    tables = _tables()
    medians = np.array(log_medians)[:, None]
    log_paces = -0.5 * ((tables.log_medians - medians) / PACE_SPREAD) ** 2
    log_paces -= _log_sums(log_paces)[:, None]
    log_shares = _log_prior_of_shares(rate)
    share = float(np.exp(log_shares) @ tables.shares)
    steady = np.array([part for part, _ in STEADINESS])
    come = np.exp(log_paces) @ np.tensordot(steady, tables.come, axes=1).T
    silent = 1 - share * come
    return _Prior(
        log_paces=np.broadcast_to(log_paces, (len(steady), *log_paces.shape)),
        log_shares=np.broadcast_to(log_shares, (len(weeks), len(log_shares))),
        log_habits=np.log(steady)[:, None] + np.log(np.array(weeks)),
        never=come * (1 - share) / silent,
        later=share * (1 - come) / silent,
    )


@cache
def _log_prior_of_shares(rate: float) -> Vector:
    tables = _tables()
    rate = min(max(rate, 0.03), 0.97)
    yes, no = rate * RATE_MESSAGES, (1 - rate) * RATE_MESSAGES
    # The width of a node stands for the sellers around it.
    width = np.gradient(tables.shares)
    beta = width * np.exp((yes - 1) * tables.log_share + (no - 1) * tables.log_no_share)
    mute = width * np.exp(-tables.shares / MUTE_SHARE)
    part = MUTE_AT_BEST + MUTE_MORE * (1 - rate)
    mixed: Vector = (1 - part) * beta / beta.sum() + part * mute / mute.sum()
    return np.log(mixed)
