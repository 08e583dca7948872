"""What happens once the marketplace has a case, and when: from the profile. Imports no Django."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.plan_facts import EscalationFacts, PlanFacts
from cases.windows import windows_of
from sellers.profiles import Afterwards, Source, StartsAt


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One thing that comes: who does it and by when, or from when; None where no time is known."""

    who: str  # 'seller', 'marketplace' or 'you'
    text: str
    at: datetime | None
    is_from: bool  # it begins at `at`, where others are over by then
    is_past: bool
    source: Source


def expected_of(facts: PlanFacts, *, now: datetime) -> list[Expected]:
    """What the newest escalation brings, by time; what has no time comes last.

    What counts from a decision is left out until there is one.
    """
    if not facts.escalations:
        return []
    newest = max(facts.escalations, key=lambda escalation: escalation.opened_at)
    moments = {window.code: window for window in windows_of(facts, now=now)}
    rows = []
    for line in facts.profile.afterwards:
        if line.kind != newest.kind or _waits_for_decision(line, facts, newest):
            continue
        if line.window:
            window = moments[line.window]
            at = window.opens_at if line.edge == "opens" else window.closes_at
        else:
            at = _counted(line.after, line.starts, newest)
        rows.append(_expected(line, at, now))
    return sorted(rows, key=lambda row: (row.at is None, row.at or now))


def _waits_for_decision(line: Afterwards, facts: PlanFacts, newest: EscalationFacts) -> bool:
    starts = facts.profile.windows[line.window].starts if line.window else line.starts
    return starts is StartsAt.DISPUTE_ENDED and newest.decided_at is None


def _counted(after: timedelta | None, starts: StartsAt, newest: EscalationFacts) -> datetime | None:
    begins = newest.decided_at if starts is StartsAt.DISPUTE_ENDED else newest.opened_at
    return begins + after if after is not None and begins is not None else None


def _expected(line: Afterwards, at: datetime | None, now: datetime) -> Expected:
    return Expected(
        who=line.who,
        text=line.text,
        at=at,
        is_from=line.edge == "opens" and bool(line.window),
        is_past=at is not None and at <= now,
        source=line.source,
    )
