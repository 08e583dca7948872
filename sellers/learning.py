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

from sellers.kinds import (
    FIRST_LOG,
    KINDS,
    KINDS_ANSWERS,
    LIKELY,
    LOG_STEP,
    PACES,
    SEEN,
    STEADINESS,
    STEADY,
    STEPS,
    TOTAL,
    laid_out_kinds,
)

Vector = NDArray[np.float64]
Places = NDArray[np.intp]
# Adds up over the kinds of pace, or of willingness, which are as many.
EACH = np.ones(PACES)
# The blocks of what a silence says.
SILENCE_BLOCKS = STEPS * np.arange(3)[:, None]
# How far sellers of one band differ from each other in the logarithm of their median.
PACE_SPREAD = 1.2
# How many messages the shown (or usual) response rate is worth.
RATE_MESSAGES = 3.0
# Among sellers there are mute ones: their part at a shown rate of 1, and what it grows by to 0.
MUTE_AT_BEST, MUTE_MORE = 0.03, 0.25
MUTE_SHARE = 0.02
# The mean willingness is laid out up to so many answers, in steps.
MOST_ANSWERS, SHARE_STEPS = 40, 4
TINY = 1e-300
# How likely an answer is in an hour in which the week says that nobody works, against one in which
# somebody does.
OFF_HOURS = 0.05


@dataclass(frozen=True, slots=True)
class Record:
    """Earlier messages, the slower answers first, then those without an answer.

    `worked`: seconds of work, by week (rows) and message, to the answer or of silence; `weights`,
    what each counts; `closed_weights`, by week, the weight of the slower answers that came while
    nobody was at work; `quick_weight`, that of all answers within the hour.
    """

    worked: Vector
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
        clock = laid_out_kinds().clock
        logs = np.log(hours + 1e-9)
        parts = [
            np.interp(row, clock, curve, left=0.0)
            for row, curve in zip(logs, self.curves, strict=True)
        ]
        chances: Vector = np.sum(parts, axis=0)
        return chances


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
    tables, slow = laid_out_kinds(), record.slower
    known, habits, kinds, share = prior.known, prior.habits, prior.kinds, prior.share_after[0]
    places = tables.begins.searchsorted(record.worked, "right")
    if slow:
        told = tables.of_answer.take(places[:, :slow], axis=0, mode="clip")
        known = known + record.weights[:slow] @ told
        habits, kinds = _habits(prior, known[:, :KINDS], record.closed_weights)
        answers = float(known[0, TOTAL]) - KINDS_ANSWERS
        share = prior.share_after[min(round(answers * SHARE_STEPS), len(prior.share_after) - 1)]
    if slow < len(record.weights):
        known = known + _told_by_silences(record.weights[slow:], places[:, slow:], kinds, share)
    if record.quick_weight:
        known = known + record.quick_weight * tables.of_quick_answer
    return _believed(known, habits)


def _told_by_silences(weights: Vector, places: Places, kinds: Vector, share: float) -> Vector:
    """By week: what silences say as answers still to come, as late ones and as refusals.

    How much of a silence is a refusal, and how much an answer still to come: both have the slope of
    the exact likelihood, log(1 - share * come). One that has hardly been waited for is not late.
    """
    tables = laid_out_kinds()
    come = (tables.come_at.take(places, axis=0, mode="clip") @ kinds)[:, :, 0]
    parts = np.empty((len(places), 3, len(weights)))
    later, late, refused = parts[:, 0], parts[:, 1], parts[:, 2]
    by_then = share * come
    counted = weights / (1 - by_then)
    np.multiply(counted, come - by_then, out=refused)
    np.multiply(counted, share - by_then, out=later)
    np.multiply(later, come, out=late)
    blocks = (places[:, None, :] + SILENCE_BLOCKS).reshape(len(places), -1)
    told = tables.of_silence.take(blocks, axis=0, mode="clip")
    said: Vector = (parts.reshape(len(places), 1, -1) @ told)[:, 0]
    return said


