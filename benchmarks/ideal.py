"""The ideal Bayes forecaster: it knows the generator, and weighs its sellers by what was seen.

Importance sampling: some thousand sellers are drawn once for each place from the world itself; what
a seller shows and how they answered gives each its weight. What it cannot know is which of them is
the true one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random

import numpy as np
from numpy.typing import NDArray

from benchmarks.world import (
    CHANNELS,
    DAY,
    LN2,
    RATE_WEIGHT,
    WEEK_NAMES,
    Clock,
    Generator,
    Seller,
    Traits,
    away_between,
    calendar_of,
    draw_traits,
    shown_rate_mean,
    stated_chance,
    volume_chances,
)
from sellers.forecast import SellerFacts, Volume
from sellers.history import Observation

Vector = NDArray[np.float64]
NEVER = -60.0
EDGE, STEP = 8.0, 0.002
_NORMAL = np.array(
    [0.5 * (1 + math.erf(i * STEP / math.sqrt(2))) for i in range(int(EDGE / STEP) + 1)]
)


def normal(z: Vector) -> Vector:
    place = np.minimum(np.abs(z) / STEP, EDGE / STEP).astype(np.intp)
    upper = _NORMAL[place]
    return np.where(z >= 0, upper, 1 - upper)


@dataclass(frozen=True, slots=True)
class Particles:
    """Sellers drawn from one world for one place, as columns."""

    generator: Generator
    place: int
    # Each distinct (week, away) once; `clock` says which one a seller goes by.
    clocks: tuple[tuple[int, tuple[int, int] | None], ...]
    clock: NDArray[np.intp]
    log_median: Vector
    spread: Vector
    share: Vector
    slow_part: Vector
    slow_by: Vector
    changed_days: Vector
    old_log_median: Vector
    old_share: Vector
    # Logarithms of the chance to show what a seller shows.
    log_volume: dict[Volume, Vector]
    log_stated: dict[int | None, Vector]
    rate_yes: Vector
    rate_no: Vector
    rate_scale: Vector

    def come_by(self, log_hours: Vector, log_median: Vector) -> Vector:
        off = log_hours - log_median
        if self.generator == "weibull":
            return -np.expm1(-LN2 * np.exp(self.spread * off))
        quick = normal(off / self.spread)
        if self.generator == "lognormal":
            return quick
        return quick + self.slow_part * (normal((off - self.slow_by) / self.spread) - quick)

    def density(self, log_hours: Vector, log_median: Vector) -> Vector:
        """Of the logarithm of the working hours, but for a constant."""
        off = log_hours - log_median
        if self.generator == "weibull":
            rate = LN2 * np.exp(self.spread * off)
            weibull: Vector = self.spread * rate * np.exp(-rate) * math.sqrt(2 * math.pi)
            return weibull
        quick = np.exp(-0.5 * (off / self.spread) ** 2)
        if self.generator == "lognormal":
            return quick / self.spread
        slow = np.exp(-0.5 * ((off - self.slow_by) / self.spread) ** 2)
        mixed: Vector = (quick + self.slow_part * (slow - quick)) / self.spread
        return mixed

    def at_age(self, days: float) -> tuple[Vector, Vector]:
        """Log median and share as they were so many days before the present message."""
        is_old = self.changed_days < days
        if not is_old.any():
            return self.log_median, self.share
        return (
            np.where(is_old, self.old_log_median, self.log_median),
            np.where(is_old, self.old_share, self.share),
        )


@cache
def particles_of(generator: Generator, place: int, size: int, seed: int) -> Particles:
    rng = Random(f"ideal/{seed}/{generator}/{place}")
    return particles_from(
        generator, place, [draw_traits(rng, generator, place) for _ in range(size)]
    )


def particles_from(generator: Generator, place: int, sellers: Sequence[Traits]) -> Particles:
    clocks = tuple(sorted({(s.week, s.away) for s in sellers}, key=str))
    shown = [shown_rate_mean(s.share) for s in sellers]
    volumes = [volume_chances(s.log_median) for s in sellers]
    stated = (None, *range(len(WEEK_NAMES)))
    return Particles(
        generator=generator,
        place=place,
        clocks=clocks,
        clock=np.array([clocks.index((s.week, s.away)) for s in sellers]),
        log_median=np.array([s.log_median for s in sellers]),
        spread=np.array([s.spread for s in sellers]),
        share=np.array([s.share for s in sellers]),
        slow_part=np.array([s.slow_part for s in sellers]),
        slow_by=np.array([s.slow_by for s in sellers]),
        changed_days=np.array([s.changed_days for s in sellers]),
        old_log_median=np.array([s.old_log_median for s in sellers]),
        old_share=np.array([s.old_share for s in sellers]),
        log_volume={v: np.log([chances[v] for chances in volumes]) for v in volumes[0]},
        log_stated={w: np.log([stated_chance(w, s.week) for s in sellers]) for w in stated},
        rate_yes=np.array([m * RATE_WEIGHT - 1 for m in shown]),
        rate_no=np.array([(1 - m) * RATE_WEIGHT - 1 for m in shown]),
        rate_scale=np.array([_log_beta(m * RATE_WEIGHT, (1 - m) * RATE_WEIGHT) for m in shown]),
    )


def _log_beta(yes: float, no: float) -> float:
    return math.lgamma(yes + no) - math.lgamma(yes) - math.lgamma(no)


def believe(seller: Seller, *, size: int, seed: int) -> "Posterior":
    """The ideal's belief, of so many sellers drawn from this seller's world."""
    return Posterior(seller, particles_of(seller.generator, seller.traits.place, size, seed))


class Posterior:
    """What the ideal forecaster believes of one seller at the present message."""

    def __init__(self, seller: Seller, particles: Particles) -> None:
        self.particles = particles
        self.anchor = seller.anchor
        self.clocks = [
            Clock(calendar_of(seller.traits.place, week), away_between(away, seller.anchor))
            for week, away in self.particles.clocks
        ]
        logs = self._log_shown(seller.facts, seller.stated_week)
        for seen in seller.history:
            logs = logs + self._log_likelihood(seen)
        weights = np.exp(logs - logs.max())
        self.weights: Vector = weights / weights.sum()

    def chance_by(self, sent_at: datetime, channel: str, moment: datetime) -> float:
        return 1 - self.silence([(sent_at, channel)], moment)

    def silence(self, messages: Sequence[tuple[datetime, str]], moment: datetime) -> float:
        """The chance that none of these messages is answered by then."""
        silent = self.weights
        for sent_at, channel in messages:
            if sent_at < moment:
                log_hours = self._log_hours(sent_at, channel, moment)
                come = self.particles.come_by(log_hours, self.particles.log_median)
                silent = silent * (1 - self.particles.share * come)
        return float(silent.sum())

    def _log_hours(self, sent_at: datetime, channel: str, moment: datetime) -> Vector:
        speed = CHANNELS[channel][0]
        hours = [max(clock.hours(sent_at, moment) / speed, 1e-6) for clock in self.clocks]
        logs: Vector = np.log(hours)[self.particles.clock]
        return logs

    def _log_likelihood(self, seen: Observation) -> Vector:
        until = seen.replied_at or seen.observed_until
        log_median, share = self.particles.at_age((self.anchor - seen.sent_at) / DAY)
        log_hours = self._log_hours(seen.sent_at, seen.channel, until)
        if seen.replied_at is None:
            return np.log(1 - share * self.particles.come_by(log_hours, log_median) + 1e-12)
        is_open = [0.0 if clock.is_open(until) else NEVER for clock in self.clocks]
        density = self.particles.density(log_hours, log_median)
        # Of the hours, not of their logarithm: clocks count different hours for one answer.
        logs = np.log(share * density + 1e-26) - log_hours
        likelihood: Vector = np.maximum(logs, NEVER) + np.array(is_open)[self.particles.clock]
        return likelihood

    def _log_shown(self, facts: SellerFacts, stated_week: int | None) -> Vector:
        p = self.particles
        logs = p.log_volume[facts.inquiry_volume] + p.log_stated[stated_week]
        rate = facts.response_rate
        if rate is not None:
            shown = p.rate_yes * math.log(rate) + p.rate_no * math.log1p(-rate) + p.rate_scale
            logs = logs + shown
        return logs
