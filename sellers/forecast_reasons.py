"""Why a forecast says what it says, in sentences. Imports no Django."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median

from sellers.forecast import Forecast, Observation
from sellers.public_holidays import public_holidays

# A wait longer than this is not looked at day by day.
MOST_DAYS = 60


def reasons(expected: Forecast) -> Iterator[str]:
    yield _when(expected)
    yield _record(expected)
    asleep = _asleep(expected)
    if asleep:
        yield asleep
    yield from _days_off(expected)
    yield from _peaks(expected)


def _when(expected: Forecast) -> str:
    facts = expected.facts
    who = "this seller" if facts.history else "sellers like this"
    due = expected.p80.astimezone(facts.buyer_time_zone)
    if expected.reply_probability < 0.2:
        chance = round(100 * expected.reply_probability)
        return f"An answer is unlikely: {chance} % of such messages to {who} still get one."
    return f"80 % of the answers of {who} come by {due:%a} {due.day} {due:%b, %H:%M}."


def _record(expected: Forecast) -> str:
    history = expected.facts.history
    if not history:
        label = expected.facts.profile.bands[expected.band].label
        return f"Nothing is known of their answers yet: {label}."
    hours = [_hours(expected, seen) for seen in history if seen.replied_at is not None]
    said = f"Answered {len(hours)} of {len(history)}"
    if not hours:
        return f"{said}."
    return f"{said}, usually within {_said_hours(median(hours))}."


def _hours(expected: Forecast, seen: Observation) -> float:
    assert seen.replied_at is not None  # noqa: S101  (the caller's condition)
    return expected.calendar.working_hours_between(seen.sent_at, seen.replied_at)


def _said_hours(hours: float) -> str:
    rounded = max(round(hours), 1)
    return "a working hour" if rounded == 1 else f"{rounded} working hours"


def _asleep(expected: Forecast) -> str:
    """Whether somebody is at work when the message comes, or now while it is waited for."""
    facts = expected.facts
    moment = facts.now or facts.sent_at
    opens = expected.calendar.next_opening(moment)
    if opens <= moment:
        return ""
    zone = expected.calendar.zone
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    here, there = opens.astimezone(facts.buyer_time_zone), opens.astimezone(zone)
    if opens - moment < timedelta(hours=18):
        return f"{city} is asleep until {here:%H:%M} your time ({there:%H:%M} there)."
    return f"Nobody is at work in {city} until {here:%a} {here.day} {here:%b, %H:%M} your time."


def _days_off(expected: Forecast) -> Iterator[str]:
    days = [day for day in _days(expected) if expected.calendar.is_day_off(day)]
    if not days:
        return
    country = expected.calendar.country
    runs = f"{days[0].day} {days[0]:%b}"
    if len(days) > 1:
        runs += f" to {days[-1].day} {days[-1]:%b}"
    known = public_holidays(country, days[0].year) if country else None
    guess = " (predicted: the official dates are not out)" if known and known.is_provisional else ""
    count = "1 day off" if len(days) == 1 else f"{len(days)} days off"
    yield f"{count} there stretch the wait: {runs}{guess}."


def _peaks(expected: Forecast) -> Iterator[str]:
    days = _days(expected)
    for peak in expected.facts.profile.peaks:
        if any(peak.covers(day) for day in days):
            yield f"{peak.name} keeps sellers busy: answers take longer."


def _days(expected: Forecast) -> list[date]:
    """The seller's days from the message (or now) to p80."""
    facts = expected.facts
    day, last = (_local_day(expected, m) for m in (facts.now or facts.sent_at, expected.p80))
    count = min((last - day).days, MOST_DAYS)
    return [day + timedelta(days=number) for number in range(count + 1)]


def _local_day(expected: Forecast, moment: datetime) -> date:
    return moment.astimezone(expected.calendar.zone).date()
