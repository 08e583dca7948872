"""When a seller will answer: pure judgement over plain facts. Imports no Django.

docs/judgement.md says in words what is computed here. Where the answer lies on the seller's working
clock is learned by `sellers.learning`; this module turns facts into it, and it into moments.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from languages.sentences import Sentence
from sellers.calendar import WEEKDAYS, Peak, Week, WorkingCalendar
from sellers.history import Observation, record_of
from sellers.learning import Belief, believe, prior_quantile
from sellers.profiles import BandCode, Profile, UsualWeek
from sellers.weeks import Weeks

Volume = Literal["low", "normal", "high"]
Vector = NDArray[np.float64]
HOUR = timedelta(hours=1)
# A band of the profile is what holds this share of the answers of a seller without a record.
SHARE_WITHIN_BAND = 0.9
# The expected window of a message ends when the chance that its answer comes within one more
# working day stays below this; and not before the article's 24 hours.
WORTH_WAITING = 0.2
SHORTEST_WINDOW = timedelta(hours=24)
VOLUME_SCORES: Mapping[Volume, float] = {"low": 0.0, "normal": 1.0, "high": 2.0}
LARGE_TIME_DIFFERENCE = 9.0
MINOR_TIME_DIFFERENCE = 3.0
HIGH_RESPONSE_RATE = 0.9
LOW_RESPONSE_RATE = 0.6
# How often the hours that a store states are those in which it answers.
STATED_HOURS_HOLD = 0.75
QUICKEST_HOURS = 0.2
# The tables go in steps: without a record the band must be the usual one all the same.
A_HAIR = 0.02
# Working hours at which a forecast is laid out, and how finely a quantile is searched between two of them.
HOURS = np.concatenate([[0.0], np.geomspace(0.1, 3000.0, 120)])
FINER, FINER_LOOKS = np.linspace(0.0, 1.0, 33), 2
QUANTILES = np.array([0.5, 0.8, 0.95])
# More waiting than this tells nothing more of an answer that may still come.
MOST_WAITED = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerFacts:
    time_zone: ZoneInfo
    country: str
    response_rate: float | None = None  # 0..1
    inquiry_volume: Volume = "normal"
    shares_language: bool | None = None
    # 'mon' … 'sun' to (opens, closes), None for a day off; None: the profile's usual hours.
    business_hours: Mapping[str, tuple[time, time] | None] | None = None
    # Days on which this seller is away, beside the public holidays of their country.
    days_off: frozenset[date] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """When the answer to one message comes, if one comes. Moments are in UTC."""

    facts: "ForecastFacts"
    # That an answer ever comes, none having come by `now` where that was given.
    reply_probability: float
    # That the seller may work; the first is the one they state, or the usual one.
    weeks: Weeks
    belief: Belief
    # The chance that an answer should have come by `now`.
    waited: float

    @property
    def sent_at(self) -> datetime:
        return self.facts.sent_at

    @property
    def calendar(self) -> WorkingCalendar:
        return self.weeks.calendars[0]

    @cached_property
    def band(self) -> BandCode:
        """The first band within which SHARE_WITHIN_BAND of the answers that come have come."""
        profile, come = self.facts.profile, self._chances / self.belief.share
        for code in (BandCode.WITHIN_24H, BandCode.ONE_TO_THREE_DAYS):
            within = profile.bands[code].upper / timedelta(days=1) * self.calendar.hours_a_day
            if np.interp(within, HOURS, come) >= SHARE_WITHIN_BAND - A_HAIR:
                return code
        return BandCode.UP_TO_FIVE_DAYS

    @cached_property
    def _chances(self) -> Vector:
        return self._chances_after(HOURS)

    def _chances_after(self, hours: Vector) -> Vector:
        """The chance of an answer after so many working hours of the first week; the last most."""
        moments = self.calendar.moments_after(self.sent_at, hours)
        return _chances_at(self.belief, self.weeks, self.sent_at, moments)

    @property
    def why(self) -> tuple[Sentence, ...]:
        """The reasons in sentences that a person understands."""
        from sellers.forecast_reasons import reasons  # it needs the classes above

        return tuple(reasons(self))

    @property
    def p50(self) -> datetime:
        """By when half of the answers that do come have come, none having come yet."""
        return self._quantiles[0]

    @property
    def p80(self) -> datetime:
        return self._quantiles[1]

    @property
    def p95(self) -> datetime:
        return self._quantiles[2]

    @cached_property
    def _quantiles(self) -> list[datetime]:
        goals = self.waited + QUANTILES * (self.belief.share - self.waited)
        grids = np.broadcast_to(HOURS, (len(goals), len(HOURS)))
        chances = np.broadcast_to(self._chances, grids.shape)
        # The chance jumps where the first week rests and another works: a line would miss that.
        for _ in range(FINER_LOOKS):
            ends = [_first_at_least(row, goal) for row, goal in zip(chances, goals, strict=True)]
            rows = np.arange(len(goals))
            low, high = grids[rows, np.maximum(ends, 1) - 1], grids[rows, ends]
            grids = low[:, None] + (high - low)[:, None] * FINER
            chances = self._chances_after(grids.ravel()).reshape(grids.shape)
        found = [
            self._after(grid[_first_at_least(row, goal)])
            for grid, row, goal in zip(grids, chances, goals, strict=True)
        ]
        now = self.facts.now
        return found if now is None else [max(moment, now) for moment in found]

    def _after(self, hours: float) -> datetime:
        return self.calendar.add_working_hours(self.sent_at, float(hours))

    def probability_by(self, hours: float) -> float:
        """Chance that an answer has come by so many hours of wall clock after sending."""
        return self.probability_at(self.sent_at + hours * HOUR)

    def probability_at(self, moment: datetime) -> float:
        """Chance that an answer has come by that moment, none having come by `now`."""
        chance = _chance_at(self.belief, self.weeks, self.sent_at, moment)
        return max(chance - self.waited, 0.0) / (1 - self.waited)

    def chance_within_a_day_after(self, moment: datetime) -> float:
        """Chance of an answer within one more working day, none having come by that moment."""
        next_day = self.calendar.add_working_hours(moment, self.calendar.hours_a_day)
        before, after = (
            _chance_at(self.belief, self.weeks, self.sent_at, m) for m in (moment, next_day)
        )
        return (after - before) / (1 - before)

    @property
    def window_ends_at(self) -> datetime:
        """The end of the expected window: no retry is flagged before it (invariant 3)."""
        return self.quiet_at(WORTH_WAITING)

    def quiet_at(self, chance: float, *, earlier: Sequence[datetime] = ()) -> datetime:
        """From when on an answer within one more working day stays less likely than `chance`.

        `earlier` messages, when they were sent, may be answered still.
        """
        silent = 1 - self._chances
        if earlier:
            moments = self.calendar.moments_after(self.sent_at, HOURS)
            for sent_at in earlier:
                silent *= 1 - _chances_at(self.belief, self.weeks, sent_at, moments)
        ahead = np.interp(HOURS + self.calendar.hours_a_day, HOURS, silent)
        likely = np.flatnonzero(ahead <= (1 - chance) * silent)
        quiet = self.sent_at
        if len(likely):
            quiet = self._after(HOURS[min(likely[-1] + 1, len(HOURS) - 1)])
        return max(quiet, self.sent_at + SHORTEST_WINDOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastFacts:
    """All that a forecast was made of."""

    sent_at: datetime
    channel: str
    seller: SellerFacts
    buyer_time_zone: ZoneInfo
    profile: Profile
    history: Sequence[Observation] = ()
    now: datetime | None = None


def forecast(
    *,
    sent_at: datetime,
    channel: str,
    seller: SellerFacts,
    buyer_time_zone: ZoneInfo,
    profile: Profile,
    history: Sequence[Observation] = (),
    now: datetime | None = None,
) -> Forecast:
    """The expected reply time of one message; with `now`, given that none has come by then."""
    weeks = _possible_weeks(seller, profile)
    rate = seller.response_rate
    belief = believe(
        weeks=weeks.chances,
        log_medians=_usual_log_medians(seller, buyer_time_zone, profile, channel, sent_at, weeks),
        response_rate=profile.usual_seller.response_rate if rate is None else rate,
        record=record_of(
            history, weeks, channel=channel, speed_on=profile.speed_on, sent_at=sent_at
        )
        if history
        else None,
    )
    waited = 0.0
    if now is not None:
        waited = min(_chance_at(belief, weeks, sent_at, now), MOST_WAITED * belief.share)
    return Forecast(
        facts=ForecastFacts(
            sent_at=sent_at,
            channel=channel,
            seller=seller,
            buyer_time_zone=buyer_time_zone,
            profile=profile,
            history=history,
            now=now,
        ),
        reply_probability=(belief.share - waited) / (1 - waited),
        weeks=weeks,
        belief=belief,
        waited=waited,
    )


def _chance_at(belief: Belief, weeks: Weeks, sent_at: datetime, moment: datetime) -> float:
    worked = [calendar.working_hours_between(sent_at, moment) for calendar in weeks.calendars]
    return belief.chance_by(worked)


def _first_at_least(chances: Vector, goal: float) -> int:
    """The first place at which the (rising) chance reaches the goal; the last where it never does."""
    return min(int(np.searchsorted(chances, goal)), len(chances) - 1)


def _chances_at(belief: Belief, weeks: Weeks, sent_at: datetime, moments: Vector) -> Vector:
    since = sent_at.timestamp()
    # A message that is not sent yet is not answered.
    moments = np.concatenate(([since], np.maximum(moments, since)))
    worked = weeks.worked_at(moments, since, float(moments.max()))
    return belief.chances_by((worked[:, 1:] - worked[:, :1]) / 3600)


def _possible_weeks(seller: SellerFacts, profile: Profile) -> Weeks:
    """The stated (or most usual) week first, then the other usual ones."""
    stated = seller.business_hours
    return _weeks_of(
        seller.time_zone,
        seller.country,
        seller.days_off,
        profile.usual_seller.weeks,
        profile.peaks,
        tuple([stated.get(day) for day in WEEKDAYS]) if stated else None,
    )


@lru_cache(maxsize=256)
def _weeks_of(
    zone: ZoneInfo,
    country: str,
    days_off: frozenset[date],
    usual: tuple[UsualWeek, ...],
    peaks: tuple[Peak, ...],
    stated: Week | None,
) -> Weeks:
    hours, chances = [week.hours for week in usual], [week.part for week in usual]
    if stated is not None and any(stated):
        hours.insert(0, dict(zip(WEEKDAYS, stated, strict=True)))
        others = [(1 - STATED_HOURS_HOLD) * part for part in chances]
        chances = [STATED_HOURS_HOLD, *others]
    calendars = [
        WorkingCalendar(zone=zone, hours=each, country=country, days_off=days_off, peaks=peaks)
        for each in hours
    ]
    return Weeks(calendars, chances)


def working_calendar(seller: SellerFacts, profile: Profile) -> WorkingCalendar:
    """The seller's own hours; the marketplace's usual ones where they name no working day."""
    return _possible_weeks(seller, profile).calendars[0]


def _usual_log_medians(
    seller: SellerFacts,
    buyer_time_zone: ZoneInfo,
    profile: Profile,
    channel: str,
    sent_at: datetime,
    weeks: Weeks,
) -> tuple[float, ...]:
    """Of an answer's working hours in each week, so that SHARE_WITHIN_BAND come within the band."""
    band = _usual_band(seller, buyer_time_zone, sent_at)
    return _log_medians_within(weeks, profile.bands[band].upper, profile.speed_on(channel))


