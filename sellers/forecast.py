"""When a seller will answer: pure judgement over plain facts. Imports no Django.

docs/judgement.md says in words what is computed here. The answer's time is log-normal over the
seller's working hours; whether it comes at all is a share with a Beta prior. Both begin at what the
band of the profile says and move to the seller's own record as it grows.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import NormalDist
from typing import Literal
from zoneinfo import ZoneInfo

from sellers.calendar import WorkingCalendar
from sellers.profiles import BandCode, Profile

Volume = Literal["low", "normal", "high"]
HOUR = timedelta(hours=1)
# Spread of the logarithm of an answer's working hours, and the share of answers that come within
# the band: with both, a band's end gives the median.
SIGMA = 0.9
SHARE_WITHIN_BAND = 0.95
# How many observations the profile's word is worth: for the time, and for the share that answers.
PRIOR_ANSWERS = 3.0
PRIOR_MESSAGES = 4.0
LARGE_TIME_DIFFERENCE = 9.0
MINOR_TIME_DIFFERENCE = 3.0
HIGH_RESPONSE_RATE = 0.9
LOW_RESPONSE_RATE = 0.6
SHORTEST_ANSWER_HOURS = 0.05
NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerFacts:
    time_zone: ZoneInfo
    country: str
    response_rate: float | None = None  # 0..1
    inquiry_volume: Volume = "normal"
    shares_language: bool | None = None
    # 'mon' … 'sun' to (opens, closes), None for a day off; None: the profile's usual hours.
    business_hours: Mapping[str, tuple[time, time] | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """An earlier message to this seller. Without `replied_at`: no answer up to `observed_until`."""

    channel: str
    sent_at: datetime
    observed_until: datetime
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Moments are in UTC; p50, p80 and p95 are of the answers that do come, none having come yet."""

    band: BandCode
    reply_probability: float
    p50: datetime
    p80: datetime
    p95: datetime
    # The end of the expected window: no retry is flagged before it (invariant 3).
    window_ends_at: datetime
    why: tuple[str, ...]
    answers: "AnswerTime"
    share: float
    waited: float

    def probability_by(self, hours: float) -> float:
        """Chance that an answer has come by so many hours of wall clock after sending."""
        end = self.answers.sent_at + hours * HOUR
        come = self.answers.share_by(end)
        if come <= self.waited:
            return 0.0
        return self.share * (come - self.waited) / (1 - self.share * self.waited)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTime:
    """The time of an answer that does come: log-normal over working hours since `sent_at`."""

    sent_at: datetime
    calendar: WorkingCalendar
    mean_log_hours: float

    def share_by(self, moment: datetime) -> float:
        if moment <= self.sent_at:
            return 0.0
        worked = self.calendar.working_time_between(self.sent_at, moment) / HOUR
        return share_within(worked, self.mean_log_hours)

    def moment_of(self, share: float) -> datetime:
        hours = math.exp(self.mean_log_hours + SIGMA * NORMAL.inv_cdf(share))
        return self.calendar.add_working_time(self.sent_at, hours * HOUR)


def share_within(hours: float, mean_log_hours: float) -> float:
    if hours <= 0:
        return 0.0
    return NORMAL.cdf((math.log(hours) - mean_log_hours) / SIGMA)


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
    calendar = working_calendar(seller, profile)
    usual = _usual_band(seller, buyer_time_zone, sent_at)
    prior = _prior_mean(profile, usual, channel, calendar)
    mean, answered = _learned_mean(prior, history, calendar)
    share = _share_that_answers(seller, profile, history, calendar, prior)
    answers = AnswerTime(sent_at=sent_at, calendar=calendar, mean_log_hours=mean)
    waited = min(answers.share_by(now), 0.999) if now is not None else 0.0
    moments = [answers.moment_of(min(waited + q * (1 - waited), 0.9999)) for q in (0.5, 0.8, 0.95)]
    band = _band_of(mean, profile, calendar)
    return Forecast(
        band=band,
        reply_probability=share * (1 - waited) / (1 - share * waited),
        p50=moments[0],
        p80=moments[1],
        p95=moments[2],
        window_ends_at=answers.moment_of(SHARE_WITHIN_BAND),
        why=tuple(
            _reasons(
                profile=profile,
                seller=seller,
                band=band,
                buyer_time_zone=buyer_time_zone,
                calendar=calendar,
                sent_at=sent_at,
                p80=moments[1],
                history=history,
                answered=answered,
            )
        ),
        answers=answers,
        share=share,
        waited=waited,
    )


def working_calendar(seller: SellerFacts, profile: Profile) -> WorkingCalendar:
    """The seller's own hours; the marketplace's usual ones where they name no working day."""
    hours = seller.business_hours
    if hours is None or not any(hours.values()):
        hours = profile.usual_seller.hours
    return WorkingCalendar(zone=seller.time_zone, hours=hours, country=seller.country)