def _habits(prior: "_Prior", log_kinds: Vector, closed: Vector) -> tuple[list[float], Vector]:
    """How likely each week and steadiness is after the slower answers, and each kind of a week."""
    likely = np.exp(log_kinds - np.maximum.reduce(log_kinds, axis=None)).reshape(-1, PACES)
    sums = (likely @ EACH).tolist()
    by_closed = closed.tolist()
    least, place = min(by_closed), 0
    habits: list[float] = []
    parts: list[float] = []
    for weight in by_closed:
        # A power of it, since answers count for less with age.
        off_hours = OFF_HOURS ** (weight - least)
        of_week = 0.0
        for each in range(place, place + STEADY):
            habit = prior.habits[each] * (sums[each] + TINY) * off_hours + TINY
            habits.append(habit)
            of_week += habit
        for each in range(place, place + STEADY):
            parts.append(habits[each] / (of_week * (sums[each] + TINY)))
        place += STEADY
    likely *= np.array(parts)[:, None]
    return habits, likely.reshape(len(by_closed), KINDS, 1)


def _believed(known: Vector, habits: list[float]) -> Belief:
    """What is known of each week put together; `habits`: each week and steadiness, in proportion."""
    tables, weeks = laid_out_kinds(), len(known)
    logs = known[:, :LIKELY].reshape(weeks, STEADY + 1, PACES)
    likely = np.exp(logs - np.maximum.reduce(logs, axis=2, keepdims=True))
    sums = (likely @ EACH).tolist()
    answered = (likely[:, STEADY] @ tables.shares).tolist()
    totals = known[:, TOTAL].tolist()
    all_habits, share = sum(habits), 0.0
    parts: list[float] = []
    seen_parts: list[float] = []
    for week, of_steady in enumerate(sums):
        # The share that is answered, of this week's part; then of each steadiness.
        answers, of_week = answered[week] / (of_steady[STEADY] * all_habits), 0.0
        for steady in range(STEADY):
            part = answers * habits[week * STEADY + steady]
            of_week += part
            parts.append(part / (of_steady[steady] * totals[week]))
        share += of_week
        seen_parts.append(of_week / totals[week])
    of_kinds = likely[:, :STEADY] * np.array(parts).reshape(weeks, STEADY, 1)
    curves: Vector = of_kinds.reshape(weeks, KINDS) @ tables.worth
    curves += np.array(seen_parts)[:, None] * known[:, SEEN]
    return Belief(share=share, curves=curves)


def _normalised(logs: Vector) -> Vector:
    weights: Vector = np.exp(logs - logs.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


@dataclass(frozen=True, slots=True)
class _Prior:
    """What is believed without a record; by week, then by steadiness and pace."""

    known: Vector
    habits: list[float]
    # How likely each kind of a week is (a column).
    kinds: Vector
    # The mean willingness, after so many answers (in steps).
    share_after: list[float]


@lru_cache(maxsize=2048)
def _prior(weeks: tuple[float, ...], log_medians: tuple[float, ...], rate: float) -> _Prior:
    tables = laid_out_kinds()
    steady = [part for part, _ in STEADINESS]
    medians = np.array(log_medians)[:, None]
    paces = _normalised(-0.5 * ((tables.log_medians - medians) / PACE_SPREAD) ** 2)
    log_shares = _log_prior_of_shares(rate)
    answers = np.arange(SHARE_STEPS * MOST_ANSWERS + 1) / SHARE_STEPS
    after = _normalised(log_shares + answers[:, None] * tables.log_share) @ tables.shares
    known = np.zeros((len(weeks), LIKELY + STEPS + 1))
    known[:, :KINDS] = np.tile(np.log(paces + TINY), len(steady))
    known[:, KINDS:LIKELY], known[:, TOTAL] = log_shares, KINDS_ANSWERS
    return _Prior(
        known=known,
        habits=[week * part for week in weeks for part in steady],
        kinds=(paces[:, None, :] * np.array(steady)[:, None]).reshape(len(weeks), KINDS, 1),
        share_after=after.tolist(),
    )


@lru_cache(maxsize=2048)
def _unrecorded(weeks: tuple[float, ...], log_medians: tuple[float, ...], rate: float) -> Belief:
    prior = _prior(weeks, log_medians, rate)
    return _believed(prior.known, prior.habits)


@cache
def _log_prior_of_shares(rate: float) -> Vector:
    tables = laid_out_kinds()
    rate = min(max(rate, 0.03), 0.97)
    yes, no = rate * RATE_MESSAGES, (1 - rate) * RATE_MESSAGES
    # The width of a node stands for the sellers around it.
    width = np.gradient(tables.shares)
    beta = width * np.exp((yes - 1) * tables.log_share + (no - 1) * tables.log_no_share)
    mute = width * np.exp(-tables.shares / MUTE_SHARE)
    part = MUTE_AT_BEST + MUTE_MORE * (1 - rate)
    mixed: Vector = (1 - part) * beta / beta.sum() + part * mute / mute.sum()
    return np.log(mixed)
