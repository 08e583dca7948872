"""Who did what in a household: the events of its cases and of its members, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent
from households.models import Household, Membership, MembershipEvent, Role
from households.querysets import HouseholdQuerySet
from languages.directions import isolated
from languages.saying import said

PAGE_SIZE = 50
QUOTED_LENGTH = 160
SALT = "cases.activity"
# Stands for Parley itself where a member could be named.
PARLEY = "parley"
Kind = MembershipEvent.Kind
_Event = TypeVar("_Event", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One line: who did what, when, in which case; and the words that go with it."""

    at: datetime
    who: str
    what: str
    words: str
    case: Case | None


@dataclass(frozen=True, slots=True)
class ActivityPage:
    entries: list[Activity]
    # Opens the next page as ?after=…; empty on the last one.
    after: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Behind the first `shown` events of this moment: the events of a sweep share one."""

    at: datetime
    shown: int


def read_activity(household: Household, *, by: str, after: str) -> ActivityPage:
    """One page; two queries. `by`: a member's public id, 'parley', or empty for everybody."""
    place = _read_place(after)
    of_cases = _narrowed(CaseEvent.objects.of(household), by, place)
    of_members = _narrowed(MembershipEvent.objects.of(household), by, place)
    most = PAGE_SIZE + 1 + (place.shown if place else 0)
    events: list[CaseEvent | MembershipEvent] = [
        *of_cases.select_related("actor__user", "case")[:most],
        *of_members.select_related("actor__user", "member__user")[:most],
    ]
    # A sort keeps the order within each kind, which is that of writing.
    events.sort(key=lambda event: event.at, reverse=True)
    if place is not None:
        events = events[_shown_at(events, place) :]
    page = events[:PAGE_SIZE]
    rest = len(events) > PAGE_SIZE
    return ActivityPage([_line(event) for event in page], _write_place(page, place) if rest else "")


def _narrowed(
    events: "HouseholdQuerySet[_Event]", by: str, place: _Place | None
) -> "HouseholdQuerySet[_Event]":
    if by == PARLEY:
        events = events.filter(actor__isnull=True)
    elif by:
        events = events.filter(actor__public_id=by)
    if place is not None:
        events = events.filter(at__lte=place.at)
    return events.order_by("-at", "-id")


def _shown_at(events: Iterable[CaseEvent | MembershipEvent], place: _Place) -> int:
    return min(place.shown, sum(event.at == place.at for event in events))


def _write_place(page: list[CaseEvent | MembershipEvent], before: _Place | None) -> str:
    at = page[-1].at
    shown = sum(event.at == at for event in page)
    if before is not None and before.at == at:
        shown += before.shown
    return signing.dumps([at.isoformat(), shown], salt=SALT)


def _read_place(text: str) -> _Place | None:
    """A place that is not ours opens the first page."""
    try:
        at, shown = signing.loads(text, salt=SALT) if text else (None, 0)
    except signing.BadSignature:
        return None
    return _Place(datetime.fromisoformat(at), shown) if at else None


def who_can_be_named(household: Household) -> list[tuple[str, str]]:
    """Everybody who is or was a member, and Parley."""
    members = household.memberships.select_related("user").order_by("joined_at", "id")
    people = [(str(m.public_id), _named(m)) for m in members]
    return [*people, (PARLEY, "Parley")]


def read_by(text: str) -> str:
    """The `by` of an address; what is not understood is everybody."""
    try:
        return text if text == PARLEY else str(UUID(text))
    except ValueError:
        return ""


def _named(member: Membership) -> str:
    if member.left_at is None:
        return str(member)
    return _("%(name)s (has left)") % {"name": member}


def _line(event: CaseEvent | MembershipEvent) -> Activity:
    if isinstance(event, MembershipEvent):
        return Activity(
            at=event.at, who=str(event.actor), what=_of_member(event), words="", case=None
        )
    return Activity(
        at=event.at,
        who=str(event.actor) if event.actor else "Parley",
        what=_of_case(event),
        words=Truncator(" ".join(_words(event).split())).chars(QUOTED_LENGTH),
        case=event.case,
    )


def _of_case(event: CaseEvent) -> str:
    # The labels speak to the member on a case's own page; here it may have been another.
    if event.kind == CaseEvent.Kind.ATTEMPT_LOGGED:
        return _("wrote to the seller")
    if event.kind == CaseEvent.Kind.ASSIGNED:
        to = event.details.get("to")
        if not to:
            return _("put everybody in charge")
        return _("put %(name)s in charge") % {"name": isolated(str(to))}
    return str(event.get_kind_display())


def _words(event: CaseEvent) -> str:
    details: dict[str, Any] = event.details
    return str(details.get("body") or said(event.reason))


def _of_member(event: MembershipEvent) -> str:
    names = {
        "email": event.email,
        "role": dict(Role.choices).get(event.role, event.role),
        "name": isolated(str(event.member or "")),
    }
    words = {
        Kind.FOUNDED: _("made the household"),
        Kind.INVITED: _("invited %(email)s as %(role)s"),
        Kind.UNINVITED: _("withdrew the invitation of %(email)s"),
        Kind.JOINED: _("joined as %(role)s, invited by %(name)s"),
        Kind.ROLE_CHANGED: _("changed the role of %(name)s to %(role)s"),
        Kind.HANDED_OVER: _("handed the household over to %(name)s"),
        Kind.REMOVED: _("removed %(name)s from the household"),
        Kind.LEFT: _("left the household"),
        Kind.AWAY: _("noted an absence; %(name)s stands in"),
        Kind.BACK: _("ended an absence"),
        Kind.EXAMPLES_ADDED: _("put examples into the household"),
        Kind.EXAMPLES_REMOVED: _("removed the examples, with all that was added to them"),
    }
    return words[Kind(event.kind)] % names
