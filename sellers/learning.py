"""What a seller's record says of the next answer: Bayes over kinds of sellers. Imports no Django.

Three things are learned, each over a lattice of kinds:
- the share of messages that a seller answers at all (a cure model: never is a share, no long tail);
- how many working hours an answer takes (log-time around the kind's median, heavy tails);
- which of some weeks they work (the hours a store shows are often wrong) and how steady they are,
  from when answers came: together a *habit*.

No seller is quite of a kind. So the answers themselves are the last word: the curve that the kinds
give counts as a few answers beside those that were seen, a message not answered yet as part of a late
one, and a little is kept for answers later than any (a Dirichlet process with the kinds as its base).

A message without an answer is censored. How much of it says 'never' and how much 'later' is weighed
by what is believed from the slower answers alone, and only answers that took more than an hour tell
of the habit. That is a little less than the data hold, and buys what people expect: one more silence
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
FASTEST, SLOWEST, PACES = 0.15, 250.0, 24
# Adds up over the kinds of pace.
EACH = np.ones(PACES)
# Kinds of willingness: the share of messages that a seller answers.
SHARES = (0.005, 0.02, 0.05, *(step / 20 for step in range(2, 19)), 0.93, 0.96, 0.98, 0.99)
# The clock of the tables: logarithms of working hours.
FIRST_LOG, LAST_LOG, LOG_STEP = math.log(0.03), math.log(6000.0), 0.1
# How steady a seller is: how many are so, and an answer's log-time around the seller's usual one as
# parts of (weight, mean, standard deviation). Some let part of the answers lie: a long late tail.
STEADINESS = (
    (0.4, ((1.0, 0.0, 0.6),)),
    (0.3, ((0.8, 0.0, 0.9), (0.2, 1.5, 1.0))),
    (0.3, ((0.6, 0.0, 0.9), (0.4, 2.2, 1.2))),
)
# How many answers the kinds' curve is worth.
KINDS_ANSWERS = 2.5
# An answer to come is like one that was seen, give or take so much log-time; but for this part,
# which is later than any.
SEEN_SPREAD, LATE_PART = 0.15, 0.05
# What a silence counts as late, for the part of it that is no refusal.
LATE_SILENCE = 2.5
# How far sellers of one band differ from each other in the logarithm of their median.
PACE_SPREAD = 1.2
# How many messages the shown (or usual) response rate is worth.
RATE_MESSAGES = 3.0
# Among sellers there are mute ones: their part at a shown rate of 1, and what it grows by to 0.
MUTE_AT_BEST, MUTE_MORE = 0.03, 0.25
MUTE_SHARE = 0.02
# The mean willingness is laid out up to so many answers, in steps.
MOST_ANSWERS, SHARE_STEPS = 40, 4
A_MOMENT, TINY = 1e-6, 1e-300
# An answer within an hour counts as just that: whether it took 10 minutes or 50 does not matter.
QUICK_HOURS = 1.0
# How likely an answer is in an hour in which the week says that nobody works, against one in which
# somebody does.
OFF_HOURS = 0.05


@dataclass(frozen=True, slots=True)
class Record:
    """Earlier messages, the slower answers first, then those without an answer.

    `hours` of work, by week (rows) and message, to the answer or of silence; `weights`, what each
    counts; `closed_weights`, by week, the weight of the slower answers that came while nobody was
    at work; `quick_weight`, that of all answers within the hour.
    """

    hours: Vector
    weights: Vector
    slower: int
    closed_weights: Vector
    quick_weight: float

    @classmethod
    def of_quick_answers(cls, weight: float, weeks: int) -> "Record":
        return cls(np.empty((weeks, 0)), np.empty(0), 0, np.zeros(weeks), weight)


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
    """By step of the clock (`clock`) or kind (steadiness, then pace), as said."""

    clock: Vector
    # By kind and step: come by then, times what the kinds are worth.
    worth: Vector
    # By step and kind: the same; density in time, and silence, as logarithms.
    come_at: Vector
    log_density: Vector
    log_silence: Vector
    # By kind: the logarithm of 'within the hour'.
    log_quick: Vector
    # By step of an answer that was seen: the curve of those like it. Likewise by step of silence.
    like_seen: Vector
    after_silence: Vector
    # The first and the last of all curves.
    at_once: Vector
    late: Vector
    # By pace, and by willingness.
    log_medians: Vector
    shares: Vector
    share_and_one: Vector
    log_share: Vector
    log_no_share: Vector


@cache
def _tables() -> _Tables:
    clock = np.arange(FIRST_LOG, LAST_LOG + LOG_STEP, LOG_STEP)
    log_medians = np.linspace(math.log(FASTEST), math.log(SLOWEST), PACES)
    off = clock[:, None] - log_medians[None, :]
    laid_out = [_residuals(off, parts) for _, parts in STEADINESS]
    come_at = np.concatenate([come for come, _ in laid_out], axis=1)
    density = np.concatenate([density for _, density in laid_out], axis=1)
    come = np.ascontiguousarray(come_at.T)
    at_once = math.log(QUICK_HOURS) - log_medians
    quick = np.concatenate([_residuals(at_once, parts)[0] for _, parts in STEADINESS])
    # An answer seen is no quicker than the hour and no slower than the slowest kind.
    seen = clock.clip(math.log(QUICK_HOURS), math.log(SLOWEST))
    like_seen, _ = _residuals(clock[None, :] - seen[:, None], ((1.0, 0.0, SEEN_SPREAD),))
    late = np.minimum(come.min(axis=0), like_seen.min(axis=0))
    shares = np.array(SHARES)
    log_density = np.log(density + 1e-12) - clock[:, None]
    hour = math.ceil((math.log(QUICK_HOURS) - FIRST_LOG) / LOG_STEP)
    return _Tables(
        clock=clock,
        worth=KINDS_ANSWERS * come,
        come_at=come_at,
        # Within the hour the density says nothing that the closed hours do not say.
        log_density=log_density[np.maximum(np.arange(len(clock)), hour)],
        log_silence=np.log(1 - come_at + 1e-9),
        log_quick=np.log(quick + 1e-12),
        like_seen=(1 - LATE_PART) * like_seen + LATE_PART * late,
        after_silence=late * (clock[None, :] > clock[:, None]),
        at_once=np.maximum(come.max(axis=0), like_seen.max(axis=0)),
        late=late,
        log_medians=log_medians,
        shares=shares,
        share_and_one=np.array([shares, np.ones_like(shares)]).T,
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
    weeks: tuple[float, ...],
    log_medians: tuple[float, ...],
    response_rate: float,
    record: Record | None = None,
) -> Belief:
    """What is believed of the next answer, from what the band says and the seller's record.

    `weeks`: how likely each week is before the record; `log_medians`: by week, of the working hours
    in which sellers of this band answer; `response_rate`: 0..1.
    """
    rate = round(response_rate, 2)
    if record is None:
        return _unrecorded(weeks, log_medians, rate)
    return _learn(_prior(weeks, log_medians, rate), record)


def _learn(prior: "_Prior", record: Record) -> Belief:
    tables, slow = _tables(), record.slower
    steps = np.log(record.hours + A_MOMENT)
    steps -= FIRST_LOG - LOG_STEP / 2
    steps *= 1 / LOG_STEP
    # Beyond either end of the clock the tables go on as they end ("clip").
    places = steps.astype(np.intp)
    paces, habits, kinds, share = prior.log_paces, prior.habits, prior.kinds, prior.share_after[0]
    answers = record.quick_weight
    seen: Vector = answers * tables.at_once
    if slow:
        weights, when = record.weights[:slow], places[:, :slow]
        paces = paces + weights @ tables.log_density.take(when, axis=0, mode="clip")
        habits, kinds = _habits(prior, paces, record.closed_weights)
        seen = seen + weights @ tables.like_seen.take(when, axis=0, mode="clip")
        weight = float(np.add.reduce(weights))
        answers += weight
        share = prior.share_after[min(round(weight * SHARE_STEPS), len(prior.share_after) - 1)]
    log_shares = prior.log_shares + answers * tables.log_share
    total: float | Vector = KINDS_ANSWERS + answers
    if slow < len(record.weights):
        weights, waited = record.weights[slow:], places[:, slow:]
        # How much of a silence counts as a refusal, and how much as an answer still to come: both
        # have the slope of the exact likelihood, log(1 - share * come).
        come = (tables.come_at.take(waited, axis=0, mode="clip") @ kinds[:, :, None])[:, :, 0]
        weights = weights / (1 - share * come)
        refused = come * weights
        never = (1 - share) * np.add.reduce(refused, axis=1, keepdims=True)
        later = share * (weights - refused)[:, None, :]
        paces = paces + (later @ tables.log_silence.take(waited, axis=0, mode="clip"))[:, 0]
        log_shares = log_shares + never * tables.log_no_share
        # One that has hardly been waited for is not late.
        late = LATE_SILENCE * later * come[:, None, :]
        seen = seen + (late @ tables.after_silence.take(waited, axis=0, mode="clip"))[:, 0]
        total = total + np.add.reduce(late, axis=2)
    paces = paces + record.quick_weight * tables.log_quick
    willing = np.exp(log_shares - np.maximum.reduce(log_shares, axis=-1, keepdims=True))
    willing = willing @ tables.share_and_one
    answering = habits * (willing[..., :1] / willing[..., 1:])
    return _believed(prior, paces, answering, seen, total)


def _habits(prior: "_Prior", log_paces: Vector, closed: Vector) -> tuple[Vector, Vector]:
    """How likely each week and steadiness is after the slower answers, and each kind of a week."""
    likely = log_paces - np.maximum.reduce(log_paces, axis=None)
    np.exp(likely, out=likely)
    sums = (likely.reshape(-1, PACES) @ EACH).reshape(prior.habits.shape)
    sums += TINY
    # A power of it, since answers count for less with age.
    habits = prior.habits * sums
    habits *= (OFF_HOURS ** (closed - np.minimum.reduce(closed)))[:, None]
    habits += TINY
    by_week = np.add.reduce(habits, axis=1, keepdims=True)
    likely.reshape(prior.shape)[...] *= (habits / (by_week * sums))[:, :, None]
    habits /= np.add.reduce(by_week, axis=None)
    return habits, likely


def _believed(
    prior: "_Prior",
    log_paces: Vector,
    answering: Vector,
    seen: Vector | float,
    total: Vector | float,
) -> Belief:
    """`answering`: by week and steadiness, how likely it is, times what such a seller answers."""
    by_week = np.add.reduce(answering, axis=1)
    logs = log_paces.reshape(-1, PACES)
    likely = logs - np.maximum.reduce(logs, axis=1, keepdims=True)
    np.exp(likely, out=likely)
    likely *= (answering.reshape(-1) / (likely @ EACH))[:, None]
    curves: Vector = likely.reshape(log_paces.shape) @ _tables().worth
    curves += by_week[:, None] * seen
    curves /= total
    return Belief(share=float(np.add.reduce(by_week)), shares=by_week, curves=curves)


def _normalised(logs: Vector) -> Vector:
    weights: Vector = np.exp(logs - logs.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


@dataclass(frozen=True, slots=True)
class _Prior:
    """What is believed without a record; by week, then by steadiness and pace."""

    shape: tuple[int, int, int]
    log_paces: Vector
    log_shares: Vector
    habits: Vector
    # How likely each kind of a week is.
    kinds: Vector
    # The mean willingness, after so many answers (in steps).
    share_after: list[float]


@lru_cache(maxsize=2048)
def _prior(weeks: tuple[float, ...], log_medians: tuple[float, ...], rate: float) -> _Prior:
    tables = _tables()
    steady = np.array([part for part, _ in STEADINESS])
    medians = np.array(log_medians)[:, None]
    log_paces = -0.5 * ((tables.log_medians - medians) / PACE_SPREAD) ** 2
    paces = _normalised(log_paces)
    log_shares = _log_prior_of_shares(rate)
    answers = np.arange(SHARE_STEPS * MOST_ANSWERS + 1) / SHARE_STEPS
    after = _normalised(log_shares + answers[:, None] * tables.log_share) @ tables.shares
    habits = np.array(weeks)[:, None] * steady
    return _Prior(
        shape=(len(weeks), len(steady), PACES),
        log_paces=np.tile(np.log(paces + TINY), len(steady)),
        log_shares=log_shares,
        habits=habits,
        kinds=(paces[:, None, :] * steady[:, None]).reshape(len(weeks), -1),
        share_after=after.tolist(),
    )


@lru_cache(maxsize=2048)
def _unrecorded(weeks: tuple[float, ...], log_medians: tuple[float, ...], rate: float) -> Belief:
    prior = _prior(weeks, log_medians, rate)
    return _believed(
        prior, prior.log_paces, prior.habits * prior.share_after[0], 0.0, KINDS_ANSWERS
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
