"""Who is told of a step that fired, and through what, for whoever looks ahead or tells later.

The sweep writes the same rows for a whole batch in one statement (`outbox.WRITE`); a test
fast-forwards the real run and holds both equal.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cases.models import FollowUp
from cases.vocabulary import FollowUpKind, Stage
from households.models import Membership, ReminderScope
from reminders.ahead_rows import StepAhead
from reminders.away import is_spared, stands_in_for
from reminders.choices import Chosen
from reminders.models import Channel, Notification
from reminders.timing import Moment

# A step of the table, or one that is foreseen.
Step = TypeVar("Step", FollowUp, StepAhead)
TO_EVERYBODY = (FollowUpKind.ESCALATE, FollowUpKind.PROTECTION_WARNING)


def channels_of(member: Membership) -> list[str]:
    """The channels that the member chose, and their own targets."""
    wanted = {Channel.EMAIL: member.reminds_by_email, Channel.INBOX: member.reminds_in_inbox}
    own = [target.channel for target in member.reminder_targets.all()]
    return [*(code for code, is_wanted in wanted.items() if is_wanted), *own]


def told_of_batch(steps: Iterable[Step]) -> list[Step]:
    """Of several steps of one case that fire together the newest alone; an escalation comes first,
    and what members asked to be reminded of is told in any case."""

    def newest_first(step: Step) -> tuple[bool, float, int]:
        return (
            step.becomes != Stage.ESCALATION_DUE,
            -step.due_at.timestamp(),
            -step.pk,
        )

    told: dict[tuple[int, int], Step] = {}
    for step in sorted(steps, key=newest_first):
        own = step.pk if step.rung.startswith("own:") else 0
        told.setdefault((step.case_id, own), step)
    return list(told.values())


@dataclass(frozen=True, slots=True)
class Listener:
    """A member who may be told, with what they chose."""

    member: Membership
    chosen: Chosen
    channels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """Who is told of a step, through what, and in whose place while that member is away."""

    member: Membership
    channel: str
    covering: int | None = None


def audience_of(
    step: FollowUp | StepAhead, listeners: Iterable[Listener], *, now: datetime
) -> Iterator[Heard]:
    """Each member who wants it, or stands in for who does, with each channel that they chose."""
    in_charge = step.case.assignee_id
    for listener in listeners:
        member, chosen = listener.member, listener.chosen
        is_covering = stands_in_for(member.pk, in_charge, chosen.absences, now)
        if _is_left_alone(step, member, chosen, now):
            continue
        if not (is_covering or _is_followed(step, member)):
            continue
        for channel in listener.channels:
            if chosen.moment_of(step.kind, channel) is not Moment.NEVER:
                yield Heard(member, channel, in_charge if is_covering else None)


def _is_left_alone(
    step: FollowUp | StepAhead, member: Membership, chosen: Chosen, now: datetime
) -> bool:
    wants_none = member.reminder_scope == ReminderScope.NONE
    return wants_none or is_spared(member.pk, step.kind, chosen.absences, now)


def _is_followed(step: FollowUp | StepAhead, member: Membership) -> bool:
    if member.reminder_scope == ReminderScope.ALL or step.kind in TO_EVERYBODY:
        return True
    return step.case.assignee_id in (None, member.pk)


def row_of(
    step: FollowUp,
    member: Membership,
    channel: str,
    *,
    now: datetime,
    relayed_from: int | None = None,
    covering: int | None = None,
) -> Notification:
    """Not saved. The inbox is the database itself, so its rows are sent at once."""
    is_inbox = channel == Channel.INBOX
    return Notification(
        household_id=step.household_id,
        member=member,
        case=step.case,
        follow_up=step,
        relayed_from_id=relayed_from,
        stands_in_for_id=covering,
        kind=step.kind,
        cycle=step.cycle,
        rung=step.rung,
        channel=channel,
        target_at=step.due_at,
        reason=step.reason,
        state=Notification.State.SENT if is_inbox else Notification.State.WAITING,
        sent_at=now if is_inbox else None,
        created_at=now,
        next_try_at=now,
    )
