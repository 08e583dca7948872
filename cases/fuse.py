"""The fuse: a case's life as positions on a line, in per cent. Imports no Django."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LEFT, RIGHT = 1.5, 98.5
# Labels nearer to each other than this meet on a phone; the less important one gives way.
CLEARANCE = 24.0
NARROWEST_BAND = 2.0


@dataclass(frozen=True, slots=True)
class Band:
    """The time in which an answer to a message was expected."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    anchor: str
    text: str
    is_minor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    opened_at: datetime
    now: datetime
    sent: Sequence[tuple[datetime, datetime]] = ()  # sent, expected by
    steps: Sequence[datetime] = ()
    escalate_by: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fuse:
    now: float
    bands: tuple[Band, ...] = ()
    sent: tuple[float, ...] = ()
    steps: tuple[float, ...] = ()
    safe: float | None = None
    end: float | None = None
    labels: tuple[Label, ...] = field(default=())


def lay_out(moments: Moments, say: "dict[str, str]") -> Fuse:
    """Positions from the case opened to protection ended (or the last step foreseen).

    `say` holds the words of the labels: 'now', 'safe', 'end' and, by its ISO date, each day.
    """
    sent_at = [sent for sent, _ in moments.sent]
    start = min([moments.opened_at, *sent_at])
    ahead = [m for m in (moments.ends_at, moments.escalate_by, *moments.steps) if m is not None]
    last = max([moments.now, start + timedelta(days=1), *ahead])
    span = last - start

    def at(moment: datetime) -> float:
        share = (min(max(moment, start), last) - start) / span
        return round(LEFT + (RIGHT - LEFT) * share, 1)

    bands = tuple(
        Band(at(sent), max(round(at(by) - at(sent), 1), NARROWEST_BAND))
        for sent, by in moments.sent
    )
    safe = at(moments.escalate_by) if moments.escalate_by else None
    end = at(moments.ends_at) if moments.ends_at else None
    return Fuse(
        now=at(moments.now),
        bands=bands,
        sent=tuple(at(sent) for sent in sent_at),
        steps=tuple(dict.fromkeys(at(step) for step in moments.steps if step > moments.now)),
        safe=safe,
        end=end,
        labels=_labels(at(moments.now), safe, end, [(at(s), _day(s, say)) for s in sent_at], say),
    )


def _day(moment: datetime, say: dict[str, str]) -> str:
    return say.get(moment.date().isoformat(), "")


def _labels(
    now: float,
    safe: float | None,
    end: float | None,
    sent: Sequence[tuple[float, str]],
    say: dict[str, str],
) -> tuple[Label, ...]:
    """The most important first; one that would meet another already there is left out."""
    wished: list[tuple[float, str, bool]] = [(now, say["now"], False)]
    if end is not None:
        wished.append((end, say["end"], False))
    if safe is not None:
        wished.append((safe, say["safe"], False))
    wished += [(x, text, True) for x, text in reversed(sent)]
    placed: list[Label] = []
    for x, text, is_minor in wished:
        if text and all(abs(x - other.x) >= CLEARANCE for other in placed):
            placed.append(Label(x, _anchor(x), text, is_minor))
    return tuple(placed)


def _anchor(x: float) -> str:
    if x < 8:
        return "start"
    return "end" if x > 92 else "middle"
