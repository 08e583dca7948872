"""A seller's working time on the clock: hours, days off, public holidays, peaks. No Django.

A calendar is laid out once as the working intervals of a stretch of days (its timeline), each with
the working time before it; every question after that is a binary search.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sellers.public_holidays import public_holidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
END_OF_DAY = time.max
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# How much is laid out on either side of what was asked for.
FIRST_DAYS = timedelta(days=30)
# Beyond this a seller who has no working day left would be searched for ever.
HORIZON_SECONDS = 800 * 86_400
# Moments (in seconds) and paces lie on binary grids, so that sums of work are exact: no answer may
# depend on how far the timeline happens to be laid out.
MOMENT_GRID = 2**14
PACE_GRID = 2**10
TIMELINES_KEPT = 256

Vector = NDArray[np.float64]
Hours = Mapping[str, tuple[time, time] | None]
Week = tuple[tuple[time, time] | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A season in which answers take longer: an hour of work counts as `pace` hours (below 1).

    From `starts` to `ends`, each a (month, day), both included; it may cross the new year.
    """

    name: str
    starts: tuple[int, int]
    ends: tuple[int, int]
    pace: float

    def covers(self, day: date) -> bool:
        at = (day.month, day.day)
        if self.starts <= self.ends:
            return self.starts <= at <= self.ends
        return at >= self.starts or at <= self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """When a seller works. Hours may cross midnight ('20:00-04:00'); time.max means 24:00.

    Raises ValueError when no weekday has hours.
    """

    zone: ZoneInfo
    hours: Hours
    country: str = ""
    days_off: frozenset[date] = frozenset()
    peaks: tuple[Peak, ...] = ()
    _timeline: "Timeline" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        week = tuple(self.hours.get(day) for day in WEEKDAYS)
        if not any(week):
            raise ValueError("a calendar needs a working day")
        timeline = _timeline_of(self.zone, week, self.country, self.days_off, self.peaks)
        object.__setattr__(self, "_timeline", timeline)

    def is_day_off(self, day: date) -> bool:
        return day in self.days_off or self.is_public_holiday(day)

    def is_public_holiday(self, day: date) -> bool:
        return bool(self.country) and day in public_holidays(self.country, day.year).days_off

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; none when `end` lies before it."""
        return timedelta(hours=self.working_hours_between(start, end))

    def working_hours_between(self, start: datetime, end: datetime) -> float:
        """As `working_time_between`, as a number of hours."""
        since, until = on_grid(start.timestamp()), on_grid(end.timestamp())
        if until <= since:
            return 0.0
        stretch = self._timeline.covering(since, until)
        return (stretch.worked_by(until) - stretch.worked_by(since)) / 3600

    def worked_at(self, moments: Vector) -> Vector:
        """Working hours up to each moment (seconds since 1970), from the earliest of them."""
        on_grid = np.rint(moments * MOMENT_GRID)
        on_grid /= MOMENT_GRID
        since = float(on_grid.min())
        stretch = self._timeline.covering(since, float(on_grid.max()))
        worked: Vector = np.interp(on_grid, stretch.points, stretch.worked_at_points)
        worked -= stretch.worked_by(since)
        worked /= 3600
        return worked

    def covering(self, since: float, until: float) -> "Stretch":
        """The calendar laid out from one moment (seconds since 1970) to the other."""
        return self._timeline.covering(since, until)

    def moments_after(self, start: datetime, hours: Vector) -> Vector:
        """The moments (seconds since 1970) at which so many working hours, rising, have passed."""
        since = start.timestamp()
        worked: Vector = np.rint(hours * (3600 * MOMENT_GRID)) / MOMENT_GRID
        return np.maximum(self._timeline.moments_after(on_grid(since), worked), since)

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The moment, in UTC, at which so much working time has passed since `start`."""
        return self.add_working_hours(start, duration / HOUR)

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """As `add_working_time`, for a number of hours; with none, the next opening."""
        worked = on_grid(hours * 3600)
        if worked <= 0:
            return self.next_opening(start)
        moment = self._timeline.moment_after(on_grid(start.timestamp()), worked)
        return datetime.fromtimestamp(moment, UTC)

    def next_opening(self, moment: datetime) -> datetime:
        """The first moment from here on, in UTC, at which the seller is at work."""
        since = moment.timestamp()
        opening = self._timeline.opening_after(since)
        return moment.astimezone(UTC) if opening == since else datetime.fromtimestamp(opening, UTC)

    def is_open(self, moment: datetime) -> bool:
        return self.next_opening(moment) <= moment

    @property
    def hours_a_day(self) -> float:
        """Average working hours a day over a week without holidays."""
        return self._timeline.hours_a_day


