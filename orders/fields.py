"""Form fields that read what people type: amounts in their own way, and days with or without a time."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from money import Money, minor_digits

FIRST_YEAR, LAST_YEAR = 2000, 2100
AMOUNT = re.compile(r"\d(?:[\d.,]*\d)?")


def read_amount(text: str, currency: str) -> Money:
    """'23,40', '1.234,56' or '1,234.56' in that currency; raise ValueError saying what is wrong."""
    digits = re.sub(r"[\s'’]", "", text)
    if not AMOUNT.fullmatch(digits):
        raise ValueError(_("“%(text)s” is not an amount; write it like 23.40.") % {"text": text})
    whole, fraction = _split(digits, currency)
    if len(fraction) > minor_digits(currency):
        raise ValueError(
            _("“%(text)s” has more digits after the point than %(currency)s has.")
            % {"text": text, "currency": currency}
        )
    # MoneyError, a ValueError, names an unknown currency or an amount that is too large.
    return Money.parse(f"{whole}.{fraction}" if fraction else whole, currency)


def _split(digits: str, currency: str) -> tuple[str, str]:
    separators = re.sub(r"\d", "", digits)
    if not separators:
        return digits, ""
    last = separators[-1]
    whole, fraction = digits.rsplit(last, 1)
    if len(set(separators)) == 1:
        is_grouping = len(fraction) == 3 and minor_digits(currency) != 3
        if len(separators) > 1:
            return digits.replace(last, ""), ""
        if is_grouping:
            raise ValueError(
                _("“%(text)s” can be read in two ways; write %(thousands)s.00 or %(small)s.")
                % {
                    "text": digits,
                    "thousands": whole + fraction,
                    "small": f"{whole}.{fraction[:2]}",
                }
            )
    return re.sub(r"[.,]", "", whole), fraction


class DayTimeWidget(forms.MultiWidget):
    """A day and, where it is known, a time."""

    def __init__(self) -> None:
        super().__init__(
            [
                forms.DateInput(
                    {"type": "date", "aria-label": gettext_lazy("day")}, format="%Y-%m-%d"
                ),
                forms.TimeInput(
                    {"type": "time", "aria-label": gettext_lazy("time, if you know it")},
                    format="%H:%M",
                ),
            ]
        )

    def decompress(self, value: Any) -> list[Any]:
        if not isinstance(value, datetime):
            return [None, None]
        has_time = value.time() != time(0, 0)
        return [value.date(), value.time() if has_time else None]


class DayTimeField(forms.MultiValueField):
    """A day with an optional time, on a clock that `on_clock` is told afterwards."""

    def __init__(self, **kwargs: Any) -> None:
        day = forms.DateField(
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": gettext_lazy("Write the day like 2026-02-21.")},
        )
        hour = forms.TimeField(
            required=False,
            error_messages={"invalid": gettext_lazy("Write the time like 14:30.")},
        )
        day.required = False
        super().__init__(
            fields=(day, hour),
            widget=DayTimeWidget(),
            require_all_fields=False,
            required=False,
            **kwargs,
        )

    def compress(self, data_list: Sequence[Any]) -> datetime | None:
        day: date | None
        day, hour = data_list if data_list else (None, None)
        if day is None:
            if hour:
                raise forms.ValidationError(_("Add the day to which this time belongs."))
            return None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("The year %(year)d cannot be right."), params={"year": day.year}
            )
        # Without a zone until the form knows the marketplace; a day alone begins at midnight.
        return datetime.combine(day, hour or time(0, 0))


def on_clock(typed: datetime | None, clock: ZoneInfo) -> datetime | None:
    """The moment that the marketplace's clock showed so; the earlier one where it showed it twice."""
    return typed.replace(tzinfo=clock).astimezone(UTC) if typed else None


def shown_on_clock(moment: datetime | None, clock: ZoneInfo) -> datetime | None:
    """What the clock showed then, to the minute and without a zone, as DayTimeField shows it."""
    if moment is None:
        return None
    return moment.astimezone(clock).replace(tzinfo=None, second=0, microsecond=0)
