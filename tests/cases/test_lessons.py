"""What others got wrong about reminders, pauses and rungs, held against the real services."""

from datetime import datetime, timedelta

import pytest

from cases.facts import seller_history
from cases.models import Case, FollowUp
from cases.services import (
    add_follow_up,
    escalate_case,
    log_attempt,
    log_reply,
    move_follow_up,
    open_case,
    replan_case,
    settle_case,
    snooze_case,
)
from cases.sweep import sweep
from orders.announcements import orders_changed
from orders.models import Order
from reminders.delivery import deliver
from reminders.models import Notification
from sellers.record import own_record
from tests.invariants import assert_invariants
from tests.stock import NOW, Home, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    """Written to just now; protection ends in 40 days."""
    seller = make_seller(home)
    case = open_case(
        member=home.owner,
        seller=seller,
        order=make_order(home, seller=seller, protection_ends_at=NOW + 40 * DAY),
        title="Lamp has not come",
        issue="not_received",
        goal="refund",
        now=NOW,
    )
    write(home, case, at=NOW)
    case.refresh_from_db()
    return case


def write(home: Home, case: Case, *, at: datetime) -> None:
    log_attempt(
        member=home.owner,
        case=case,
        channel="message_center",
        sent_at=at,
        body=f"Hello at {at}",
        now=at,
    )


def answer(home: Home, case: Case, *, at: datetime, is_automatic: bool = False) -> None:
    log_reply(
        member=home.owner,
        case=case,
        received_at=at,
        body=f"Dear friend, {at}",
        channel="message_center",
        is_automatic=is_automatic,
        now=at,
    )


def step(case: Case, rung: str) -> FollowUp:
    return case.follow_ups.pending().get(rung=rung)


def protect_until(case: Case, moment: datetime, *, now: datetime) -> None:
    """As the orders app does when a member changes the deadline."""
    Order.objects.filter(pk=case.order.pk).update(protection_ends_at=moment)
    orders_changed.announce([Order.objects.get(pk=case.order.pk)], now)
    case.refresh_from_db()


def told(kind: str) -> int:
    """How many e-mails of that kind wait or are sent; what was overtaken is dropped."""
    return Notification.objects.filter(channel="email", kind=kind).exclude(state="dropped").count()


# A rung fires once for each message, and again after the next one


def test_retry_fires_once_for_each_message_however_often_the_clock_asks(
    home: Home, case: Case
) -> None:
    for cycle in (1, 2):
        due = step(case, "retry").due_at
        fired = [sweep(now=due + hours * HOUR).retry_due for hours in (-1, 0, 0, 1, 5)]
        assert fired == [0, 1, 0, 0, 0]
        assert told("retry") == cycle
        assert_invariants(due + 5 * HOUR, is_swept=True)
        write(home, case, at=due + 6 * HOUR)


def test_message_written_before_the_retry_is_due_leaves_one_retry_counted_from_it(
    home: Home, case: Case
) -> None:
    first = step(case, "retry").due_at
    write(home, case, at=first - HOUR)
    assert sweep(now=first).retry_due == 0
    assert step(case, "retry").due_at > first


# Twice in a day


def test_two_reminders_on_one_day_are_both_told(home: Home, case: Case) -> None:
    for hour in (2, 6):
        add_follow_up(
            member=home.owner, case=case, due_at=NOW + hour * HOUR, note=f"Call {hour}", now=NOW
        )
    assert [sweep(now=NOW + hour * HOUR).fired for hour in (1, 2, 5, 6, 7)] == [0, 1, 0, 1, 0]
    assert told("own") == 2


def test_case_snoozed_twice_in_a_day_says_so_twice(home: Home, case: Case) -> None:
    for hour in (1, 4):
        begins = NOW + hour * HOUR
        snooze_case(member=home.owner, case=case, until=begins + 2 * HOUR, now=begins)
        assert sweep(now=begins + 2 * HOUR).fired == 1
    assert told("own") == 2


def test_step_moved_twice_in_a_day_fires_once_at_the_last_of_the_times(
    home: Home, case: Case
) -> None:
    planned = step(case, "retry").due_at
    for hours in (2, 4):
        move_follow_up(
            member=home.owner,
            follow_up=step(case, "retry"),
            due_at=planned + hours * HOUR,
            now=NOW + hours * HOUR,
        )
    fired = [sweep(now=planned + hours * HOUR).retry_due for hours in (0, 2, 4, 5)]
    assert fired == [0, 0, 1, 0]
    assert told("retry") == 1


def test_protection_moved_twice_in_a_day_is_warned_of_at_each_date(home: Home, case: Case) -> None:
    answer(home, case, at=NOW + HOUR)
    warnings = []
    for days in (40, 60, 80):
        ends = NOW + days * DAY
        later = ends - HOUR - 20 * DAY if days > 40 else NOW + 2 * HOUR
        protect_until(case, ends, now=later)
        warnings.append(sweep(now=ends - HOUR).warned)
    assert all(warnings)


# What ends a wait, and what does not


