"""When a seller's promise runs out, in the seller's own days. Imports no Django."""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sellers.public_holidays import public_holidays

WORKING_DAY_ENDS = time(18)
# A date further off is a day gone by written without its year, or no promise at all.
LONGEST_PROMISE = timedelta(days=183)
LONGEST_RUN = 20
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reception:
    """When and where a message was written, from which its dates are counted."""

    at: datetime
    zone: ZoneInfo
    country: str
    working_weekdays: frozenset[int]

    @property
    def day(self) -> date:
        return self.at.astimezone(self.zone).date()

    def end_of(self, moment: datetime | date) -> datetime | None:
        """The end of the working day of a promised moment; none when nobody promises that."""
        local = moment.astimezone(self.zone) if isinstance(moment, datetime) else None
        day = local.date() if local else moment
        if not self.day <= day <= self.day + LONGEST_PROMISE:
            return None
        until = datetime.combine(day, WORKING_DAY_ENDS, self.zone).astimezone(UTC)
        if isinstance(moment, datetime):
            return max(until, moment.astimezone(UTC))
        if until < self.at:  # 'today', written in the evening
            until = datetime.combine(day, time.max, self.zone).astimezone(UTC)
        return until

    def is_working(self, day: date) -> bool:
        known = public_holidays(self.country, day.year)
        if day in known.make_up_days:
            return True
        return day.weekday() in self.working_weekdays and day not in known.days_off

    def after_working_days(self, count: int) -> date:
        day = self.day
        while count and day <= self.day + LONGEST_PROMISE:
            day += DAY
            count -= self.is_working(day)
        return day

    def after_run_of(self, day: date, country: str) -> date:
        """The first working day after the days off that a holiday is part of."""
        there = Reception(self.at, self.zone, country, self.working_weekdays)
        for _ in range(LONGEST_RUN):
            day += DAY
            if there.is_working(day):
                break
        return day


def after_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _sunday_after(day: date, weeks: int) -> date:
    return day + timedelta(days=6 - day.weekday() + 7 * weeks)


NAMED: Mapping[str, Callable[[date], date]] = {
    "today": lambda day: day,
    "tomorrow": lambda day: day + DAY,
    "day_after_tomorrow": lambda day: day + 2 * DAY,
    # A week ends with its Friday for some and its Sunday for others: the later of both.
    "this_week": lambda day: _sunday_after(day, 0),
    "next_week": lambda day: _sunday_after(day, 1),
    "end_of_month": _last_of_month,
    "next_month": lambda day: _last_of_month(after_months(day, 1)),
}
