"""A seller's working time on the clock: hours, days off, public holidays. Imports no Django."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
END_OF_DAY = time.max
# Beyond this a seller who never works would be searched for ever.
HORIZON = timedelta(days=400)

Hours = Mapping[str, tuple[time, time] | None]


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """A country's days off in a year, and the weekend days that are worked in exchange."""

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    # No official notice of make-up days is known yet: the dates may still move.
    is_provisional: bool


@cache
def public_holidays(country: str, year: int) -> PublicHolidays:
    """From the `holidays` library; a country that it does not know has none."""
    import holidays  # takes 50 ms, and only a forecast needs it

    if country not in holidays.list_supported_countries():
        return PublicHolidays(frozenset(), frozenset(), is_provisional=True)
    calendar = holidays.country_holidays(country, years=year)
    days_off = frozenset(day for day in calendar if day.year == year)
    # The attribute also holds stray days of other years.
    make_up = frozenset(
        day for day in getattr(calendar, "weekend_workdays", ()) if day.year == year
    )
    return PublicHolidays(days_off, make_up, is_provisional=country == "CN" and not make_up)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """When a seller works. Hours may cross midnight ('20:00-04:00'); time.max means 24:00."""

    zone: ZoneInfo
    hours: Hours
    country: str = ""
    days_off: frozenset[date] = frozenset()

    def is_day_off(self, day: date) -> bool:
        return day in self.days_off or (
            bool(self.country) and day in public_holidays(self.country, day.year).days_off
        )

    def _hours_on(self, day: date) -> tuple[time, time] | None:
        if self.is_day_off(day):
            return None
        if self.country and day in public_holidays(self.country, day.year).make_up_days:
            return self.hours.get("mon") or self.hours.get("fri")
        return self.hours.get(WEEKDAYS[day.weekday()])

    def _opening(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self._hours_on(day)
        if hours is None:
            return None
        opens, closes = hours
        ends_on = day if closes > opens and closes != END_OF_DAY else day + timedelta(days=1)
        ends_at = time() if closes == END_OF_DAY else closes
        return (
            datetime.combine(day, opens, self.zone).astimezone(UTC),
            datetime.combine(ends_on, ends_at, self.zone).astimezone(UTC),
        )

    def openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working intervals in UTC that end after `start`, the first cut to begin there."""
        day = start.astimezone(self.zone).date() - timedelta(days=1)
        last = day + HORIZON
        reached = start.astimezone(UTC)
        while day < last:
            opening = self._opening(day)
            day += timedelta(days=1)
            # Overnight hours may meet the next day's: no minute is counted twice.
            if opening is not None and opening[1] > reached:
                yield max(opening[0], reached), opening[1]
                reached = opening[1]

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The moment, in UTC, at which so much working time has passed since `start`."""
        left = duration
        end = start.astimezone(UTC)
        for opens, closes in self.openings(start):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
            end = closes
        return end + left

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        total = timedelta()
        for opens, closes in self.openings(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    @property
    def hours_a_day(self) -> float:
        """Average working hours a day over a week without holidays."""
        week = timedelta()
        for day in range(7):
            hours = self.hours.get(WEEKDAYS[day])
            if hours is not None:
                opens, closes = (timedelta(hours=t.hour, minutes=t.minute) for t in hours)
                if hours[1] == END_OF_DAY:
                    closes = timedelta(days=1)
                week += closes - opens if closes > opens else closes - opens + timedelta(days=1)
        return week / timedelta(hours=7)
