"""A member is away, and another stands in: noted, moved to another clock, ended."""

import zoneinfo
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from households.away_days import moments_of
from households.errors import HouseholdError
from households.models import Absence, Household, Membership, ReminderScope, User
from households.record import Kind, record_membership

LONGEST = timedelta(days=180)


@transaction.atomic
def note_absence(
    *,
    member: Membership,
    stand_in: Membership,
    from_on: date,
    until_on: date,
    urgent_still_told: bool,
    now: datetime,
) -> Absence:
    """Whole days on the member's own clock; raises HouseholdError with what to mend."""
    # One lock for all absences of a household: no two may be noted that do not go together.
    Household.objects.select_for_update(no_key=True).get(pk=member.household_id)
    _refuse_days(from_on, until_on)
    from_at, until_at = moments_of(from_on, until_on, _zone(member.user))
    if until_at <= now:
        raise HouseholdError(_("These days have passed. Choose days to come."))
    _refuse_stand_in(member, stand_in)
    _refuse_overlaps(member, stand_in, from_at, until_at)
    absence = Absence.objects.create(
        household_id=member.household_id,
        member=member,
        stand_in=stand_in,
        from_on=from_on,
        until_on=until_on,
        from_at=from_at,
        until_at=until_at,
        urgent_still_told=urgent_still_told,
    )
    record_membership(Kind.AWAY, actor=member, member=stand_in, now=now)
    return absence


def _refuse_days(from_on: date, until_on: date) -> None:
    if until_on < from_on:
        raise HouseholdError(_("The last day lies before the first."))
    if until_on - from_on > LONGEST:
        raise HouseholdError(
            _("That is longer than 180 days. Hand your cases over instead of having a stand-in.")
        )


def _refuse_stand_in(member: Membership, stand_in: Membership) -> None:
    if stand_in.household_id != member.household_id or stand_in.pk == member.pk:
        raise HouseholdError(_("Choose somebody else of the household to stand in."))
    if not stand_in.may_write:
        raise HouseholdError(_("A viewer cannot act on cases. Choose an owner or adult."))
    if stand_in.reminder_scope == ReminderScope.NONE:
        raise HouseholdError(
            _("%(name)s has switched all reminders off and would not be told. Choose another.")
            % {"name": stand_in}
        )


def _refuse_overlaps(
    member: Membership, stand_in: Membership, from_at: datetime, until_at: datetime
) -> None:
    then = Absence.objects.standing().filter(
        household=member.household_id, from_at__lt=until_at, until_at__gt=from_at
    )
    if then.filter(member=member).exists():
        raise HouseholdError(
            _("You have noted some of these days already. End that absence first.")
        )
    if then.filter(member=stand_in).exists():
        raise HouseholdError(_("%(name)s is away then too. Choose another.") % {"name": stand_in})
    theirs = then.filter(stand_in=member).select_related("member__user").first()
    if theirs is not None:
        raise HouseholdError(
            _("You stand in for %(name)s then. They must choose another first.")
            % {"name": theirs.member}
        )


def end_absence(*, member: Membership, absence: Absence, now: datetime) -> None:
    """The member is back, or stays at home after all."""
    mine = Absence.objects.filter(pk=absence.pk, member=member, ended_at__isnull=True)
    with transaction.atomic():
        if mine.update(ended_at=now):
            record_membership(Kind.BACK, actor=member, now=now)


def end_absences_of(member: Membership, *, now: datetime) -> None:
    """Who left is neither away nor a stand-in."""
    theirs = Absence.objects.filter(Q(member=member) | Q(stand_in=member))
    theirs.filter(ended_at__isnull=True).update(ended_at=now)


def move_absences(person: User, *, now: datetime) -> None:
    """The person's clock is another one: their days begin and end by it."""
    for absence in Absence.objects.filter(
        member__user=person, ended_at__isnull=True, until_at__gt=now
    ):
        absence.from_at, absence.until_at = moments_of(
            absence.from_on, absence.until_on, _zone(person)
        )
        absence.save(update_fields=["from_at", "until_at"])


def _zone(person: User) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(person.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
