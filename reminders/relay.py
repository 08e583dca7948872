"""When the one in charge does nothing: the household's next member is told."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from cases.models import CaseEvent, FollowUp
from cases.services.guard import SNOOZE_RUNG
from cases.vocabulary import OUR_STAGES
from households.models import Absence, Membership, ReminderScope, Role
from reminders.ahead_rows import StepAhead
from reminders.audience import channels_of, row_of
from reminders.models import TARGET_PREFIX, Channel, Notification
from reminders.timing import Moment

# Each day without an act of anybody, one member more is told.
NEXT_AFTER = timedelta(days=1)
# What nobody has touched for so long is a case that nobody wants; its protection warnings go on.
RELAY_ENDS = timedelta(days=14)
BATCH_SIZE = 500


def relay(*, now: datetime) -> int:
    """Tell the next ones of what has been with somebody for a day or more; how many were told.

    Run as often as one likes: who was told of a step through a channel is not told again.
    """
    told = 0
    after = 0
    while steps := list(_untouched(now).filter(pk__gt=after).order_by("pk")[:BATCH_SIZE]):
        after = steps[-1].pk
        told += _tell_next(steps, now)
    return told


def lying(now: datetime) -> "QuerySet[FollowUp]":
    """Lately fired steps of cases that are somebody's, in which no member has done a thing since."""
    acted = CaseEvent.objects.filter(
        case=OuterRef("case"), actor__isnull=False, at__gt=OuterRef("fired_at")
    )
    return FollowUp.objects.filter(
        ~Exists(acted),
        status=FollowUp.Status.FIRED,
        origin=FollowUp.Origin.PLAN,
        fired_at__gt=now - RELAY_ENDS,
        cycle=F("case__cycle"),
        case__assignee__isnull=False,
    )


def _untouched(now: datetime) -> "QuerySet[FollowUp]":
    """Those that have been ours for a day or more, and that nobody has put off."""
    snoozed = FollowUp.objects.pending().filter(
        case=OuterRef("case"), rung__startswith=f"{SNOOZE_RUNG}:"
    )
    ours = lying(now).filter(fired_at__lte=now - NEXT_AFTER, case__stage__in=OUR_STAGES)
    return ours.filter(~Exists(snoozed)).select_related("case")


def _tell_next(steps: Sequence[FollowUp], now: datetime) -> int:
    members = _members_by_household({step.household_id for step in steps}, now)
    rows = [
        row for step in steps for row in _rows_of_next_ones(step, members[step.household_id], now)
    ]
    known = set(
        Notification.objects.filter(follow_up__in=steps).values_list(
            "follow_up_id", "member_id", "channel"
        )
    )
    new = [row for row in rows if (row.follow_up_id, row.member_id, row.channel) not in known]
    # Two that relay at once write the same rows: the key of a notification lets one of them in.
    return len(Notification.objects.bulk_create(new, ignore_conflicts=True))


def _members_by_household(households: set[int], now: datetime) -> dict[int, list[Membership]]:
    """Who may act, is there and wants any reminder, in the order in which they came."""
    found: dict[int, list[Membership]] = {key: [] for key in households}
    members = (
        Membership.objects.active()
        .filter(household__in=households, user__is_active=True, role__in=(Role.OWNER, Role.ADULT))
        .exclude(reminder_scope=ReminderScope.NONE)
        .exclude(pk__in=Absence.objects.in_force(now).values("member"))
        .prefetch_related("reminder_targets", "reminder_choices")
        .order_by("joined_at", "pk")
    )
    for member in members:
        found[member.household_id].append(member)
    return found


def _rows_of_next_ones(
    step: FollowUp, members: Sequence[Membership], now: datetime
) -> Iterator[Notification]:
    """Not saved: the rows of everybody whose turn it is to be told by now."""
    for member in next_ones(step, members, now):
        for channel in channels_of(member):
            if _is_refused(member, step.kind, channel):
                continue
            yield row_of(step, member, channel, now=now, relayed_from=step.case.assignee_id)


def _is_refused(member: Membership, kind: str, channel: str) -> bool:
    way = Channel.TARGETS if channel.startswith(TARGET_PREFIX) else channel
    return any(
        (choice.kind, choice.channel, choice.moment) == (kind, way, Moment.NEVER)
        for choice in member.reminder_choices.all()
    )


def next_ones(
    step: FollowUp | StepAhead, members: Sequence[Membership], now: datetime
) -> Sequence[Membership]:
    """After the one in charge, in turn: one more for each day. Who follows all cases knows already."""
    keys = [member.pk for member in members]
    assignee = step.case.assignee_id
    begin = keys.index(assignee) + 1 if assignee in keys else 0
    others = [*members[begin:], *members[:begin]]
    waiting = [
        member
        for member in others
        if member.pk != assignee and member.reminder_scope != ReminderScope.ALL
    ]
    days = (now - step.fired_at) // NEXT_AFTER if step.fired_at else 0
    return waiting[:days]
