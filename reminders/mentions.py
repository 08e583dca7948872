"""A note mentions a member: one notification for each channel that they chose, once."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.text import Truncator

from cases.models import CaseEvent
from households.models import Membership, ReminderScope
from languages.sentences import say
from reminders.audience import channels_of
from reminders.away import is_spared
from reminders.choices import Chosen, choices_of
from reminders.models import MENTION, Channel, Notification
from reminders.timing import Moment

# The note itself is in the case.
LONGEST_QUOTE = 500


def tell_mentioned(note: CaseEvent, member: Membership, now: datetime) -> None:
    """Written in the note's transaction (member_mentioned announces it)."""
    chosen = choices_of([member])[member.pk]
    rows = [_row(note, member, channel, now) for channel in _channels(member, chosen, now)]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _channels(member: Membership, chosen: Chosen, now: datetime) -> Iterable[str]:
    if member.reminder_scope == ReminderScope.NONE:
        return []
    if is_spared(member.pk, MENTION, chosen.absences, now):
        # Found when they are back: the inbox disturbs nobody.
        return [Channel.INBOX]
    return [
        channel
        for channel in channels_of(member)
        if chosen.moment_of(MENTION, channel) is not Moment.NEVER
    ]


def _row(note: CaseEvent, member: Membership, channel: str, now: datetime) -> Notification:
    is_inbox = channel == Channel.INBOX
    words = Truncator(str(note.details.get("body", ""))).chars(LONGEST_QUOTE)
    return Notification(
        household_id=note.household_id,
        member=member,
        case_id=note.case_id,
        note=note,
        kind=MENTION,
        cycle=note.cycle,
        rung=f"{MENTION}:{note.pk}",
        channel=channel,
        target_at=note.at,
        reason=say("{name} wrote: “{words}”", name=str(note.actor), words=words),
        state=Notification.State.SENT if is_inbox else Notification.State.WAITING,
        sent_at=now if is_inbox else None,
        created_at=now,
        next_try_at=now,
    )