@dataclass(frozen=True, slots=True)
class Stretch:
    """Working intervals by time, in seconds since 1970, from `begins` to `reaches`."""

    first: date
    last: date
    begins: float
    reaches: float
    opens: "array[float]"
    closes: "array[float]"
    # Working seconds before each interval, and how much one of its seconds counts.
    before: "array[float]"
    paces: "array[float]"
    # The same as a line for many moments at once: openings and closings, and the work by then.
    points: Vector
    worked_at_points: Vector

    def worked_by(self, moment: float) -> float:
        place = bisect_right(self.opens, moment) - 1
        if place < 0:
            return 0.0
        until = min(moment, self.closes[place])
        return self.before[place] + (until - self.opens[place]) * self.paces[place]

    def opening_after(self, moment: float) -> float | None:
        """The moment itself when somebody is at work then, else the next opening; None: later."""
        place = bisect_right(self.opens, moment)
        if place > 0 and moment < self.closes[place - 1]:
            return moment
        return self.opens[place] if place < len(self.opens) else None

    def moment_of(self, worked: float) -> float:
        """When so much (above 0) has been worked since the beginning."""
        place = bisect_left(self.before, worked) - 1
        return self.opens[place] + (worked - self.before[place]) / self.paces[place]


class Timeline:
    """Lays a calendar out as far as somebody has asked; each stretch stays as it is, for threads."""

    def __init__(
        self,
        zone: ZoneInfo,
        week: Week,
        country: str,
        days_off: frozenset[date],
        peaks: tuple[Peak, ...],
    ) -> None:
        self.zone, self.week, self.country = zone, week, country
        self.days_off, self.peaks = days_off, peaks
        self.hours_a_day = _hours_a_day(week)
        self.stretch: Stretch | None = None

    def covering(self, since: float, until: float) -> Stretch:
        """A stretch that reaches from one moment to the other."""
        stretch = self.stretch
        if stretch is not None and stretch.begins <= since and until <= stretch.reaches:
            return stretch
        first = datetime.fromtimestamp(since, self.zone).date() - FIRST_DAYS
        last = datetime.fromtimestamp(until, self.zone).date() + FIRST_DAYS
        if stretch is not None and first < stretch.last and last > stretch.first:
            # What grows doubles, so that asking day after day stays cheap.
            length = stretch.last - stretch.first
            first = stretch.first if since >= stretch.begins else min(first, stretch.first - length)
            last = stretch.last if until <= stretch.reaches else max(last, stretch.last + length)
        self.stretch = self._lay_out(first, last)
        return self.stretch

    def opening_after(self, since: float) -> float:
        """The first moment from here on at which somebody is at work; the horizon if nobody is."""
        limit, horizon = since + HORIZON_SECONDS, since
        while True:
            stretch = self.covering(since, horizon)
            opening = stretch.opening_after(since)
            if opening is not None:
                return min(opening, limit)
            if stretch.reaches >= limit:
                return limit
            horizon = min(stretch.reaches + 1, limit)

    def moment_after(self, since: float, worked: float) -> float:
        """When so many working seconds (above 0) have passed since a moment."""
        stretch, found = self._holding(since, worked)
        if worked <= found:
            return stretch.moment_of(stretch.worked_by(since) + worked)
        return since + HORIZON_SECONDS + worked - found

    def moments_after(self, since: float, worked: Vector) -> Vector:
        """As `moment_after` for many that rise; for none, the next opening."""
        stretch, found = self._holding(since, float(worked[-1]))
        goals = stretch.worked_by(since) + worked
        moments: Vector = np.interp(goals, stretch.worked_at_points, stretch.points)
        if worked[-1] > found:
            beyond = since + HORIZON_SECONDS + worked - found
            moments = np.where(worked <= found, moments, beyond)
        if worked[0] <= 0:
            moments[worked <= 0] = self.opening_after(since)
        return moments

    def _holding(self, since: float, worked: float) -> tuple[Stretch, float]:
        """A stretch with so much work after a moment, or all up to the horizon; and how much.

        Nobody works any more behind the horizon: what is left is counted by the clock.
        """
        limit, horizon = since + HORIZON_SECONDS, since
        while True:
            stretch = self.covering(since, horizon)
            found = stretch.worked_by(min(stretch.reaches, limit)) - stretch.worked_by(since)
            if worked <= found or stretch.reaches >= limit:
                return stretch, found
            horizon = min(stretch.reaches + 1, limit)

    def _lay_out(self, first: date, last: date) -> Stretch:
        opens, closes, before, paces = (array("d") for _ in range(4))
        total, reached = 0.0, -math.inf
        day = first
        while day <= last:
            opening = self._opening(day)
            # Overnight hours may meet the next day's: no minute is counted twice.
            if opening is not None and opening[1] > reached:
                start, end = max(opening[0], reached), opening[1]
                pace = self._pace(day)
                opens.append(start)
                closes.append(end)
                before.append(total)
                paces.append(pace)
                total += (end - start) * pace
                reached = end
            day += DAY
        # The night before the first day may belong to a day that is not laid out.
        begins = datetime.combine(first + DAY, time(), self.zone).timestamp()
        ends = before[1:] + array("d", [total]) if before else before
        return Stretch(
            points=np.array([opens, closes]).T.ravel() if opens else np.array([begins]),
            worked_at_points=np.array([before, ends]).T.ravel() if opens else np.zeros(1),
            first=first,
            last=last,
            begins=begins,
            reaches=datetime.combine(last + DAY, time(), self.zone).timestamp(),
            opens=opens,
            closes=closes,
            before=before,
            paces=paces,
        )

    def _opening(self, day: date) -> tuple[float, float] | None:
        hours = self._hours_on(day)
        if hours is None:
            return None
        opens, closes = hours
        ends_on = day if closes > opens and closes != END_OF_DAY else day + DAY
        ends_at = time() if closes == END_OF_DAY else closes
        start = datetime.combine(day, opens, self.zone).timestamp()
        end = datetime.combine(ends_on, ends_at, self.zone).timestamp()
        # Hours that lie in the hour which summer time takes away do not happen on that day.
        return (start, end) if start < end else None

    def _hours_on(self, day: date) -> tuple[time, time] | None:
        if day in self.days_off:
            return None
        usual = self.week[day.weekday()]
        if not self.country:
            return usual
        year = public_holidays(self.country, day.year)
        if day in year.days_off:
            return None
        if usual is None and day in year.make_up_days:
            return next(hours for hours in self.week if hours is not None)
        return usual

    def _pace(self, day: date) -> float:
        paces = [peak.pace for peak in self.peaks if peak.covers(day)]
        return max(round(min(paces, default=1.0) * PACE_GRID), 1) / PACE_GRID


def on_grid(seconds: float) -> float:
    """The nearest moment (seconds since 1970), or length of time, that sums exactly."""
    return round(seconds * MOMENT_GRID) / MOMENT_GRID


def _hours_a_day(week: Week) -> float:
    total = timedelta()
    for hours in week:
        if hours is not None:
            opens, closes = (timedelta(hours=t.hour, minutes=t.minute) for t in hours)
            if hours[1] == END_OF_DAY:
                closes = DAY
            total += closes - opens if closes > opens else closes - opens + DAY
    return total / timedelta(hours=7)


@lru_cache(maxsize=TIMELINES_KEPT)
def _timeline_of(
    zone: ZoneInfo,
    week: Week,
    country: str,
    days_off: frozenset[date],
    peaks: tuple[Peak, ...],
) -> Timeline:
    return Timeline(zone, week, country, days_off, peaks)
