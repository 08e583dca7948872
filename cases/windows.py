"""The ways that are open to a buyer, each with its own opening and closing. Imports no Django."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cases.plan_facts import PlanFacts
from cases.vocabulary import EscalationKind
from sellers.profiles import Source, StartsAt, Window

# Which escalation uses up a way that can be gone once.
SPENT_BY = {"dispute": EscalationKind.DISPUTE, "appeal": EscalationKind.APPEAL}


class WindowState(StrEnum):
    OPEN = "open"
    AHEAD = "ahead"
    CLOSED = "closed"
    SPENT = "spent"
    # What it counts from has not happened, or is not known.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow:
    """A way for one case: moments are None where they are not known or never come."""

    code: str
    label: str
    state: WindowState
    opens_at: datetime | None
    closes_at: datetime | None
    needs: str
    one_shot: bool
    source: Source


def windows_of(facts: PlanFacts, *, now: datetime) -> list[OpenWindow]:
    """Each way of the profile as it stands for this case, in the profile's order."""
    return [_as_it_stands(window, facts, now) for window in facts.profile.windows.values()]


def _as_it_stands(window: Window, facts: PlanFacts, now: datetime) -> OpenWindow:
    starts = anchor(window.starts, facts)
    ends = anchor(window.closes_from, facts)
    opens_at = starts + window.opens_after if starts is not None else None
    if window.code == "dispute" and facts.order is not None and facts.order.delivered_at:
        # What has arrived wrong need not be waited for.
        opens_at = min(opens_at or facts.order.delivered_at, facts.order.delivered_at)
    closes_at = None
    if ends is not None and window.closes_after is not None:
        closes_at = ends + window.closes_after
    return OpenWindow(
        code=window.code,
        label=window.label,
        state=_state(window, facts, opens_at, closes_at, now),
        opens_at=opens_at,
        closes_at=closes_at,
        needs=window.needs,
        one_shot=window.one_shot,
        source=window.source,
    )


def _state(
    window: Window,
    facts: PlanFacts,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
) -> WindowState:
    used = SPENT_BY.get(window.code)
    if window.one_shot and any(escalation.kind is used for escalation in facts.escalations):
        return WindowState.SPENT
    if opens_at is None:
        return WindowState.UNKNOWN
    if closes_at is not None and closes_at <= now:
        return WindowState.CLOSED
    return WindowState.OPEN if opens_at <= now else WindowState.AHEAD


def anchor(starts: StartsAt, facts: PlanFacts) -> datetime | None:
    """The moment from which a window counts; None while it has not happened or is not known."""
    if starts is StartsAt.DISPUTE_OPENED:
        disputes = [e.opened_at for e in facts.escalations if e.kind is EscalationKind.DISPUTE]
        return max(disputes, default=None)
    if starts is StartsAt.DISPUTE_ENDED:
        decided = [e.decided_at for e in facts.escalations if e.decided_at is not None]
        return max(decided, default=None)
    order = facts.order
    if order is None:
        return None
    return {
        StartsAt.PLACED: order.placed_at,
        StartsAt.PAID: order.placed_at,
        StartsAt.SHIPPED: order.shipped_at,
        StartsAt.DELIVERED: order.delivered_at,
        StartsAt.CONFIRMED: order.confirmed_at,
        StartsAt.PROTECTION_END: order.protection_ends_at,
    }.get(starts)