def _usual_band(seller: SellerFacts, buyer_zone: ZoneInfo, at: datetime) -> BandCode:
    """The article's table: each factor is good (0), average (1) or bad (2)."""
    rate = seller.response_rate
    score = 1.0
    if rate is not None and rate >= HIGH_RESPONSE_RATE:
        score = 0.0
    elif rate is not None and rate < LOW_RESPONSE_RATE:
        score = 2.0
    score += {"low": 0.0, "normal": 1.0, "high": 2.0}[seller.inquiry_volume]
    apart = _hours_apart(seller.time_zone, buyer_zone, at)
    score += (apart >= MINOR_TIME_DIFFERENCE) + (apart >= LARGE_TIME_DIFFERENCE)
    if seller.shares_language is False:
        score += 0.5
    if score < 1.5:
        return BandCode.WITHIN_24H
    return BandCode.ONE_TO_THREE_DAYS if score < 4.5 else BandCode.UP_TO_FIVE_DAYS


def _hours_apart(one: ZoneInfo, other: ZoneInfo, at: datetime) -> float:
    offsets = [at.astimezone(zone).utcoffset() or timedelta() for zone in (one, other)]
    apart = abs(offsets[0] - offsets[1]) / HOUR
    return min(apart, 24 - apart) if apart <= 24 else apart - 24


def _prior_mean(profile: Profile, band: BandCode, channel: str, calendar: WorkingCalendar) -> float:
    """The mean log hours with which SHARE_WITHIN_BAND of the answers come within the band."""
    days = profile.bands[band].upper / timedelta(days=1)
    speed = profile.channels[channel].speed if channel in profile.channels else 1.0
    within = max(days * calendar.hours_a_day * speed, SHORTEST_ANSWER_HOURS)
    return math.log(within) - SIGMA * NORMAL.inv_cdf(SHARE_WITHIN_BAND)


def _learned_mean(
    prior: float, history: Sequence[Observation], calendar: WorkingCalendar
) -> tuple[float, list[float]]:
    """The prior mean moved towards the record; the answered working hours beside it."""
    hours = [
        max(calendar.working_time_between(o.sent_at, o.replied_at) / HOUR, SHORTEST_ANSWER_HOURS)
        for o in history
        if o.replied_at is not None
    ]
    total = PRIOR_ANSWERS * prior + sum(math.log(h) for h in hours)
    return total / (PRIOR_ANSWERS + len(hours)), hours


def _share_that_answers(
    seller: SellerFacts,
    profile: Profile,
    history: Sequence[Observation],
    calendar: WorkingCalendar,
    prior_mean: float,
) -> float:
    """A Beta mean. An open message counts against the seller as far as an answer was due by then,
    so that one sent an hour ago says next to nothing."""
    rate = seller.response_rate
    usual = profile.usual_seller.response_rate if rate is None else min(max(rate, 0.02), 0.98)
    yes, no = usual * PRIOR_MESSAGES, (1 - usual) * PRIOR_MESSAGES
    for seen in history:
        if seen.replied_at is not None:
            yes += 1
        else:
            waited = calendar.working_time_between(seen.sent_at, seen.observed_until) / HOUR
            no += share_within(waited, prior_mean)
    return yes / (yes + no)


def _band_of(mean: float, profile: Profile, calendar: WorkingCalendar) -> BandCode:
    hours = math.exp(mean + SIGMA * NORMAL.inv_cdf(SHARE_WITHIN_BAND))
    days = hours / max(calendar.hours_a_day, SHORTEST_ANSWER_HOURS)
    for code in (BandCode.WITHIN_24H, BandCode.ONE_TO_THREE_DAYS):
        if days <= profile.bands[code].upper / timedelta(days=1) * 1.001:
            return code
    return BandCode.UP_TO_FIVE_DAYS


def _reasons(
    *,
    profile: Profile,
    seller: SellerFacts,
    band: BandCode,
    buyer_time_zone: ZoneInfo,
    calendar: WorkingCalendar,
    sent_at: datetime,
    p80: datetime,
    history: Sequence[Observation],
    answered: Sequence[float],
) -> list[str]:
    due = p80.astimezone(buyer_time_zone)
    who = "this seller" if history else "sellers like this"
    reasons = [f"80 % of the answers of {who} come by {due:%a} {due.day} {due:%b, %H:%M}."]
    if history:
        usual = f", usually within {_middle(answered):.0f} working hours" if answered else ""
        reasons.append(f"Answered {len(answered)} of {len(history)}{usual}.")
    else:
        reasons.append(f"Nothing is known of their answers yet: {profile.bands[band].label}.")
    city = seller.time_zone.key.rsplit("/", 1)[-1].replace("_", " ")
    opens = next(calendar.openings(sent_at), None)
    if opens is not None and opens[0] > sent_at:
        there, here = opens[0].astimezone(seller.time_zone), opens[0].astimezone(buyer_time_zone)
        reasons.append(
            f"Nobody is at work in {city} then; they open {there:%a %H:%M} there, "
            f"{here:%a %H:%M} your time."
        )
    days_off = _days_off_within(calendar, sent_at, p80)
    if days_off:
        reasons.append(f"{days_off} public holidays there stretch the wait.")
    return reasons


def _middle(hours: Sequence[float]) -> float:
    ordered = sorted(hours)
    return max(ordered[len(ordered) // 2], 1.0)


def _days_off_within(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    day, last = (moment.astimezone(calendar.zone).date() for moment in (start, end))
    count = 0
    while day <= last:
        count += calendar.is_day_off(day)
        day += timedelta(days=1)
    return count
