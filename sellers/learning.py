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
Places = NDArray[np.intp]
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
STEADY = len(STEADINESS)
# Kinds of sellers of one week: by steadiness, then pace.
KINDS = STEADY * PACES
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
    """The chance that an answer ever comes (`share`), and when: by week and step of the tables'
    clock, the chance that one has come by then (`curves`, whose sum over the weeks it is)."""

    share: float
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
    # By step and kind: come by then.
    come_at: Vector
    # By step of a slower answer: how likely each kind makes it (the logarithm of the density), then
    # the curve of answers like it. By step of a silence: the same, its curve that of late answers,
    # and what it counts. Side by side, so that one product adds up all.
    of_answer: Vector
    of_silence: Vector
    # By kind: the logarithm of 'within the hour'; the curve of an answer that comes at once.
    log_quick: Vector
    at_once: Vector
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
    # What a silence counts as a late answer, and as a refusal.
    counts = np.tile([LATE_SILENCE, 1.0], (len(clock), 1))
    at_once_curve = np.maximum(come.max(axis=0), like_seen.max(axis=0))
    late = np.minimum(come.min(axis=0), like_seen.min(axis=0))
    shares = np.array(SHARES)
    hour = math.ceil((math.log(QUICK_HOURS) - FIRST_LOG) / LOG_STEP)
    # Within the hour the density says nothing that the closed hours do not say.
    log_density = (np.log(density + 1e-12) - clock[:, None])[
        np.maximum(np.arange(len(clock)), hour)
    ]
    like_seen = (1 - LATE_PART) * like_seen + LATE_PART * late
    log_silence = np.log(1 - come_at + 1e-9)
    after_silence = late * (clock[None, :] > clock[:, None])
    return _Tables(
        clock=clock,
        worth=KINDS_ANSWERS * come,
        come_at=come_at,
        of_answer=np.hstack([log_density, like_seen]),
        of_silence=np.hstack([log_silence, LATE_SILENCE * after_silence, counts]),
        log_quick=np.log(quick + 1e-12),
        at_once=at_once_curve,
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
    seen = answers * tables.at_once
    if slow:
        weights = record.weights[:slow]
        told = weights @ tables.of_answer.take(places[:, :slow], axis=0, mode="clip")
        paces = paces + told[:, :KINDS]
        seen = seen + told[:, KINDS:]
        habits, kinds = _habits(prior, paces, record.closed_weights)
        weight = float(np.add.reduce(weights))
        answers += weight
        share = prior.share_after[min(round(weight * SHARE_STEPS), len(prior.share_after) - 1)]
    log_shares = prior.log_shares + answers * tables.log_share
    total: float | Vector = KINDS_ANSWERS + answers
    if slow < len(record.weights):
        told = _told_by_silences(record.weights[slow:], places[:, slow:], kinds, share)
        paces = paces + told[:, 0, :KINDS]
        seen = seen + told[:, 1, KINDS:-2]
        total = total + told[:, 1, -2:-1]
        log_shares = log_shares + told[:, 2, -1:] * tables.log_no_share
    if record.quick_weight:
        paces = paces + record.quick_weight * tables.log_quick
    return _believed(paces, _answering(habits, log_shares), seen, total)


def _told_by_silences(weights: Vector, places: Places, kinds: Vector, share: float) -> Vector:
    """By week: what silences say as answers still to come, as late ones and as refusals.

    How much of a silence is a refusal, and how much an answer still to come: both have the slope of
    the exact likelihood, log(1 - share * come). One that has hardly been waited for is not late.
    """
    tables = _tables()
    come = (tables.come_at.take(places, axis=0, mode="clip") @ kinds)[:, :, 0]
    parts = np.empty((len(places), 3, len(weights)))
    later, late, refused = parts[:, 0], parts[:, 1], parts[:, 2]
    counted = weights / (1 - share * come)
    np.multiply(counted, (1 - share) * come, out=refused)
    np.multiply(counted, share - share * come, out=later)
    np.multiply(later, come, out=late)
    told: Vector = parts @ tables.of_silence.take(places, axis=0, mode="clip")
    return told


def _habits(prior: "_Prior", log_paces: Vector, closed: Vector) -> tuple[list[float], Vector]:
    """How likely each week and steadiness is after the slower answers, and each kind of a week."""
    likely = np.exp(log_paces - np.maximum.reduce(log_paces, axis=None)).reshape(-1, PACES)
    sums = (likely @ EACH).tolist()
    by_closed = closed.tolist()
    least = min(by_closed)
    # A power of it, since answers count for less with age.
    off_hours = [OFF_HOURS ** (weight - least) for weight in by_closed]
    habits = [
        before * (sum_ + TINY) * off_hours[place // STEADY] + TINY
        for place, (before, sum_) in enumerate(zip(prior.habits, sums, strict=True))
    ]
    by_week = _by_week(habits)
    parts = [
        habit / (by_week[place // STEADY] * (sum_ + TINY))
        for place, (habit, sum_) in enumerate(zip(habits, sums, strict=True))
    ]
    likely *= np.array(parts)[:, None]
    total = sum(by_week)
    return [habit / total for habit in habits], likely.reshape(len(by_week), KINDS, 1)


def _answering(habits: list[float], log_shares: Vector) -> list[float]:
    """By week and steadiness: how likely it is, times the share that such a seller answers."""
    willing = np.exp(log_shares - np.maximum.reduce(log_shares, axis=-1, keepdims=True))
    pairs = (willing @ _tables().share_and_one).reshape(-1, 2).tolist()
    shares = [answered / all_of_them for answered, all_of_them in pairs]
    if len(shares) == 1:
        return [habit * shares[0] for habit in habits]
    return [habit * shares[place // STEADY] for place, habit in enumerate(habits)]


def _believed(
    log_paces: Vector, answering: list[float], seen: Vector | float, total: Vector | float
) -> Belief:
    by_week = _by_week(answering)
    logs = log_paces.reshape(-1, PACES)
    likely = np.exp(logs - np.maximum.reduce(logs, axis=1, keepdims=True))
    likely *= (np.array(answering) / (likely @ EACH))[:, None]
    curves: Vector = likely.reshape(-1, KINDS) @ _tables().worth
    curves += np.array(by_week)[:, None] * seen
    curves /= total
    return Belief(share=sum(by_week), curves=curves)


def _by_week(by_habit: list[float]) -> list[float]:
    return [sum(by_habit[start : start + STEADY]) for start in range(0, len(by_habit), STEADY)]


def _normalised(logs: Vector) -> Vector:
    weights: Vector = np.exp(logs - logs.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


@dataclass(frozen=True, slots=True)
class _Prior:
    """What is believed without a record; by week, then by steadiness and pace."""

    log_paces: Vector
    log_shares: Vector
    habits: list[float]
    # How likely each kind of a week is (a column).
    kinds: Vector
    # The mean willingness, after so many answers (in steps).
    share_after: list[float]


@lru_cache(maxsize=2048)
def _prior(weeks: tuple[float, ...], log_medians: tuple[float, ...], rate: float) -> _Prior:
    tables = _tables()
    steady = [part for part, _ in STEADINESS]
    medians = np.array(log_medians)[:, None]
    log_paces = -0.5 * ((tables.log_medians - medians) / PACE_SPREAD) ** 2
    paces = _normalised(log_paces)
    log_shares = _log_prior_of_shares(rate)
    answers = np.arange(SHARE_STEPS * MOST_ANSWERS + 1) / SHARE_STEPS
    after = _normalised(log_shares + answers[:, None] * tables.log_share) @ tables.shares
    return _Prior(
        log_paces=np.tile(np.log(paces + TINY), len(steady)),
        log_shares=log_shares,
        habits=[week * part for week in weeks for part in steady],
        kinds=(paces[:, None, :] * np.array(steady)[:, None]).reshape(len(weeks), KINDS, 1),
        share_after=after.tolist(),
    )


@lru_cache(maxsize=2048)
def _unrecorded(weeks: tuple[float, ...], log_medians: tuple[float, ...], rate: float) -> Belief:
    prior = _prior(weeks, log_medians, rate)
    answering = [habit * prior.share_after[0] for habit in prior.habits]
    return _believed(prior.log_paces, answering, 0.0, KINDS_ANSWERS)


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
