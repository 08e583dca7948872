"""Writes events as iCalendar (RFC 5545). Imports no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//Parley//Follow-ups//EN"
# How often a program that reads the feed should look again.
REFRESH = timedelta(hours=1)
STEP_LASTS = timedelta(minutes=15)
# Of a whole day: nine in the morning of the day before, on the reader's clock.
DAY_BEFORE = timedelta(hours=-15)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """One entry. `starts`: a moment in UTC, or a day on the member's clock for a whole-day entry."""

    uid: str
    # Grows with each change of what the entry is about.
    sequence: int
    summary: str
    description: str
    url: str
    starts: datetime | date
    stamped_at: datetime
    is_cancelled: bool = False


def feed_text(events: Iterable[FeedEvent], *, name: str) -> bytes:
    """The whole calendar, the same for the same events, ready to be sent."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_event(event))
    text: bytes = calendar.to_ical()
    return text


def _event(said: FeedEvent) -> Event:
    event = Event()
    event.add("uid", said.uid)
    event.add("sequence", said.sequence)
    event.add("dtstamp", said.stamped_at)
    event.add("dtstart", said.starts)
    event.add("summary", _one_line(said.summary))
    event.add("description", said.description)
    event.add("url", said.url)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if said.is_cancelled else "CONFIRMED")
    is_moment = isinstance(said.starts, datetime)
    if is_moment:
        event.add("duration", STEP_LASTS)
    if not said.is_cancelled:
        event.add_component(_alarm(said, timedelta(0) if is_moment else DAY_BEFORE))
    return event


def _alarm(said: FeedEvent, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _one_line(said.summary))
    alarm.add("trigger", before)
    return alarm


def _one_line(text: str) -> str:
    return " ".join(text.split())