def test_automatic_reply_does_not_put_the_retry_off(home: Home, case: Case) -> None:
    due = step(case, "retry").due_at
    answer(home, case, at=NOW + HOUR, is_automatic=True)
    assert sweep(now=due).retry_due == 1


def test_automatic_reply_is_no_answer_in_any_statistic(home: Home, case: Case) -> None:
    answer(home, case, at=NOW + HOUR, is_automatic=True)
    later = NOW + 5 * DAY
    (seen,) = seller_history(case.seller, now=later)
    assert (seen.replied_at, seen.observed_until) == (None, later)
    record = own_record(case.seller, now=later)
    assert (record.answered, record.median_hours) == (0, None)


def test_late_answer_is_counted_from_the_message_and_not_from_the_reminder(
    home: Home, case: Case
) -> None:
    sweep(now=step(case, "retry").due_at)
    answer(home, case, at=NOW + 9 * DAY)
    (seen,) = seller_history(case.seller, now=NOW + 10 * DAY)
    assert seen.replied_at == NOW + 9 * DAY


def test_closing_stops_the_clock_of_the_message_that_was_still_open(home: Home, case: Case) -> None:
    settle_case(member=home.owner, case=case, outcome="delivered", now=NOW + DAY)
    (seen,) = seller_history(case.seller, now=NOW + 90 * DAY)
    assert (seen.replied_at, seen.observed_until) == (None, NOW + DAY)


def test_closed_case_stays_silent_whatever_changes_around_it(home: Home, case: Case) -> None:
    settle_case(member=home.owner, case=case, outcome="delivered", now=NOW + DAY)
    protect_until(case, NOW + 60 * DAY, now=NOW + 2 * DAY)
    assert sweep(now=NOW + 300 * DAY).fired == 0
    assert not Notification.objects.exists()
    assert_invariants(NOW + 300 * DAY, is_swept=True)


def test_case_with_the_marketplace_asks_nobody_to_write_to_the_seller(
    home: Home, case: Case
) -> None:
    escalate_case(member=home.owner, case=case, kind="dispute", opened_at=NOW, now=NOW)
    figures = sweep(now=NOW + 39 * DAY)
    assert (figures.retry_due, told("retry")) == (0, 0)


# Pauses


@pytest.mark.parametrize("days", [35, 50])
def test_resting_case_stays_at_rest_when_it_is_planned_anew(
    home: Home, case: Case, days: int
) -> None:
    until = NOW + 10 * DAY
    snooze_case(member=home.owner, case=case, until=until, now=NOW)
    protect_until(case, NOW + days * DAY, now=NOW + HOUR)
    replan_case(case=case, now=NOW + 2 * HOUR, why="again")
    assert sweep(now=until - HOUR).fired == 0
    assert sweep(now=until).fired > 0


def test_rest_gives_way_to_a_deadline_that_comes_nearer(home: Home, case: Case) -> None:
    snooze_case(member=home.owner, case=case, until=NOW + 30 * DAY, now=NOW)
    protect_until(case, NOW + 10 * DAY, now=NOW + HOUR)
    assert sweep(now=case.escalate_by).escalation_due == 1
    case.refresh_from_db()
    assert case.stage == "escalation_due"


# A flag is derived from dates


def test_deadline_moved_into_the_margin_flags_the_case_at_the_next_sweep(
    home: Home, case: Case
) -> None:
    protect_until(case, NOW + 2 * DAY, now=NOW + HOUR)
    sweep(now=NOW + HOUR)
    case.refresh_from_db()
    assert case.stage == "escalation_due"
    assert_invariants(NOW + HOUR, is_swept=True)


# After an outage, and while telling


def test_after_five_days_down_each_member_gets_one_mail_of_the_newest_step(
    home: Home, case: Case
) -> None:
    adam, _client = home.member("Adam")
    protect_until(case, NOW + 9 * DAY, now=NOW + HOUR)
    assert sweep(now=NOW + 6 * DAY).fired > 1
    mails = Notification.objects.filter(channel="email").exclude(state="dropped")
    assert sorted(mails.values_list("member", "kind")) == sorted(
        [(home.owner.pk, "escalate"), (adam.pk, "escalate")]
    )


def test_last_days_missed_altogether_are_told_in_one_mail(home: Home, case: Case) -> None:
    sweep(now=NOW + 39 * DAY)
    mails = Notification.objects.filter(channel="email").exclude(state="dropped")
    assert [mail.kind for mail in mails] == ["escalate"]


def test_own_reminder_is_told_though_a_step_of_the_case_came_due_with_it(
    home: Home, case: Case
) -> None:
    due = step(case, "retry").due_at
    for note in ("Ask Mara", "Ask Adam"):
        add_follow_up(member=home.owner, case=case, due_at=due - HOUR, note=note, now=NOW)
    sweep(now=due)
    assert (told("own"), told("retry")) == (2, 1)


def test_telling_changes_nothing_of_the_case(home: Home, case: Case) -> None:
    due = step(case, "retry").due_at
    sweep(now=due)
    before = Case.objects.values().get(pk=case.pk), list(case.events.values())
    assert deliver(now=due).sent == 1
    assert (Case.objects.values().get(pk=case.pk), list(case.events.values())) == before
