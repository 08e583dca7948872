"""The weeks that a seller may work, laid out side by side: one search serves all. No Django."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sellers.calendar import MOMENT_GRID, WorkingCalendar

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sheet:
    """From `begins` to `reaches` (seconds since 1970): every opening and closing of any week
    (`points`). A row of `lines` is one of them: the moment, and by week the work done by then, the pace from
    then on, and whether nobody is at work (1)."""

    begins: float
    reaches: float
    points: Vector
    lines: Vector


class Weeks:
    """A seller's possible calendars, the likeliest first, and how likely each is."""

    def __init__(self, calendars: Sequence[WorkingCalendar], chances: Sequence[float]) -> None:
        self.calendars, self.chances = tuple(calendars), tuple(chances)
        self._sheet: Sheet | None = None

    def worked_at(self, moments: Vector, since: float, until: float) -> Vector:
        """Working seconds by week (rows) up to each moment, from one that is the same for all.

        The moments (seconds since 1970) lie between `since` and `until`.
        """
        on_grid = np.rint(moments * MOMENT_GRID)
        on_grid /= MOMENT_GRID
        worked, _closed = self.at(on_grid, since, until)
        return worked

    def at(self, moments: Vector, since: float, until: float) -> tuple[Vector, Vector]:
        """As `worked_at` for moments on the calendars' grid; and whether nobody is at work (1)."""
        sheet, weeks = self._covering(since, until), len(self.calendars)
        places = sheet.points.searchsorted(moments, "right")
        places -= 1
        # What is needed of a moment lies together.
        lines = sheet.lines.take(places, axis=0).T
        worked = lines[1 + weeks : 1 + 2 * weeks] * (moments - lines[0])
        worked += lines[1 : 1 + weeks]
        return worked, lines[1 + 2 * weeks :]

    def _covering(self, since: float, until: float) -> Sheet:
        """Each sheet stays as it is, for threads; a wider one takes its place."""
        sheet = self._sheet
        if sheet is not None and sheet.begins <= since - 1 and until + 1 <= sheet.reaches:
            return sheet
        if sheet is not None:
            # What grows doubles, so that asking day after day stays cheap.
            length = sheet.reaches - sheet.begins
            since = sheet.begins if sheet.begins <= since - 1 else min(since, sheet.begins - length)
            until = (
                sheet.reaches if until + 1 <= sheet.reaches else max(until, sheet.reaches + length)
            )
        self._sheet = self._lay_out(since, until)
        return self._sheet

    def _lay_out(self, since: float, until: float) -> Sheet:
        stretches = [calendar.covering(since, until) for calendar in self.calendars]
        begins = max(stretch.begins for stretch in stretches)
        points = np.unique(np.concatenate([[begins], *(s.points for s in stretches)]))
        rows = [np.interp(points, s.points, s.worked_at_points) for s in stretches]
        worked = np.array(rows).T
        paces = np.zeros_like(worked)
        # Exact: work, moments and paces lie on binary grids.
        paces[:-1] = np.diff(worked, axis=0) / np.diff(points)[:, None]
        # By rows in memory too, since a moment's line is taken out as a whole.
        lines = np.ascontiguousarray(np.column_stack([points, worked, paces, paces == 0]))
        return Sheet(begins, min(s.reaches for s in stretches), points, lines)