@lru_cache(maxsize=1024)
def _log_medians_within(weeks: Weeks, band: timedelta, speed: float) -> tuple[float, ...]:
    days, late = band / timedelta(days=1) * speed, prior_quantile(SHARE_WITHIN_BAND)
    hours = [max(days * calendar.hours_a_day, QUICKEST_HOURS) for calendar in weeks.calendars]
    # Rounded, so that sellers who hardly differ share what is laid out for them.
    return tuple([round(math.log(each) - late, 2) for each in hours])


def _usual_band(seller: SellerFacts, buyer_zone: ZoneInfo, at: datetime) -> BandCode:
    """The article's table: each factor is good (0), average (1) or bad (2)."""
    rate = seller.response_rate
    score = 1.0
    if rate is not None and rate >= HIGH_RESPONSE_RATE:
        score = 0.0
    elif rate is not None and rate < LOW_RESPONSE_RATE:
        score = 2.0
    score += VOLUME_SCORES[seller.inquiry_volume]
    if seller.shares_language is False:
        score += 0.5
    band = _band_of_score(score)
    if band is _band_of_score(score + 2):
        return band  # however far apart they live: that adds 2 at the most
    apart = _hours_apart(seller.time_zone, buyer_zone, at)
    return _band_of_score(
        score + (apart >= MINOR_TIME_DIFFERENCE) + (apart >= LARGE_TIME_DIFFERENCE)
    )


def _band_of_score(score: float) -> BandCode:
    if score < 1.5:
        return BandCode.WITHIN_24H
    return BandCode.ONE_TO_THREE_DAYS if score < 4.5 else BandCode.UP_TO_FIVE_DAYS


def _hours_apart(one: ZoneInfo, other: ZoneInfo, at: datetime) -> float:
    offsets = [at.astimezone(zone).utcoffset() or timedelta() for zone in (one, other)]
    apart = abs(offsets[0] - offsets[1]) / HOUR
    return min(apart, 24 - apart) if apart <= 24 else apart - 24
