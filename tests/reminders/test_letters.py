"""Storms, digests and quiet hours as they arrive: a real mail server counts the mails."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from cases.models import Case, FollowUp
from cases.sweep import sweep
from reminders.delivery import deliver
from reminders.letters import MOST_AN_HOUR, MOST_SINGLE
from reminders.models import Notification, ReminderChoice, ReminderTiming
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox, free_port, smtp_server, use_server
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OWNER = "owner@home.test"


@pytest.fixture
def home() -> Home:
    return make_home()


def due(home: Home, count: int, start: int = 0) -> list[Case]:
    cases = [waiting_case(home, number=str(10**15 + start + n)) for n in range(count)]
    for case in cases:
        due_now(case)
    sweep(now=NOW)
    return cases


def choose(home: Home, moment: str, kind: str = "retry", **timing: object) -> None:
    ReminderTiming.objects.update_or_create(member=home.owner, defaults=timing)
    ReminderChoice.objects.create(member=home.owner, kind=kind, channel="email", moment=moment)


def waiting() -> int:
    return Notification.objects.filter(channel="email", state="waiting").count()


def test_a_few_reminders_are_a_few_mails(mailbox: Mailbox, home: Home) -> None:
    due(home, MOST_SINGLE)
    assert deliver(now=NOW).sent == MOST_SINGLE
    assert len(mailbox.to(OWNER)) == MOST_SINGLE


def test_a_storm_is_one_digest_a_member_and_nothing_is_left_out(
    mailbox: Mailbox, home: Home
) -> None:
    adam, _ = home.member("Adam")
    cases = due(home, 40)
    assert deliver(now=NOW).sent == 80
    (message,) = mailbox.to(OWNER)
    assert len(mailbox.to(adam.user.email)) == 1
    assert message["Subject"].startswith("40 things are yours")
    text = message.get_body(("plain",)).get_content()
    assert all(str(case.public_id) in text for case in cases)
    assert deliver(now=NOW + HOUR).sent == 0


def test_of_a_week_s_outage_only_the_newest_step_of_a_case_is_told(
    mailbox: Mailbox, home: Home
) -> None:
    (case,) = due(home, 1)
    step = case.follow_ups.get(kind="retry", rung="retry")
    FollowUp.objects.create(
        household=case.household,
        case=case,
        kind="settle_check",
        rung="settle_check",
        cycle=case.cycle,
        due_at=step.due_at + HOUR,
        reason="Look again.",
        created_at=NOW,
    )
    sweep(now=NOW + 2 * HOUR)
    assert deliver(now=NOW + 2 * HOUR).sent == 1
    (message,) = mailbox.to(OWNER)
    assert message["Subject"].startswith("Is it solved?")
    dropped = Notification.objects.get(state="dropped", channel="email")
    assert dropped.last_error == "a newer step of the case is told"


def test_no_member_gets_more_than_the_cap_in_an_hour_and_the_rest_comes_together(
    mailbox: Mailbox, home: Home
) -> None:
    for number in range(MOST_AN_HOUR + 3):
        due(home, 1, start=number)
        deliver(now=NOW + timedelta(minutes=number))
    assert len(mailbox.to(OWNER)) == MOST_AN_HOUR
    assert waiting() == 3
    deliver(now=NOW + HOUR + timedelta(minutes=1))
    assert waiting() == 0
    assert len(mailbox.to(OWNER)) == MOST_AN_HOUR + 1


def test_daily_digest_comes_at_the_member_s_hour_with_all_of_the_day(
    mailbox: Mailbox, home: Home
) -> None:
    choose(home, "daily", digest_at=time(18))
    due(home, 2)
    assert deliver(now=NOW).sent == 0
    assert deliver(now=NOW.replace(hour=17, minute=59)).sent == 0
    assert deliver(now=NOW.replace(hour=18)).sent == 2
    (message,) = mailbox.to(OWNER)
    assert message["Subject"].startswith("2 things are yours")


def test_escalation_told_at_once_does_not_wait_for_the_digest(mailbox: Mailbox, home: Home) -> None:
    choose(home, "weekly")
    (case,) = due(home, 1)
    step = case.follow_ups.create(
        household=case.household,
        kind="escalate",
        rung="escalate:x",
        cycle=case.cycle,
        due_at=NOW,
        becomes="escalation_due",
        reason="Take it further.",
        created_at=NOW,
    )
    sweep(now=NOW)
    assert deliver(now=NOW).sent == 1
    assert Notification.objects.get(state="sent", channel="email").follow_up == step


def test_quiet_hours_hold_until_morning_and_the_facts_are_checked_then(
    mailbox: Mailbox, home: Home
) -> None:
    ReminderTiming.objects.create(member=home.owner, quiet_from=time(9), quiet_until=time(15))
    due(home, 1)
    assert deliver(now=NOW).sent == 0
    assert waiting() == 1
    Case.objects.update(stage="seller_replied")
    assert deliver(now=NOW.replace(hour=15)).sent == 0
    assert Notification.objects.get(channel="email").state == "dropped"


def test_digest_whose_fate_is_unknown_goes_again_as_the_same_mail(
    mailbox: Mailbox, home: Home
) -> None:
    mailbox.cuts = 1
    due(home, 5)
    deliver(now=NOW)
    due(home, 1, start=50)
    deliver(now=NOW + HOUR)
    digests = [m for m in mailbox.to(OWNER) if m["Subject"].startswith("5 things")]
    assert len(digests) == 2
    assert len({m["Message-ID"] for m in digests}) == 1


def test_dead_server_keeps_a_digest_waiting_and_whole(home: Home, settings: Any) -> None:
    port = free_port()
    use_server(settings, port)
    due(home, 5)
    deliver(now=NOW)
    assert waiting() == 5
    with smtp_server(port) as box:
        assert deliver(now=NOW + HOUR).sent == 5
        assert len(box.accepted) == 1


@pytest.mark.parametrize("state", ["waiting", "sending"])
def test_what_a_wrong_clock_put_off_for_years_is_not_lost(
    mailbox: Mailbox, home: Home, state: str
) -> None:
    due(home, 1)
    in_years: datetime = NOW + timedelta(days=4000)
    Notification.objects.filter(channel="email").update(
        state=state, next_try_at=in_years, lease_until=in_years if state == "sending" else None
    )
    assert deliver(now=NOW).sent == 1


def test_what_a_wrong_clock_sent_in_the_future_fills_no_hour(mailbox: Mailbox, home: Home) -> None:
    due(home, MOST_AN_HOUR)
    Notification.objects.filter(channel="email").update(
        state="sent", sent_at=NOW + timedelta(days=400)
    )
    due(home, 1, start=50)
    assert deliver(now=NOW).sent == 1
