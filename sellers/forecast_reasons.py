"""Why a forecast says what it says, in sentences. Imports no Django."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median

from languages.moments import CLOCK
from languages.sentences import City, Day, Moment, Percent, Sentence, say, say_n
from sellers.forecast import Forecast
from sellers.history import Observation
from sellers.public_holidays import public_holidays

# A wait longer than this is not looked at day by day.
MOST_DAYS = 60


def reasons(expected: Forecast) -> Iterator[Sentence]:
    yield _when(expected)
    yield _record(expected)
    asleep = _asleep(expected)
    if asleep:
        yield asleep
    yield from _days_off(expected)
    yield from _peaks(expected)


def _when(expected: Forecast) -> Sentence:
    facts = expected.facts
    if expected.reply_probability < 0.2:
        chance = round(100 * expected.reply_probability)
        if facts.history:
            return say(
                "An answer is unlikely: {chance} % of such messages to this seller still get one.",
                chance=chance,
            )
        return say(
            "An answer is unlikely: {chance} % of such messages to sellers like this still get one.",
            chance=chance,
        )
    due = Moment(expected.p80, facts.buyer_time_zone)
    most = Percent(0.8)
    if facts.history:
        return say("{most} of the answers of this seller come by {due}.", most=most, due=due)
    return say("{most} of the answers of sellers like this come by {due}.", most=most, due=due)


def _record(expected: Forecast) -> Sentence:
    history = expected.facts.history
    if not history:
        label = expected.facts.profile.bands[expected.band].label
        return say("Nothing is known of their answers yet: {label}.", label=label)
    hours = [_hours(expected, seen) for seen in history if seen.replied_at is not None]
    answered, asked = len(hours), len(history)
    if not hours:
        return say("Answered {answered} of {asked}.", answered=answered, asked=asked)
    return say_n(
        "Answered {answered} of {asked}, usually within a working hour.",
        "Answered {answered} of {asked}, usually within {count} working hours.",
        count=max(round(median(hours)), 1),
        answered=answered,
        asked=asked,
    )


def _hours(expected: Forecast, seen: Observation) -> float:
    assert seen.replied_at is not None  # noqa: S101  (the caller's condition)
    return expected.calendar.working_hours_between(seen.sent_at, seen.replied_at)


def _asleep(expected: Forecast) -> Sentence | None:
    """Whether somebody is at work when the message comes, or now while it is waited for."""
    facts = expected.facts
    moment = facts.now or facts.sent_at
    opens = expected.calendar.next_opening(moment)
    if opens <= moment:
        return None
    zone = expected.calendar.zone
    if opens - moment < timedelta(hours=18):
        return say(
            "{city} is asleep until {here} your time ({there} there).",
            city=City(zone),
            here=Moment(opens, facts.buyer_time_zone, CLOCK),
            there=Moment(opens, zone, CLOCK, there=True),
        )
    return say(
        "Nobody is at work in {city} until {here} your time.",
        city=City(zone),
        here=Moment(opens, facts.buyer_time_zone),
    )


def _days_off(expected: Forecast) -> Iterator[Sentence]:
    days = [day for day in _days(expected) if expected.calendar.is_day_off(day)]
    if not days:
        return
    country = expected.calendar.country
    known = public_holidays(country, days[0].year) if country else None
    first, last, count = Day(days[0]), Day(days[-1]), len(days)
    if known and known.is_provisional:
        yield say_n(
            "1 day off there stretches the wait: {first} (predicted: the official dates are not out).",
            "{count} days off there stretch the wait: {first} to {last} (predicted: the official "
            "dates are not out).",
            count=count,
            first=first,
            last=last,
        )
        return
    yield say_n(
        "1 day off there stretches the wait: {first}.",
        "{count} days off there stretch the wait: {first} to {last}.",
        count=count,
        first=first,
        last=last,
    )


def _peaks(expected: Forecast) -> Iterator[Sentence]:
    days = _days(expected)
    for peak in expected.facts.profile.peaks:
        if any(peak.covers(day) for day in days):
            yield say("{name} keeps sellers busy: answers take longer.", name=peak.name)


def _days(expected: Forecast) -> list[date]:
    """The seller's days from the message (or now) to p80."""
    facts = expected.facts
    day, last = (_local_day(expected, m) for m in (facts.now or facts.sent_at, expected.p80))
    count = min((last - day).days, MOST_DAYS)
    return [day + timedelta(days=number) for number in range(count + 1)]


def _local_day(expected: Forecast, moment: datetime) -> date:
    return moment.astimezone(expected.calendar.zone).date()
