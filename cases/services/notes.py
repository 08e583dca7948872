"""Keep a note with a case, and tell the members that it names."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cases.announcements import member_mentioned
from cases.mentions import mentioned
from cases.models import Case, CaseEvent
from cases.services.guard import DOUBLE_CLICK, locked_case, record
from cases.transitions import Verb
from households.models import Membership


@transaction.atomic
def add_note(
    *,
    member: Membership,
    case: Case,
    text: str,
    tell: Sequence[Membership] = (),
    now: datetime,
) -> CaseEvent:
    """Keep a note on the timeline; it changes nothing else.

    Who is named in it with @Name, and who is in `tell`, is told once, by the channels they chose.
    Nobody outside the household can be.
    """
    row = locked_case(case, member=member, verb=Verb.EDIT)
    recent = row.events.filter(kind=CaseEvent.Kind.NOTE_ADDED, at__gt=now - DOUBLE_CLICK)
    double = recent.filter(actor=member, details__body=text).first()
    if double is not None:
        return double
    told = _told(member, text, tell)
    details: dict[str, object] = {"body": text}
    if told:
        details["told"] = [str(one) for one in told]
    event = record(row, CaseEvent.Kind.NOTE_ADDED, actor=member, now=now, details=details)
    for one in told:
        member_mentioned.announce(event, one, now)
    return event


def _told(member: Membership, text: str, tell: Sequence[Membership]) -> list[Membership]:
    """Each once, in the order in which they came; not the one who writes."""
    others = (
        Membership.objects.active()
        .filter(household=member.household_id, user__is_active=True)
        .exclude(pk=member.pk)
        .select_related("user")
        .order_by("joined_at", "pk")
    )
    by_key = {other.pk: other for other in others}
    named = mentioned(text, {key: str(other) for key, other in by_key.items()})
    asked = {one.pk for one in tell}
    return [other for key, other in by_key.items() if key in named or key in asked]
