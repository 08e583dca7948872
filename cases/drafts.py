"""Gathers what a message draft may say from a case's rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.messages import Draft, MessageFacts, Tone, write_draft, write_joint_draft
from cases.models import Case

# Long enough for every band of the profile, short enough to be a date that somebody answers to.
ANSWER_WITHIN = timedelta(days=5)
LAST_NOTICE_AFTER = 2


def draft_message(case: Case, *, zone: ZoneInfo, now: datetime) -> Draft:
    """The next message of a case. Reads order, items, parcels, attempts and evidence of it."""
    return write_draft(_message_facts(case, zone=zone, now=now))


def draft_joint_message(cases: Sequence[Case], *, zone: ZoneInfo, now: datetime) -> Draft:
    """One message about several cases with one seller."""
    return write_joint_draft([_message_facts(case, zone=zone, now=now) for case in cases])


def _message_facts(case: Case, *, zone: ZoneInfo, now: datetime) -> MessageFacts:
    attempts = list(case.attempts.all())
    order = case.order
    items = list(order.items.all()) if order else []
    parcels = list(order.parcels.all()) if order else []
    pictures = any(e.content_type.startswith(("image/", "video/")) for e in case.evidence.all())
    return MessageFacts(
        issue=case.issue,
        goal=case.goal,
        tone=_tone(len(attempts)),
        answer_by=(now + ANSWER_WITHIN).astimezone(zone).date(),
        order_number=order.number if order else "",
        item=items[0].title if items else (case.title if not order else ""),
        tracking=parcels[0].tracking_number if parcels else "",
        details=case.details,
        amount=case.value,
        last_sent_on=attempts[-1].sent_at.astimezone(zone).date() if attempts else None,
        has_pictures=pictures,
    )


def _tone(attempts: int) -> Tone:
    if attempts == 0:
        return Tone.FIRST
    return Tone.LAST_NOTICE if attempts >= LAST_NOTICE_AFTER else Tone.CLEARER
