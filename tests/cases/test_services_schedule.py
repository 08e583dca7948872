"""Changing what is planned: snooze, move, skip and add; and planning anew when facts change."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.errors import CaseError
from cases.models import Case, FollowUp
from cases.services import (
    add_follow_up,
    assign_case,
    edit_case,
    escalate_case,
    log_attempt,
    log_reply,
    move_follow_up,
    open_case,
    replan_case,
    settle_case,
    skip_follow_up,
    snooze_case,
)
from cases.sweep import sweep
from orders.announcements import orders_changed
from orders.models import Order
from sellers.announcements import seller_changed
from tests.invariants import assert_invariants
from tests.stock import NOW, Home, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home) -> Case:
    """Written to just now; protection ends in 40 days."""
    return waiting(home)


@pytest.fixture
def mute_case(home) -> Case:
    """The same with a seller who hardly answers: the next step is to escalate."""
    return waiting(home, response_rate=0.01)


def waiting(home, *, protection_ends_at=NOW + 40 * DAY, response_rate=None) -> Case:
    seller = make_seller(home, response_rate=response_rate)
    order = make_order(home, seller=seller, protection_ends_at=protection_ends_at)
    case = open_case(
        member=home.owner,
        seller=seller,
        order=order,
        title="Lamp has not come",
        issue="not_received",
        goal="refund",
        now=NOW,
    )
    write(home, case, at=NOW)
    case.refresh_from_db()
    return case


def write(home, case, *, at):
    return log_attempt(
        member=home.owner,
        case=case,
        channel="message_center",
        sent_at=at,
        body=f"Hello at {at}",
        now=at,
    )


def answer(home, case, *, at):
    return log_reply(
        member=home.owner,
        case=case,
        received_at=at,
        body=f"Soon, at {at}",
        channel="message_center",
        now=at,
    )


def step(case, rung) -> FollowUp:
    return case.follow_ups.pending().get(rung=rung)


def protect_until(case, moment, *, now):
    """As the orders app does when a member changes the deadline."""
    Order.objects.filter(pk=case.order.pk).update(protection_ends_at=moment)
    orders_changed.announce([Order.objects.get(pk=case.order.pk)], now)
    case.refresh_from_db()


# Moving


def test_moved_step_stays_where_it_was_put_when_the_case_is_planned_anew(home, case):
    retry = step(case, "retry")
    there = retry.due_at + 2 * DAY
    move_follow_up(member=home.owner, follow_up=retry, due_at=there, now=NOW)
    assign_case(member=home.owner, case=case, assignee=home.owner, now=NOW)
    assert step(case, "retry").due_at == there
    assert step(case, "retry").planned_at is not None


@pytest.mark.parametrize("rung", ["escalate", "escalate:last"])
def test_step_cannot_be_moved_past_the_last_safe_moment(home, mute_case, rung):
    with pytest.raises(CaseError, match="after the last safe moment to escalate"):
        move_follow_up(
            member=home.owner,
            follow_up=step(mute_case, rung),
            due_at=mute_case.escalate_by + timedelta(minutes=1),
            now=NOW,
        )


def test_step_can_be_moved_to_the_last_safe_moment_itself(home, mute_case):
    move_follow_up(
        member=home.owner,
        follow_up=step(mute_case, "escalate"),
        due_at=mute_case.escalate_by,
        now=NOW,
    )
    assert_invariants(NOW)


def test_warning_cannot_be_moved_past_what_it_warns_of(home, case):
    with pytest.raises(CaseError, match="after protection ends"):
        move_follow_up(
            member=home.owner,
            follow_up=step(case, "protection_warning:1d"),
            due_at=NOW + 41 * DAY,
            now=NOW,
        )


def test_writing_again_cannot_be_asked_for_before_the_answer_is_due(home, case):
    with pytest.raises(CaseError, match="may still answer until"):
        move_follow_up(member=home.owner, follow_up=step(case, "retry"), due_at=NOW + HOUR, now=NOW)


def test_step_cannot_be_moved_into_the_past(home, mute_case):
    with pytest.raises(CaseError, match="has passed"):
        move_follow_up(
            member=home.owner, follow_up=step(mute_case, "escalate"), due_at=NOW - HOUR, now=NOW
        )


def test_step_that_fired_meanwhile_cannot_be_moved(home, case):
    retry = step(case, "retry")
    later = retry.due_at + HOUR
    sweep(now=later)
    with pytest.raises(CaseError, match="come due or was changed meanwhile"):
        move_follow_up(member=home.owner, follow_up=retry, due_at=later + DAY, now=later)


def test_own_move_gives_way_when_the_deadline_comes_nearer(home, mute_case):
    move_follow_up(
        member=home.owner, follow_up=step(mute_case, "escalate"), due_at=NOW + 30 * DAY, now=NOW
    )
    protect_until(mute_case, NOW + 20 * DAY, now=NOW)
    assert step(mute_case, "escalate").due_at <= mute_case.escalate_by
    assert_invariants(NOW)


# Skipping


def test_skipped_step_does_not_come_back_in_its_cycle_and_does_in_the_next(home, case):
    skip_follow_up(member=home.owner, follow_up=step(case, "retry"), now=NOW)
    assign_case(member=home.owner, case=case, assignee=home.owner, now=NOW)
    assert not case.follow_ups.pending().filter(rung="retry").exists()
    write(home, case, at=NOW + DAY)
    assert step(case, "retry")


def test_the_step_that_guards_protection_cannot_be_skipped(home, mute_case):
    skip_follow_up(member=home.owner, follow_up=step(mute_case, "escalate"), now=NOW)
    with pytest.raises(CaseError, match="keeps Buyer Protection"):
        skip_follow_up(member=home.owner, follow_up=step(mute_case, "escalate:last"), now=NOW)


def test_skipped_last_call_stands_again_when_the_other_escalation_falls_away(home, mute_case):
    skip_follow_up(member=home.owner, follow_up=step(mute_case, "escalate:last"), now=NOW)
    assert_invariants(NOW)
    answer(home, mute_case, at=NOW + HOUR)
    assert (
        mute_case.follow_ups.pending()
        .filter(kind="escalate", due_at=mute_case.escalate_by)
        .exists()
    )
    assert_invariants(NOW + HOUR)


def test_the_last_step_that_brings_a_waiting_case_back_cannot_be_skipped(home):
    case = open_case(
        member=home.owner,
        seller=make_seller(home),
        title="EU plug?",
        issue="question",
        goal="answer",
        now=NOW,
    )
    write(home, case, at=NOW)
    with pytest.raises(CaseError, match="nothing would bring the case back"):
        skip_follow_up(member=home.owner, follow_up=step(case, "retry"), now=NOW)


# Snoozing


def test_snoozed_case_rests_until_then_and_then_says_so(home, case):
    until = step(case, "retry").due_at + 3 * DAY
    snooze_case(member=home.owner, case=case, until=until, now=NOW)
    assert sweep(now=until - HOUR).fired == 0
    figures = sweep(now=until)
    assert (figures.fired, figures.retry_due) == (2, 1)
    assert_invariants(until, is_swept=True)


def test_snooze_past_the_last_safe_moment_is_refused_with_both_dates(home, case):
    with pytest.raises(CaseError, match=r"Fri 1 Jan.*after the last safe moment.*Wed 30 Dec"):
        snooze_case(member=home.owner, case=case, until=NOW + 39 * DAY, now=NOW)


def test_case_past_its_last_safe_moment_cannot_wait_and_hears_why(home, case):
    later = case.escalate_by + HOUR
    sweep(now=later)
    with pytest.raises(CaseError, match="has passed, so this cannot wait"):
        snooze_case(member=home.owner, case=case, until=later + HOUR, now=later)


def test_case_with_the_marketplace_may_rest_beyond_its_deadline(home, case):
    escalate_case(member=home.owner, case=case, kind="dispute", opened_at=NOW, now=NOW)
    until = NOW + 50 * DAY
    snooze_case(member=home.owner, case=case, until=until, now=NOW)
    assert sweep(now=until - HOUR).fired == 0
    assert_invariants(NOW)


def test_warnings_are_told_though_the_case_rests(home, case):
    snooze_case(member=home.owner, case=case, until=case.escalate_by, now=NOW)
    assert sweep(now=NOW + 34 * DAY).warned == 1


def test_second_snooze_takes_the_place_of_the_first(home, case):
    planned = step(case, "retry").due_at
    for days in (5, 5, 2):
        snooze_case(member=home.owner, case=case, until=planned + days * DAY, now=NOW)
    own = case.follow_ups.pending().get(kind="own")
    assert own.due_at == step(case, "retry").due_at == planned + 2 * DAY
    assert case.events.filter(kind="snoozed").count() == 2


@pytest.mark.parametrize(
    "act",
    [
        write,
        answer,
        lambda home, case, at: escalate_case(
            member=home.owner, case=case, kind="dispute", opened_at=at, now=at
        ),
        lambda home, case, at: settle_case(
            member=home.owner, case=case, outcome="delivered", now=at
        ),
    ],
    ids=["write", "answer", "escalate", "settle"],
)
def test_whatever_happens_to_a_resting_case_ends_its_rest(home, case, act):
    snooze_case(member=home.owner, case=case, until=NOW + 10 * DAY, now=NOW)
    act(home, case, at=NOW + HOUR)
    assert not case.follow_ups.pending().filter(rung__startswith="snooze:").exists()


# A member's own


def test_own_reminder_is_told_and_changes_no_stage(home, case):
    add_follow_up(member=home.owner, case=case, due_at=NOW + HOUR, note="Ask Mara", now=NOW)
    assert sweep(now=NOW + HOUR).fired == 1
    case.refresh_from_db()
    assert case.stage == "awaiting_seller"


def test_own_reminder_survives_a_message_and_a_double_click(home, case):
    for _ in range(2):
        add_follow_up(member=home.owner, case=case, due_at=NOW + DAY, note="Ask Mara", now=NOW)
    write(home, case, at=NOW + HOUR)
    assert case.follow_ups.pending().filter(kind="own").count() == 1
    assert sweep(now=NOW + DAY).fired == 1


@pytest.mark.parametrize("verb", ["move", "skip", "snooze", "add"])
def test_strangers_and_viewers_schedule_nothing(home, case, verb):
    retry = step(case, "retry")
    verbs = {
        "move": lambda m: move_follow_up(
            member=m, follow_up=retry, due_at=retry.due_at + DAY, now=NOW
        ),
        "skip": lambda m: skip_follow_up(member=m, follow_up=retry, now=NOW),
        "snooze": lambda m: snooze_case(member=m, case=case, until=NOW + DAY, now=NOW),
        "add": lambda m: add_follow_up(member=m, case=case, due_at=NOW + DAY, note="x", now=NOW),
    }
    for member in (home.member("Vera", "viewer")[0], make_home("next-door").owner):
        with pytest.raises(PermissionDenied):
            verbs[verb](member)


# Planned anew


def test_nearer_deadline_brings_the_escalation_nearer_and_leaves_an_event(home, case):
    protect_until(case, NOW + 10 * DAY, now=NOW)
    assert case.escalate_by <= NOW + 7 * DAY
    assert step(case, "escalate:last").due_at == case.escalate_by
    event = case.events.order_by("-id").first()
    assert (event.kind, event.actor, event.reason) == (
        "replanned",
        None,
        "The dates of the order changed.",
    )
    assert_invariants(NOW)


def test_flag_goes_when_the_deadline_that_raised_it_moves_away(home, case):
    answer(home, case, at=NOW + HOUR)
    later = case.escalate_by + HOUR
    sweep(now=later)
    case.refresh_from_db()
    assert case.stage == "escalation_due"
    protect_until(case, NOW + 80 * DAY, now=later)
    assert case.stage == "seller_replied"
    assert_invariants(later, is_swept=True)


def test_last_call_and_warnings_come_again_for_a_later_deadline(home, case):
    later = NOW + 40 * DAY
    answer(home, case, at=NOW + HOUR)
    sweep(now=later)
    protect_until(case, NOW + 80 * DAY, now=later)
    rungs = set(case.follow_ups.pending().values_list("rung", flat=True))
    assert {"escalate:last#2", "protection_warning:1d#2"} <= rungs
    figures = sweep(now=case.escalate_by)
    case.refresh_from_db()
    assert figures.escalation_due == 1
    assert case.stage == "escalation_due"


def test_due_step_armed_anew_is_still_there_when_planned_once_more(home, case):
    answer(home, case, at=NOW + HOUR)
    later = NOW + 40 * DAY
    sweep(now=later)
    protect_until(case, NOW + 80 * DAY, now=later)
    replan_case(case=case, now=case.escalate_by + HOUR, why="again")
    assert step(case, "escalate:last#2").due_at == case.escalate_by


def test_what_fired_does_not_fire_again_when_the_case_is_planned_anew(home, case):
    later = NOW + 34 * DAY
    sweep(now=later)
    for hours in range(3):
        replan_case(case=case, now=later + hours * HOUR, why="again")
        assert sweep(now=later + hours * HOUR).fired == 0


def test_planning_anew_without_a_change_leaves_no_event(home, case):
    assert not replan_case(case=case, now=NOW, why="again")
    assert case.events.filter(kind="replanned").count() == 0


def test_faster_seller_does_not_shorten_the_wait_that_was_promised(home, case):
    promised = case.attempts.get().expected_by
    case.seller.response_rate = 0.99
    case.seller.inquiry_volume = "low"
    case.seller.save()
    seller_changed.announce(case.seller, NOW)
    assert step(case, "retry").due_at >= promised


def test_holiday_of_the_seller_moves_no_step_earlier(home, case):
    before = step(case, "retry").due_at
    case.seller.business_hours = {"mon": ["09:00", "12:00"]}
    case.seller.save()
    seller_changed.announce(case.seller, NOW)
    rungs = case.follow_ups.pending().filter(kind="retry")
    assert all(retry.due_at >= before for retry in rungs)
    assert_invariants(NOW)


def test_new_seller_marketplace_that_knows_no_such_issue_keeps_the_plan(home, case):
    Case.objects.filter(pk=case.pk).update(issue="gone_from_the_profile")
    before = list(case.follow_ups.pending().values_list("rung", "due_at"))
    seller_changed.announce(case.seller, NOW)
    assert list(case.follow_ups.pending().values_list("rung", "due_at")) == before


def test_order_taken_into_a_case_later_brings_its_deadline(home):
    seller = make_seller(home)
    case = open_case(
        member=home.owner,
        seller=seller,
        title="Where is it?",
        issue="question",
        goal="answer",
        now=NOW,
    )
    order = make_order(home, seller=seller, protection_ends_at=NOW + 20 * DAY)
    edit_case(member=home.owner, case=case, version=1, changes={"order": order}, now=NOW)
    case.refresh_from_db()
    assert case.escalate_by is not None
    assert_invariants(NOW)


def test_settled_case_is_not_planned_anew(home, case):
    settle_case(member=home.owner, case=case, outcome="delivered", now=NOW)
    protect_until(case, NOW + 10 * DAY, now=NOW)
    assert not case.follow_ups.pending().exists()


def test_import_of_many_orders_without_cases_asks_one_question(home):
    orders = [make_order(home, number=f"30690994056{n:05}") for n in range(50)]
    with CaptureQueriesContext(connection) as queries:
        orders_changed.announce(orders, NOW)
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 1
