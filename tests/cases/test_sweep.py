from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CaseEvent, FollowUp
from cases.services import log_attempt, open_case, settle_case
from cases.sweep import sweep
from reminders.models import Notification
from tests.stock import NOW, Home, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def waiting_case(home: Home, number: str = "3069099405659913", **order: object) -> Case:
    seller = home.household and make_seller(home, name=f"Store {number}")
    bought = make_order(home, number=number, seller=seller, **order)
    case = open_case(
        member=home.owner,
        seller=seller,
        order=bought,
        title="Lamp has not come",
        issue="not_received",
        goal="refund",
        now=NOW,
    )
    log_attempt(
        member=home.owner, case=case, channel="message_center", sent_at=NOW, body="Hello", now=NOW
    )
    case.refresh_from_db()
    return case


def due_now(case: Case, kind: str = "retry") -> FollowUp:
    follow_up = case.follow_ups.pending().get(kind=kind, rung=kind)
    follow_up.due_at = NOW
    follow_up.save()
    return follow_up


def test_due_retry_flags_the_case_and_writes_one_event() -> None:
    case = waiting_case(make_home())
    follow_up = due_now(case)
    figures = sweep(now=NOW)
    case.refresh_from_db()
    assert case.stage == "retry_due"
    events = CaseEvent.objects.filter(follow_up=follow_up, kind="follow_up_fired")
    assert [(event.stage, event.reason) for event in events] == [("retry_due", follow_up.reason)]
    assert (figures.due, figures.fired, figures.retry_due) == (1, 1, 1)


@pytest.mark.parametrize(("early", "fired"), [(timedelta(seconds=1), 0), (timedelta(), 1)])
def test_step_fires_at_its_moment_and_not_a_second_before(early: timedelta, fired: int) -> None:
    due_now(waiting_case(make_home()))
    assert sweep(now=NOW - early).fired == fired


def test_second_sweep_finds_nothing() -> None:
    due_now(waiting_case(make_home()))
    sweep(now=NOW)
    assert sweep(now=NOW).due == 0


def test_each_member_is_told_once_through_each_channel_they_chose() -> None:
    home = make_home()
    home.member("Adam")
    viewer, _ = home.member("Vera", "viewer")
    viewer.reminds_by_email = False
    viewer.save()
    due_now(waiting_case(home))
    assert sweep(now=NOW).notifications == 5
    told = Notification.objects.values_list("member__user__name", "channel", "state")
    assert sorted(told) == [
        ("Adam", "email", "waiting"),
        ("Adam", "inbox", "sent"),
        ("Olga", "email", "waiting"),
        ("Olga", "inbox", "sent"),
        ("Vera", "inbox", "sent"),
    ]


def test_member_who_wants_only_assigned_cases_is_not_told_of_anothers() -> None:
    home = make_home()
    adam, _ = home.member("Adam")
    adam.reminder_scope = "assigned"
    adam.save()
    case = waiting_case(home)
    Case.objects.filter(pk=case.pk).update(assignee=home.owner)
    due_now(case)
    sweep(now=NOW)
    assert not Notification.objects.filter(member=adam).exists()


def test_nobody_of_another_household_is_told() -> None:
    other = make_home("other")
    due_now(waiting_case(make_home()))
    sweep(now=NOW)
    assert not Notification.objects.filter(member__household=other.household).exists()


def test_step_of_a_settled_case_does_not_fire() -> None:
    home = make_home()
    case = waiting_case(home)
    follow_up = due_now(case)
    settle_case(member=home.owner, case=case, outcome="delivered", now=NOW)
    # As if a restored backup or a fault had left it pending.
    FollowUp.objects.filter(pk=follow_up.pk).update(status="pending")
    figures = sweep(now=NOW)
    assert (figures.fired, figures.skipped, figures.notifications) == (0, 1, 0)


def test_after_an_outage_escalation_beats_retry_and_only_it_is_told() -> None:
    case = waiting_case(make_home(), protection_ends_at=NOW + 30 * DAY)
    figures = sweep(now=NOW + 27 * DAY)
    case.refresh_from_db()
    assert case.stage == "escalation_due"
    assert figures.fired >= 3
    told = Notification.objects.exclude(state="dropped").values_list("kind", flat=True)
    assert set(told) == {"escalate"}


def test_poisoned_row_is_set_aside_and_the_others_fire() -> None:
    home = make_home()
    cases = [waiting_case(home, number=f"30690994056599{n}") for n in range(10, 15)]
    follow_ups = [due_now(case) for case in cases]
    # Its event exists already: firing it again breaks the constraint that holds 'once'.
    CaseEvent.objects.create(
        household=home.household,
        case=cases[2],
        at=NOW,
        kind="follow_up_fired",
        stage="retry_due",
        cycle=1,
        follow_up=follow_ups[2],
    )
    figures = sweep(now=NOW)
    assert (figures.fired, figures.failed) == (4, 1)
    follow_ups[2].refresh_from_db()
    assert follow_ups[2].status == "failed"
    assert follow_ups[2].error


@pytest.mark.parametrize("count", [1, 12])
def test_statements_of_a_batch_do_not_grow_with_it(count: int) -> None:
    home = make_home()
    for number in range(count):
        due_now(waiting_case(home, number=f"306909940565{number:04}"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert sweep(now=NOW).fired == count
    # A savepoint's two, seven statements for the batch, and the claim that finds nothing more.
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 8


def test_batches_smaller_than_what_is_due_still_drain_it() -> None:
    home = make_home()
    for number in range(5):
        due_now(waiting_case(home, number=f"306909940565{number:04}"))
    assert sweep(now=NOW, batch_size=2).fired == 5


def test_reply_before_the_sweep_leaves_nothing_to_fire() -> None:
    from cases.services import log_reply

    home = make_home()
    case = waiting_case(home)
    due_now(case)
    answered: datetime = NOW + timedelta(minutes=1)
    log_reply(
        member=home.owner,
        case=case,
        received_at=answered,
        body="Soon",
        channel="message_center",
        now=answered,
    )
    assert sweep(now=answered).retry_due == 0
