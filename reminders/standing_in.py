"""What waits for a member when they go away goes to who stands in.

A step that comes due in that time never waits for them: the sweep and the relay see to it.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from households.models import Absence
from languages.sentences import say
from reminders.audience import channels_of, row_of
from reminders.choices import Chosen, choices_of
from reminders.models import Notification
from reminders.timing import URGENT_KINDS, Moment

State = Notification.State


def pass_on(*, now: datetime) -> int:
    """How many that waited (held back by quiet hours, or for a digest) were passed on or dropped."""
    absences = list(
        Absence.objects.in_force(now)
        .select_related("member__user", "stand_in__user")
        .prefetch_related("stand_in__reminder_targets")
    )
    if not absences:
        return 0
    chosen = choices_of({absence.stand_in for absence in absences})
    return sum(_pass_on_of(absence, chosen[absence.stand_in_id], now) for absence in absences)


@transaction.atomic
def _pass_on_of(absence: Absence, chosen: Chosen, now: datetime) -> int:
    waiting = Notification.objects.waiting().filter(member=absence.member, follow_up__isnull=False)
    if absence.urgent_still_told:
        waiting = waiting.exclude(kind__in=URGENT_KINDS)
    rows = list(waiting.select_related("follow_up__case"))
    for_stand_in = [row for old in rows for row in _rows_of(old, absence, chosen, now)]
    # Of two that pass on at once, and of what they were told already, the key lets one in.
    Notification.objects.bulk_create(for_stand_in, ignore_conflicts=True)
    return waiting.filter(pk__in=[row.pk for row in rows]).update(
        state=State.DROPPED,
        last_error=say(
            "{member} is away, {stand_in} stands in",
            member=str(absence.member),
            stand_in=str(absence.stand_in),
        ),
    )


def _rows_of(
    old: Notification, absence: Absence, chosen: Chosen, now: datetime
) -> Iterator[Notification]:
    step = old.follow_up
    if step is None or step.case.assignee_id != absence.member_id:
        return
    for channel in channels_of(absence.stand_in):
        if chosen.moment_of(old.kind, channel) is not Moment.NEVER:
            yield row_of(step, absence.stand_in, channel, now=now, covering=absence.member_id)
