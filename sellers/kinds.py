"""Kinds of sellers, laid out as tables over a clock of working hours. Imports no Django.

A kind is a pace, a willingness and a steadiness. What one message says of each kind, and of the answers
to come, is looked up by how long it was answered or waited for.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
# Of the log-time around a seller's usual one: weight, mean, standard deviation.
Part = tuple[float, float, float]

# Kinds of willingness: the share of messages that a seller answers.
SHARES = (0.005, 0.02, 0.05, *(step / 20 for step in range(2, 19)), 0.93, 0.96, 0.98, 0.99)
# Kinds of pace: median working hours of an answer, from minutes to weeks; as many as there are of
# willingness, so that both stand in one table.
FASTEST, SLOWEST, PACES = 0.15, 250.0, len(SHARES)
# The clock of the tables: logarithms of working hours.
FIRST_LOG, LAST_LOG, LOG_STEP = math.log(0.03), math.log(6000.0), 0.1
STEPS = math.ceil((LAST_LOG + LOG_STEP - FIRST_LOG) / LOG_STEP)
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
# What is known of a week, side by side, so that one product adds up what messages say of all of it:
# how likely each kind is and each willingness (logarithms), what comes by each step of the clock from
# the answers themselves, and how many answers that counts as.
LIKELY, SEEN, TOTAL = KINDS + PACES, slice(KINDS + PACES, -1), -1
# How many answers the kinds' curve is worth.
KINDS_ANSWERS = 2.5
# An answer to come is like one that was seen, give or take so much log-time; but for this part,
# which is later than any.
SEEN_SPREAD, LATE_PART = 0.15, 0.05
# What a silence counts as late, for the part of it that is no refusal.
LATE_SILENCE = 2.5
# An answer within an hour counts as just that: whether it took 10 minutes or 50 does not matter.
QUICK_HOURS = 1.0


@dataclass(frozen=True, slots=True)
class Tables:
    """By step of the clock (`clock`) or kind (steadiness, then pace), as said."""

    clock: Vector
    # Working seconds at which a step begins; before the first it is step 0.
    begins: Vector
    # By kind and step: come by then, times what the kinds are worth.
    worth: Vector
    # By step and kind: come by then.
    come_at: Vector
    # By step of a slower answer: what it says (a week's knowledge). By step of a silence, three
    # blocks: what it says as an answer still to come, as a late one and as a refusal.
    of_answer: Vector
    of_silence: Vector
    # What an answer within the hour says.
    of_quick_answer: Vector
    # By pace, and by willingness.
    log_medians: Vector
    shares: Vector
    log_share: Vector
    log_no_share: Vector


@cache
def laid_out_kinds() -> Tables:
    clock = FIRST_LOG + LOG_STEP * np.arange(STEPS, dtype=np.float64)
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
    first = np.maximum(come.max(axis=0), like_seen.max(axis=0))
    late = np.minimum(come.min(axis=0), like_seen.min(axis=0))
    shares = np.array(SHARES)
    log_share, log_no_share = np.log(shares), np.log1p(-shares)
    hour = math.ceil((math.log(QUICK_HOURS) - FIRST_LOG) / LOG_STEP)
    # Within the hour the density says nothing that the closed hours do not say.
    log_density = (np.log(density + 1e-12) - clock[:, None])[np.maximum(np.arange(STEPS), hour)]
    after_silence = late * (clock[None, :] > clock[:, None])
    return Tables(
        clock=clock,
        begins=3600 * np.exp(clock[1:] - LOG_STEP / 2),
        worth=KINDS_ANSWERS * come,
        come_at=come_at,
        of_answer=_said(
            kinds=log_density,
            willing=log_share,
            seen=(1 - LATE_PART) * like_seen + LATE_PART * late,
            counts=1.0,
        ),
        of_silence=np.concatenate(
            [
                _said(kinds=np.log(1 - come_at + 1e-9)),
                _said(seen=LATE_SILENCE * after_silence, counts=LATE_SILENCE),
                _said(willing=log_no_share),
            ]
        ),
        of_quick_answer=_said(
            kinds=np.log(quick + 1e-12), willing=log_share, seen=first, counts=1.0
        )[:1],
        log_medians=log_medians,
        shares=shares,
        log_share=log_share,
        log_no_share=log_no_share,
    )


def _said(
    *,
    kinds: Vector | float = 0.0,
    willing: Vector | float = 0.0,
    seen: Vector | float = 0.0,
    counts: float = 0.0,
) -> Vector:
    """What a message says of a week, by step of the clock."""
    said = np.empty((STEPS, LIKELY + STEPS + 1))
    said[:, :KINDS], said[:, KINDS:LIKELY] = kinds, willing
    said[:, SEEN], said[:, TOTAL] = seen, counts
    return said


def _residuals(off: Vector, parts: Sequence[Part]) -> tuple[Vector, Vector]:
    """The share that has come by, and the density at, so much log-time off the usual one."""
    come, density = np.zeros_like(off), np.zeros_like(off)
    erf = np.vectorize(math.erf, otypes=[float])
    for weight, mean, spread in parts:
        come += weight * 0.5 * (1 + erf((off - mean) / spread / math.sqrt(2)))
        density += weight / spread * np.exp(-0.5 * ((off - mean) / spread) ** 2)
    return come, density
