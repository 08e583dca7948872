"""When the one in charge does nothing, the next one is told, one more for each day."""

from datetime import timedelta

import pytest

from cases import services
from cases.models import Case
from cases.sweep import sweep
from households.models import Membership
from reminders.letters import Letter
from reminders.mail import build_mail
from reminders.models import Notification, ReminderChoice
from reminders.relay import RELAY_ENDS, relay
from tests.cases.test_sweep import due_now, waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def home() -> Home:
    """Olga is in charge; Ben and Cleo follow only what is theirs."""
    home = make_home()
    for name in ("Ben", "Cleo"):
        member, _ = home.member(name)
        member.reminder_scope = "assigned"
        member.save()
    return home


def flagged(home: Home) -> Case:
    case = waiting_case(home)
    services.assign_case(member=home.owner, case=case, assignee=home.owner, now=NOW)
    due_now(case)
    sweep(now=NOW)
    case.refresh_from_db()
    return case


def told() -> set[str]:
    rows = Notification.objects.filter(channel="email").select_related("member__user")
    return {row.member.user.name for row in rows}


def test_at_first_only_the_one_in_charge_is_told(home: Home) -> None:
    flagged(home)
    assert relay(now=NOW + DAY - timedelta(minutes=1)) == 0
    assert told() == {"Olga"}


def test_after_a_day_the_next_one_is_told_and_after_two_the_one_after(home: Home) -> None:
    flagged(home)
    relay(now=NOW + DAY)
    assert told() == {"Olga", "Ben"}
    relay(now=NOW + 2 * DAY)
    assert told() == {"Olga", "Ben", "Cleo"}


def test_told_once_however_often_it_is_looked_at(home: Home) -> None:
    flagged(home)
    assert relay(now=NOW + DAY) == 2
    assert relay(now=NOW + DAY + timedelta(minutes=1)) == 0


def test_next_one_is_told_through_no_channel_that_they_never_want(home: Home) -> None:
    ben = Membership.objects.get(user__name="Ben")
    ReminderChoice.objects.create(member=ben, kind="retry", channel="email", moment="never")
    flagged(home)
    relay(now=NOW + DAY)
    assert set(ben.notifications.values_list("channel", flat=True)) == {"inbox"}


@pytest.mark.parametrize("act", ["wrote", "noted", "snoozed", "settled"])
def test_whoever_did_something_is_not_passed_over(home: Home, act: str) -> None:
    case = flagged(home)
    who = {"member": home.owner, "case": case, "now": NOW + timedelta(hours=2)}
    if act == "wrote":
        services.log_attempt(
            **who, channel="message_center", sent_at=who["now"], body="Again, please"
        )
    elif act == "noted":
        services.add_note(**who, text="I called them.")
    elif act == "snoozed":
        services.snooze_case(**who, until=NOW + 3 * DAY)
    else:
        services.settle_case(**who, outcome="refunded")
    assert relay(now=NOW + DAY + timedelta(hours=1)) == 0


def test_who_follows_all_cases_or_none_or_may_only_look_is_left_out(home: Home) -> None:
    for name, role, scope in (
        ("All", "adult", "all"),
        ("None", "adult", "none"),
        ("Vera", "viewer", "assigned"),
    ):
        member, _ = home.member(name, role)
        member.reminder_scope = scope
        member.save()
    flagged(home)
    relay(now=NOW + 9 * DAY)
    assert told() == {"Olga", "All", "Ben", "Cleo"}


def test_what_nobody_wants_is_let_lie_after_a_while(home: Home) -> None:
    flagged(home)
    assert relay(now=NOW + RELAY_ENDS) == 0


def test_mail_says_in_whose_place_it_comes(home: Home) -> None:
    flagged(home)
    relay(now=NOW + DAY)
    row = Notification.objects.select_related(
        "household", "member__user", "case__seller", "case__order", "relayed_from__user"
    ).get(member__user__name="Ben", channel="email")
    mail = build_mail(Letter([row]), None)  # type: ignore[arg-type]
    assert "Olga, who is in charge of the case, has not acted yet" in mail.body


def test_number_of_queries_does_not_grow_with_the_cases(
    home: Home, django_assert_max_num_queries: object
) -> None:
    for number in range(5):
        case = waiting_case(home, number=str(10**15 + number))
        Case.objects.filter(pk=case.pk).update(assignee=home.owner)
        due_now(case)
    sweep(now=NOW)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        relay(now=NOW + DAY)
