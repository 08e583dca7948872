"""What a member chose: which reminders, when, and through what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Q

from households.models import Absence, Membership
from reminders.away import Away
from reminders.models import (
    TARGET_PREFIX,
    Channel,
    Notification,
    ReminderChoice,
    ReminderTiming,
)
from reminders.timing import Moment, Timing


@dataclass(frozen=True, slots=True)
class Chosen:
    """One member's choices, ready to be asked for any kind of step."""

    timing: Timing
    moments: Mapping[tuple[str, str], Moment]
    # The member's own, and those in which they stand in.
    absences: Sequence[Away] = ()

    def moment_of(self, kind: str, channel: str) -> Moment:
        """`channel` as in a notification: the targets share one choice."""
        if channel.startswith(TARGET_PREFIX):
            channel = Channel.TARGETS
        return self.moments.get((kind, channel), Moment.AT_ONCE)


def choices_of(members: Iterable[Membership]) -> dict[int, Chosen]:
    """By member's key; three queries. Needs the members' users at hand."""
    by_key = {member.pk: member for member in members}
    timings = {row.member_id: row for row in ReminderTiming.objects.filter(member__in=by_key)}
    moments: dict[int, dict[tuple[str, str], Moment]] = {key: {} for key in by_key}
    for row in ReminderChoice.objects.filter(member__in=by_key):
        moments[row.member_id][row.kind, row.channel] = Moment(row.moment)
    absences = _absences(by_key)
    return {
        key: Chosen(
            _timing(timings.get(key), zone_of(member)),
            moments[key],
            [away for away in absences if key in (away.member, away.stand_in)],
        )
        for key, member in by_key.items()
    }


def _absences(members: Iterable[int]) -> list[Away]:
    keys = list(members)
    rows = Absence.objects.standing().filter(Q(member__in=keys) | Q(stand_in__in=keys))
    return [
        Away(row.member_id, row.stand_in_id, row.from_at, row.until_at, row.urgent_still_told)
        for row in rows
    ]


def zone_of(member: Membership) -> ZoneInfo:
    """The member's own zone; UTC where its name is not known here."""
    try:
        return ZoneInfo(member.user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _timing(row: ReminderTiming | None, zone: ZoneInfo) -> Timing:
    if row is None:
        return Timing(zone=zone)
    return Timing(
        zone=zone,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        urgent_breaks_through=row.urgent_breaks_through,
        digest_at=row.digest_at,
        digest_weekday=row.digest_weekday,
    )


@transaction.atomic
def choose(
    *,
    member: Membership,
    timing: Mapping[str, object],
    moments: Mapping[tuple[str, str], Moment],
    now: datetime,
) -> None:
    """Keep the member's own fields, hours and, by (kind, channel), moments.

    What waits already is judged anew by what was chosen: nothing waits for an hour that no longer
    counts.
    """
    member.save(update_fields=["reminder_scope", "reminds_by_email", "reminds_in_inbox"])
    ReminderTiming.objects.update_or_create(member=member, defaults=dict(timing))
    ReminderChoice.objects.filter(member=member).delete()
    ReminderChoice.objects.bulk_create(
        ReminderChoice(member=member, kind=kind, channel=channel, moment=moment)
        for (kind, channel), moment in moments.items()
        if moment is not Moment.AT_ONCE
    )
    Notification.objects.waiting().filter(member=member, refusals=0).update(next_try_at=now)
