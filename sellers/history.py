"""Earlier messages to a seller, weighed and laid out on the weeks that they may work. No Django."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from struct import pack

import numpy as np

from sellers.calendar import on_grid
from sellers.kinds import QUICK_HOURS
from sellers.learning import Record
from sellers.weeks import Weeks

# Behaviour a year old counts half as much, and what was seen on another channel a bit less.
HALF_LIFE_SECONDS = 365 * 86_400.0
OTHER_CHANNEL = 0.9
QUICK_SECONDS = QUICK_HOURS * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """An earlier message to this seller. Without `replied_at`: no answer up to `observed_until`."""

    channel: str
    sent_at: datetime
    observed_until: datetime
    replied_at: datetime | None = None
    # The same in seconds since 1970, on the calendars' grid: one message is judged by many times.
    begun: float = field(init=False, repr=False, compare=False)
    ended: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ended_at = self.observed_until if self.replied_at is None else self.replied_at
        object.__setattr__(self, "begun", on_grid(self.sent_at.timestamp()))
        object.__setattr__(self, "ended", on_grid(ended_at.timestamp()))


def record_of(
    history: Sequence[Observation],
    weeks: Weeks,
    *,
    channel: str,
    speed_on: Callable[[str], float],
    sent_at: datetime,
) -> Record:
    """The record as this channel would have shown it: newer and nearer messages count for more.

    `speed_on` a channel: how long answers take there, against others.
    """
    at, speed, quick_weight = sent_at.timestamp(), speed_on(channel), 0.0
    slower: list[float] = []
    silent: list[float] = []
    for seen in history:
        begun, ended, weight, scale = seen.begun, seen.ended, 1.0, 1.0
        if begun < at:
            weight = 0.5 ** ((at - begun) / HALF_LIFE_SECONDS)
        if seen.channel != channel:
            weight *= OTHER_CHANNEL
            scale = speed / speed_on(seen.channel)
        if seen.replied_at is None:
            silent += begun, ended, weight, scale
        elif ended - begun > QUICK_SECONDS:
            slower += begun, ended, weight, scale
        else:
            quick_weight += weight
    columns = slower + silent
    if not columns:
        return Record.of_quick_answers(quick_weight, len(weeks.calendars))
    # Packed, since numpy looks at each number of a list: that would cost a tenth of a forecast.
    rows = np.frombuffer(pack(f"{len(columns)}d", *columns)).reshape(-1, 4)
    answers, counted = len(slower) // 4, rows[:, 2]
    # An answer beside its message: they lie near each other in what is looked up.
    worked, closed = weeks.at(rows[:, :2].ravel(), min(columns[::4]), max(columns[1::4]))
    return Record(
        worked=(worked[:, 1::2] - worked[:, ::2]) * rows[:, 3],
        weights=counted,
        slower=answers,
        closed_weights=closed[:, 1 : 2 * answers : 2] @ counted[:answers],
        quick_weight=quick_weight,
    )
