"""While a member is away their reminders go to who stands in, and only then."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from cases import services
from cases.models import Case, FollowUp
from cases.sweep import sweep
from households.absences import note_absence
from households.models import Absence, Membership
from reminders.audience import Listener, audience_of, channels_of
from reminders.away import Away, is_spared, stands_in_for
from reminders.choices import choices_of
from reminders.delivery import deliver
from reminders.models import Notification, ReminderTiming
from reminders.relay import relay
from tests.cases.test_sweep import due_now, waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MARA, OLGA, BEN = 1, 2, 3
AWAY = Away(MARA, OLGA, NOW, NOW + DAY, urgent_still_told=True)


@pytest.mark.parametrize(
    ("member", "kind", "moment", "spared"),
    [
        (MARA, "retry", NOW - SECOND, False),
        (MARA, "retry", NOW, True),
        (MARA, "retry", NOW + DAY - SECOND, True),
        (MARA, "retry", NOW + DAY, False),
        (MARA, "escalate", NOW, False),
        (OLGA, "retry", NOW, False),
    ],
    ids=["before", "begins", "last second", "back", "let through", "the stand-in"],
)
def test_absent_member_is_spared_in_their_days_alone(
    member: int, kind: str, moment: datetime, spared: bool
) -> None:
    assert is_spared(member, kind, [AWAY], moment) is spared


def test_stand_in_takes_the_absent_ones_cases_and_no_others() -> None:
    assert stands_in_for(OLGA, MARA, [AWAY], NOW)
    assert not stands_in_for(OLGA, BEN, [AWAY], NOW)
    assert not stands_in_for(OLGA, None, [AWAY], NOW)
    assert not stands_in_for(BEN, MARA, [AWAY], NOW)
    assert not stands_in_for(OLGA, MARA, [AWAY], NOW + DAY)


@pytest.fixture
def home() -> Home:
    """Olga follows only what is hers or nobody's; so does Mara, and Ben."""
    home = make_home()
    for name in ("Mara", "Ben"):
        home.member(name)
    Membership.objects.update(reminder_scope="assigned")
    home.owner.refresh_from_db()
    return home


def member(name: str) -> Membership:
    return Membership.objects.select_related("user", "household").get(user__name=name)


def away(home: Home, *, urgent: bool = True) -> Absence:
    return note_absence(
        member=member("Mara"),
        stand_in=home.owner,
        from_on=NOW.date(),
        until_on=NOW.date() + DAY,
        urgent_still_told=urgent,
        now=NOW,
    )


def maras_case(home: Home) -> Case:
    case = waiting_case(home)
    services.assign_case(member=home.owner, case=case, assignee=member("Mara"), now=NOW)
    return case


def fire(case: Case, now: datetime = NOW, **changed: object) -> None:
    step = case.follow_ups.filter(status="pending").order_by("due_at").first()
    assert step is not None
    case.follow_ups.filter(pk=step.pk).update(due_at=now, **changed)
    sweep(now=now)


def told(channel: str = "email") -> dict[str, str]:
    """Who was told, and in whose place."""
    rows = Notification.objects.filter(channel=channel).exclude(state="dropped")
    return {
        str(row.member): str(row.stands_in_for or "")
        for row in rows.select_related("member__user", "stands_in_for__user")
    }


def test_reminder_of_the_absent_ones_case_goes_to_the_stand_in(home: Home) -> None:
    case = maras_case(home)
    away(home)
    due_now(case)
    sweep(now=NOW)
    assert told() == told("inbox") == {"Olga": "Mara"}


def test_after_the_last_day_it_goes_to_the_member_again(home: Home) -> None:
    case = maras_case(home)
    away(home)
    fire(case, now=datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    assert told() == {"Mara": ""}


def test_what_they_let_through_reaches_both(home: Home) -> None:
    case = maras_case(home)
    away(home)
    fire(case, kind="protection_warning", becomes="")
    assert told() == {"Mara": "", "Olga": "Mara", "Ben": ""}


def test_who_lets_nothing_through_is_told_nothing(home: Home) -> None:
    case = maras_case(home)
    away(home, urgent=False)
    fire(case, kind="protection_warning", becomes="")
    assert told() == {"Olga": "Mara", "Ben": ""}


def test_mail_says_that_they_stand_in(home: Home, mailoutbox: list[object]) -> None:
    case = maras_case(home)
    away(home)
    due_now(case)
    sweep(now=NOW)
    deliver(now=NOW)
    (mail,) = mailoutbox
    assert mail.to == [home.owner.user.email]  # type: ignore[attr-defined]
    assert "You get this because you stand in for Mara." in mail.body  # type: ignore[attr-defined]


def test_judgement_of_one_step_agrees_with_the_sweeps_statement(home: Home) -> None:
    case = maras_case(home)
    away(home)
    due_now(case)
    sweep(now=NOW)
    step = FollowUp.objects.select_related("case").get(case=case, status="fired")
    members = list(home.household.memberships.select_related("user").order_by("pk"))
    chosen = choices_of(members)
    listeners = [Listener(one, chosen[one.pk], channels_of(one)) for one in members]
    heard = audience_of(step, listeners, now=NOW)
    judged = {(one.member.pk, one.channel, one.covering) for one in heard}
    written = Notification.objects.filter(follow_up=step)
    assert judged == set(written.values_list("member_id", "channel", "stands_in_for_id"))


def test_what_was_held_back_for_them_is_passed_on_once(home: Home) -> None:
    case = maras_case(home)
    ReminderTiming.objects.create(
        member=member("Mara"), quiet_from=time(9), quiet_until=time(12), digest_at=time(8)
    )
    due_now(case)
    sweep(now=NOW)
    assert told() == {"Mara": ""}
    away(home)
    for minute in range(2):
        deliver(now=NOW + timedelta(minutes=minute))
    assert told() == {"Olga": "Mara"}
    assert Notification.objects.filter(channel="email").count() == 2


@pytest.mark.parametrize("fault", ["left", "inactive", "silent"])
def test_without_a_stand_in_who_can_be_told_the_member_is_told(home: Home, fault: str) -> None:
    case = maras_case(home)
    absence = away(home)
    ben = member("Ben")
    Absence.objects.filter(pk=absence.pk).update(stand_in=ben)
    if fault == "left":
        Membership.objects.filter(pk=ben.pk).update(left_at=NOW)
    elif fault == "inactive":
        ben.user.is_active = False
        ben.user.save()
    else:
        Membership.objects.filter(pk=ben.pk).update(reminder_scope="none")
    due_now(case)
    sweep(now=NOW)
    assert told() == {"Mara": ""}


def test_relay_passes_over_who_is_away(home: Home) -> None:
    case = waiting_case(home)
    services.assign_case(member=home.owner, case=case, assignee=home.owner, now=NOW)
    due_now(case)
    sweep(now=NOW)
    note_absence(
        member=member("Mara"),
        stand_in=member("Ben"),
        from_on=date(2026, 11, 24),
        until_on=date(2026, 11, 30),
        urgent_still_told=True,
        now=NOW,
    )
    relay(now=NOW + DAY)
    assert told() == {"Olga": "", "Ben": ""}
