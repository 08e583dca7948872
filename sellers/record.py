"""What this household's own messages say of a seller: how many were answered, and how soon."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sellers.models import Seller

# Enough to know a seller by, and a bound on what one page reads.
MESSAGES_READ = 200
SHOWN_MESSAGES = 15
WELL_KNOWN = 8
# The picture's units: the clock runs over WIDTH, and no further than LONGEST_HOURS.
WIDTH, ROW_HEIGHT, LONGEST_HOURS = 300, 18, 14 * 24.0


@dataclass(frozen=True, slots=True)
class OwnRecord:
    sent: int
    answered: int
    median_hours: float | None
    messages: "list[Message]"

    @property
    def sureness(self) -> str:
        return how_sure(self.sent)

    @property
    def height(self) -> int:
        return len(self.messages) * ROW_HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as a line of the picture: the expected window, and the answer or the silence."""

    sent_at: datetime
    y: int
    window: float
    hours: float | None
    x: float
    # Not answered, and its time is not over either.
    is_waiting: bool

    @property
    def is_in_time(self) -> bool:
        return self.hours is not None and self.x <= self.window


def own_record(seller: Seller, *, now: datetime) -> OwnRecord:
    """The latest messages to the seller; one not answered yet counts as not answered."""
    rows = list(
        seller.cases.filter(attempts__isnull=False)
        .order_by("-attempts__sent_at")
        .values_list("attempts__sent_at", "attempts__expected_by", "attempts__replied_at")[
            :MESSAGES_READ
        ]
    )
    hours = [_hours(sent, replied) for sent, _by, replied in rows if replied is not None]
    return OwnRecord(
        len(rows),
        len(hours),
        median(hours) if hours else None,
        _lines(rows[:SHOWN_MESSAGES], now),
    )


def _lines(rows: list[tuple[datetime, datetime, datetime | None]], now: datetime) -> list[Message]:
    """On one scale: the longest window or wait of them, bounded."""
    ends = [max(by, replied or now) for _sent, by, replied in rows]
    longest = max(
        (_hours(sent, end) for (sent, _by, _replied), end in zip(rows, ends, strict=True)),
        default=1.0,
    )
    scale = WIDTH / max(min(longest, LONGEST_HOURS), 1.0)

    def at(hours: float) -> float:
        return round(min(hours * scale, WIDTH), 1)

    return [
        Message(
            sent_at=sent,
            y=number * ROW_HEIGHT + ROW_HEIGHT // 2,
            window=at(_hours(sent, by)),
            hours=_hours(sent, replied) if replied else None,
            x=at(_hours(sent, replied or now)),
            is_waiting=replied is None and by > now,
        )
        for number, (sent, by, replied) in enumerate(rows)
    ]


def _hours(start: datetime, end: datetime) -> float:
    return max((end - start).total_seconds() / 3600, 0.0)


def how_sure(messages: int) -> str:
    """How much of the forecast is the seller's own record."""
    if messages == 0:
        return _("A guess: nothing is known of this seller's answers yet.")
    if messages < WELL_KNOWN:
        return ngettext(
            "Half a guess: it rests on %(count)s message and on sellers like this.",
            "Half a guess: it rests on %(count)s messages and on sellers like this.",
            messages,
        ) % {"count": messages}
    return _("Well known: it rests on %(count)s messages to this seller.") % {"count": messages}
