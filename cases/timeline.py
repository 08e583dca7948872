"""What happened to a case and what comes, line by line; the rest folded away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent, FollowUp
from languages.saying import written
from sellers.profiles import get_profile

ENTRIES_SHOWN, STEPS_SHOWN = 6, 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    event: CaseEvent
    who: str
    turn: str
    body: str
    happened_at: datetime
    there: str
    channel: str
    # Of a message, what it says in another language, where the page shows that under it.
    translation: "TimelineEntry | None" = None


SPOKEN = {
    CaseEvent.Kind.ATTEMPT_LOGGED: "theirs",
    CaseEvent.Kind.REPLY_LOGGED: "theirs",
    CaseEvent.Kind.ESCALATED: "market",
    CaseEvent.Kind.DECIDED: "market",
    CaseEvent.Kind.FOLLOW_UP_FIRED: "ours",
    CaseEvent.Kind.SETTLED: "good",
}


def timeline(case: Case) -> "Folded[TimelineEntry]":
    """The newest first, each moment on the member's clock and, for messages, on the seller's."""
    return folded_away(entries_of(case))


def folded_away(entries: "Sequence[TimelineEntry]") -> "Folded[TimelineEntry]":
    """Entries that come the oldest first, as a page shows them: the newest first."""
    return Folded.after(entries[::-1], ENTRIES_SHOWN)


def entries_of(case: Case) -> list[TimelineEntry]:
    """The oldest first."""
    events = case.events.select_related("actor__user").order_by("at", "id")
    return [_entry(event, case) for event in events]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A planned step, or the moment at which protection ends."""

    step: FollowUp | None
    ends_at: datetime | None = None


def plan_of(case: Case) -> "Folded[PlanLine]":
    """What comes, in order; needs a case of `cases_with_lines`."""
    steps: Sequence[FollowUp] = case.steps  # type: ignore[attr-defined]
    lines = [PlanLine(step) for step in steps if step.status == FollowUp.Status.PENDING]
    ends_at = case.order.protection_ends_at if case.order else None
    if ends_at is not None:
        before = sum(1 for line in lines if line.step and line.step.due_at <= ends_at)
        lines.insert(before, PlanLine(None, ends_at))
    return Folded.after(lines, STEPS_SHOWN)


@dataclass(frozen=True, slots=True)
class Folded(Generic[T]):
    """What a page shows at once, and what it folds away until it is wanted."""

    shown: list[T]
    folded: list[T]

    @classmethod
    def after(cls, rows: Sequence[T], count: int) -> Self:
        # One more line takes no more room than the line that would unfold it.
        cut = len(rows) if len(rows) <= count + 1 else count
        return cls(list(rows[:cut]), list(rows[cut:]))


def _entry(event: CaseEvent, case: Case) -> TimelineEntry:
    details = event.details
    channel = get_profile(case.seller.marketplace).channels.get(details.get("channel", ""))
    stated = next(
        (details[k] for k in ("sent_at", "received_at", "opened_at", "decided_at") if k in details),
        None,
    )
    happened = datetime.fromisoformat(stated) if stated else event.at
    there = ""
    if event.kind in {CaseEvent.Kind.ATTEMPT_LOGGED, CaseEvent.Kind.REPLY_LOGGED}:
        zone = ZoneInfo(case.seller.time_zone)
        city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
        clock = written(happened, "H:i", zone)
        there = _("%(time)s in %(city)s") % {"time": clock, "city": city}
    return TimelineEntry(
        event=event,
        who=str(event.actor) if event.actor else "Parley",
        turn=SPOKEN.get(CaseEvent.Kind(event.kind), ""),
        body=str(details.get("body", "")),
        happened_at=happened,
        there=there,
        channel=channel.name if channel else "",
    )
