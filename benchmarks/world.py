"""A simulated world of sellers: what they are, what they show, and when they answer.

Each generator makes a world of its own; within one, everything follows from the seed. Reply times run on
the seller's own working clock. Nothing here was fitted to Parley's forecast.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from sellers.calendar import Peak, WorkingCalendar
from sellers.forecast import SellerFacts, Volume
from sellers.history import Observation

Generator = Literal["lognormal", "weibull", "mixed", "elsewhere"]
GENERATORS: tuple[Generator, ...] = ("lognormal", "weibull", "mixed")
# Other kinds of sellers in other shares, mixed reply times: nothing may be tuned to it.
HELD_OUT: Generator = "elsewhere"
WORLDS = (*GENERATORS, HELD_OUT)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LN2 = math.log(2)
QUICKEST_HOURS = 0.02


@dataclass(frozen=True, slots=True)
class Place:
    part: float
    zone: ZoneInfo
    country: str


PLACES = (
    Place(0.86, ZoneInfo("Asia/Shanghai"), "CN"),
    Place(0.08, ZoneInfo("Europe/Madrid"), "ES"),
    Place(0.06, ZoneInfo("Europe/Istanbul"), "TR"),
)
Week = Mapping[str, tuple[time, time] | None]


def _week(opens: int, closes: int, days: str) -> Week:
    every = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return {day: (time(opens), time(closes)) if day in days.split() else None for day in every}


WEEKDAYS = "mon tue wed thu fri"
WEEKS: Mapping[str, Week] = {
    "six days": _week(9, 22, f"{WEEKDAYS} sat"),
    "office": _week(9, 18, WEEKDAYS),
    "every day": _week(10, 23, f"{WEEKDAYS} sat sun"),
    "silent weekend": _week(10, 20, WEEKDAYS),
}
WEEK_NAMES = tuple(WEEKS)
USUAL_WEEKS = {"six days": 0.6, "office": 0.25, "every day": 0.15}
STATES_HOURS, STATES_THEM_RIGHTLY = 0.35, 0.8
# The world's own pace in sale seasons, which is not what the profile guesses.
PEAKS = (
    Peak(name="11.11", starts=(11, 8), ends=(11, 13), pace=0.5),
    Peak(name="Black Friday", starts=(11, 25), ends=(11, 30), pace=0.75),
)
# True speed of the channels, and how often each is used.
CHANNELS = {
    "message_center": (1.0, 0.6),
    "contact_seller": (1.0, 0.2),
    "contact_now": (1.15, 0.1),
    "live_chat": (0.6, 0.1),
}
BUYER_ZONES = tuple(
    ZoneInfo(name)
    for name in (
        "Europe/Madrid",
        "Europe/Warsaw",
        "Europe/London",
        "America/New_York",
        "America/Los_Angeles",
        "Australia/Sydney",
    )
)
# Days before and after the present message for which a seller on holiday is away.
AWAY_BEFORE, AWAY_AFTER = (1, 4, 8), (3, 7, 12)
FESTIVALS = (date(2025, 1, 28), date(2025, 10, 1), date(2026, 2, 15), date(2026, 10, 1))


@dataclass(frozen=True, slots=True)
class Kind:
    """What sellers of one kind have in common: (mean, deviation) and Beta parameters."""

    part: float
    log_median: tuple[float, float]
    spread: tuple[float, float]  # of the log-normal's sigma, from … to
    share: tuple[float, float]


KINDS: Mapping[str, Kind] = {
    "quick": Kind(0.40, (math.log(1.2), 0.5), (0.6, 1.1), (24, 1)),
    "slow": Kind(0.22, (math.log(18.0), 0.4), (0.4, 0.8), (16, 1.5)),
    "erratic": Kind(0.14, (math.log(5.0), 0.6), (1.1, 1.7), (8, 1.5)),
    "mute": Kind(0.10, (math.log(8.0), 0.5), (0.8, 1.0), (1, 60)),
    "on holiday": Kind(0.04, (math.log(3.0), 0.6), (0.6, 1.1), (16, 1)),
    "weekend-silent": Kind(0.10, (math.log(3.5), 0.5), (0.6, 1.0), (16, 1)),
}
KINDS_ELSEWHERE: Mapping[str, Kind] = {
    "quick": Kind(0.22, (math.log(2.5), 0.7), (0.7, 1.3), (10, 1)),
    "slow": Kind(0.30, (math.log(12.0), 0.7), (0.6, 1.0), (8, 1.5)),
    "erratic": Kind(0.22, (math.log(6.0), 0.9), (1.0, 1.9), (4, 1.5)),
    "mute": Kind(0.16, (math.log(8.0), 0.5), (0.8, 1.0), (1, 30)),
    "on holiday": Kind(0.05, (math.log(4.0), 0.7), (0.7, 1.2), (10, 1)),
    "weekend-silent": Kind(0.05, (math.log(5.0), 0.7), (0.7, 1.1), (10, 1)),
}
CHANGED_PART = 0.1


@dataclass(frozen=True, slots=True)
class Traits:
    """What is true of a seller and nobody sees."""

    kind: str
    place: int
    week: int
    # (days before, days after) the present message; None: not away.
    away: tuple[int, int] | None
    log_median: float
    spread: float  # sigma of the log-normal; shape of the Weibull
    share: float
    # The mixed generator's slower part: its weight, and how much later it is (in logarithms).
    slow_part: float
    slow_by: float
    # Before so many days ago the seller was another: other pace, other share.
    changed_days: float
    old_log_median: float
    old_share: float


def draw_traits(rng: Random, generator: Generator, place: int | None = None) -> Traits:
    kinds = KINDS_ELSEWHERE if generator == HELD_OUT else KINDS
    name = rng.choices(list(kinds), [kind.part for kind in kinds.values()])[0]
    kind = kinds[name]
    if place is None:
        place = rng.choices(range(len(PLACES)), [p.part for p in PLACES])[0]
    usual = rng.choices(list(USUAL_WEEKS), list(USUAL_WEEKS.values()))[0]
    week = "silent weekend" if name == "weekend-silent" else usual
    away = (rng.choice(AWAY_BEFORE), rng.choice(AWAY_AFTER)) if name == "on holiday" else None
    log_median = rng.gauss(*kind.log_median)
    share = rng.betavariate(*kind.share)
    sigma = rng.uniform(*kind.spread)
    slow_part, slow_by = rng.uniform(0.1, 0.4), rng.uniform(1.2, 2.4)
    if generator in {"lognormal", "weibull"}:
        slow_part = slow_by = 0.0
    # The three worlds differ in shape, not in pace: the mean of the logarithms is the same.
    log_median -= slow_part * slow_by
    has_changed = rng.random() < CHANGED_PART
    changed_days = rng.uniform(40, 250) if has_changed else math.inf
    return Traits(
        kind=name,
        place=place,
        week=WEEK_NAMES.index(week),
        away=away,
        log_median=log_median,
        # A Weibull of shape 1.2 / sigma has about the spread of a log-normal of that sigma.
        spread=1.2 / sigma if generator == "weibull" else sigma,
        share=share,
        slow_part=slow_part,
        slow_by=slow_by,
        changed_days=changed_days,
        old_log_median=log_median + rng.gauss(0, 0.9),
        old_share=rng.betavariate(6, 2) if has_changed else share,
    )


@cache
def calendar_of(place: int, week: int) -> WorkingCalendar:
    where = PLACES[place]
    return WorkingCalendar(
        zone=where.zone, hours=WEEKS[WEEK_NAMES[week]], country=where.country, peaks=PEAKS
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """Working hours of one seller, without the stretch for which they are away."""

    calendar: WorkingCalendar
    away: tuple[datetime, datetime] | None = None

    def hours(self, start: datetime, end: datetime) -> float:
        worked = self.calendar.working_time_between(start, end)
        if self.away is not None:
            gone, back = max(start, self.away[0]), min(end, self.away[1])
            if back > gone:
                worked -= self.calendar.working_time_between(gone, back)
        return worked / HOUR

    def moment(self, start: datetime, hours: float) -> datetime:
        """When so many working hours after `start` have passed."""
        worked = timedelta(hours=hours)
        end = self.calendar.add_working_time(start, worked)
        if self.away is None or start >= self.away[1] or end <= self.away[0]:
            return end
        before = self.calendar.working_time_between(start, self.away[0])
        return self.calendar.add_working_time(self.away[1], worked - before)

    def is_open(self, moment: datetime) -> bool:
        if self.away is not None and self.away[0] <= moment < self.away[1]:
            return False
        return self.calendar.is_open(moment)


def clock_of(traits: Traits, anchor: datetime) -> Clock:
    return Clock(calendar_of(traits.place, traits.week), away_between(traits.away, anchor))


def away_between(
    away: tuple[int, int] | None, anchor: datetime
) -> tuple[datetime, datetime] | None:
    if away is None:
        return None
    return anchor - away[0] * DAY, anchor + away[1] * DAY


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller of one world. `anchor` is the present message, or the first of a case."""

    generator: Generator
    traits: Traits
    anchor: datetime
    clock: Clock
    facts: SellerFacts
    stated_week: int | None
    buyer_zone: ZoneInfo
    history: tuple[Observation, ...]

    def share_at(self, moment: datetime) -> float:
        return self.traits.old_share if self._is_old(moment) else self.traits.share

    def come_by(self, sent_at: datetime, channel: str, moment: datetime) -> float:
        """The share, of the answers that come to that message, that has come by then."""
        return self.come_within(self.clock.hours(sent_at, moment) / CHANNELS[channel][0], sent_at)

    def come_within(self, hours: float, sent_at: datetime) -> float:
        traits = self.traits
        if hours <= 0:
            return 0.0
        off = math.log(hours) - (
            traits.old_log_median if self._is_old(sent_at) else traits.log_median
        )
        if self.generator == "weibull":
            return -math.expm1(-LN2 * math.exp(traits.spread * off))
        quick = normal(off / traits.spread)
        slow = normal((off - traits.slow_by) / traits.spread)
        return quick + traits.slow_part * (slow - quick)

    def chance_by(self, sent_at: datetime, channel: str, moment: datetime) -> float:
        """The true chance that an answer has come by then."""
        return self.share_at(sent_at) * self.come_by(sent_at, channel, moment)

    def answer(self, rng: Random, sent_at: datetime, channel: str) -> datetime | None:
        traits = self.traits
        if rng.random() >= self.share_at(sent_at):
            return None
        log_median = traits.old_log_median if self._is_old(sent_at) else traits.log_median
        if self.generator == "weibull":
            log_hours = log_median + math.log(rng.expovariate(LN2)) / traits.spread
        else:
            later = traits.slow_by if rng.random() < traits.slow_part else 0.0
            log_hours = rng.gauss(log_median + later, traits.spread)
        hours = math.exp(log_hours) * CHANNELS[channel][0]
        return self.clock.moment(sent_at, min(max(hours, QUICKEST_HOURS), 3000.0))

    def _is_old(self, moment: datetime) -> bool:
        return (self.anchor - moment) / DAY > self.traits.changed_days


def normal(z: float) -> float:
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def draw_seller(rng: Random, generator: Generator, messages: int) -> Seller:
    """A seller with so many earlier messages, and a moment at which the next one is sent."""
    traits = draw_traits(rng, generator)
    buyer_zone = rng.choice(BUYER_ZONES)
    anchor = _draw_anchor(rng, buyer_zone)
    place = PLACES[traits.place]
    stated = _draw_stated_week(rng, traits.week)
    seller = Seller(
        generator=generator,
        traits=traits,
        anchor=anchor,
        clock=clock_of(traits, anchor),
        facts=SellerFacts(
            time_zone=place.zone,
            country=place.country,
            response_rate=_draw_shown_rate(rng, traits.share),
            inquiry_volume=_draw_volume(rng, traits.log_median),
            shares_language=rng.choice((None, None, True, False)),
            business_hours=None if stated is None else WEEKS[WEEK_NAMES[stated]],
        ),
        stated_week=stated,
        buyer_zone=buyer_zone,
        history=(),
    )
    return _with_history(rng, seller, messages)


def _draw_anchor(rng: Random, buyer_zone: ZoneInfo) -> datetime:
    """A waking hour of the buyer in 2025 or 2026; every 14th around a long holiday."""
    if rng.random() < 0.07:
        day = rng.choice(FESTIVALS) - timedelta(days=rng.randrange(-3, 7))
    else:
        day = date(2025, 1, 5) + timedelta(days=rng.randrange(700))
    return awake(rng, datetime.combine(day, time(12), buyer_zone))


def awake(rng: Random, moment: datetime) -> datetime:
    """The same day between 08:00 and 22:00 on that clock, in UTC."""
    minutes = rng.randrange(8 * 60, 22 * 60)
    return moment.replace(hour=minutes // 60, minute=minutes % 60).astimezone(UTC)


# What is shown and how it depends on what is true: (draw, chance), so that the ideal can invert it.

RATE_SHOWN, RATE_WEIGHT = 0.75, 6.0


def shown_rate_mean(share: float) -> float:
    """The displayed rate is of all buyers: it leans to the middle, and mute sellers show one too."""
    return 0.35 + 0.6 * share


def _draw_shown_rate(rng: Random, share: float) -> float | None:
    if rng.random() >= RATE_SHOWN:
        return None
    mean = shown_rate_mean(share)
    rate = rng.betavariate(mean * RATE_WEIGHT, (1 - mean) * RATE_WEIGHT)
    return min(max(round(rate, 2), 0.01), 0.99)


def volume_chances(log_median: float) -> Mapping[Volume, float]:
    slowness = 1 / (1 + math.exp(-1.2 * (log_median - math.log(4.0))))
    return {"low": 0.1 + 0.4 * (1 - slowness), "normal": 0.4, "high": 0.1 + 0.4 * slowness}


def _draw_volume(rng: Random, log_median: float) -> Volume:
    chances = volume_chances(log_median)
    return rng.choices(list(chances), list(chances.values()))[0]


def _draw_stated_week(rng: Random, week: int) -> int | None:
    if rng.random() >= STATES_HOURS:
        return None
    if rng.random() < STATES_THEM_RIGHTLY:
        return week
    return rng.choice([other for other in range(len(WEEKS)) if other != week])


def stated_chance(stated: int | None, week: int) -> float:
    if stated is None:
        return 1 - STATES_HOURS
    if stated == week:
        return STATES_HOURS * STATES_THEM_RIGHTLY
    return STATES_HOURS * (1 - STATES_THEM_RIGHTLY) / (len(WEEKS) - 1)


WATCHED_FOR = 14 * DAY


def _with_history(rng: Random, seller: Seller, messages: int) -> Seller:
    """Earlier messages, each watched until the next one was sent or for two weeks."""
    history: list[Observation] = []
    until = seller.anchor
    for _ in range(messages):
        gap = rng.uniform(1, 5) if rng.random() < 0.25 else 2 + rng.expovariate(1 / 22)
        sent_at = min(
            awake(rng, (until - gap * DAY).astimezone(seller.buyer_zone)),
            until - timedelta(hours=8),
        )
        channel = draw_channel(rng)
        observed_until = min(until, sent_at + WATCHED_FOR)
        replied_at = seller.answer(rng, sent_at, channel)
        if replied_at is not None and replied_at > observed_until:
            replied_at = None
        history.append(
            Observation(
                channel=channel,
                sent_at=sent_at,
                observed_until=observed_until,
                replied_at=replied_at,
            )
        )
        until = sent_at
    history.reverse()
    return replace(seller, history=tuple(history))


def draw_channel(rng: Random) -> str:
    return rng.choices(list(CHANNELS), [often for _, often in CHANNELS.values()])[0]
