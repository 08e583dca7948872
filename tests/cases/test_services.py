"""What members do with a case: each verb's rows, its event, its plan, and what it refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cases.errors import CaseError
from cases.models import Case, CaseEvent, ContactAttempt, Escalation, Reply
from cases.services import (
    add_note,
    assign_case,
    edit_case,
    escalate_case,
    log_attempt,
    log_reply,
    open_case,
    reopen_case,
    settle_case,
)
from households.conflicts import EditConflict
from money import Money
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
    return opened(home)


def opened(home, *, protected_days=40, **fields) -> Case:
    seller = make_seller(home)
    order = make_order(
        home,
        seller=seller,
        placed_at=NOW - 20 * DAY,
        shipped_at=NOW - 18 * DAY,
        protection_ends_at=NOW + protected_days * DAY,
    )
    fields = {
        "seller": seller,
        "order": order,
        "title": "Lamp has not come",
        "issue": "not_received",
        "goal": "refund",
        "now": NOW,
    } | fields
    return open_case(member=home.owner, **fields)


def write(home, case, *, at=NOW, channel="message_center", body="Where is it?", now=None):
    return log_attempt(
        member=home.owner, case=case, channel=channel, sent_at=at, body=body, now=now or at
    )


def answer(home, case, *, at, body="Soon, friend.", is_automatic=False):
    return log_reply(
        member=home.owner,
        case=case,
        received_at=at,
        body=body,
        channel="message_center",
        is_automatic=is_automatic,
        now=at,
    )


def escalate(home, case, *, at, kind="dispute"):
    return escalate_case(member=home.owner, case=case, kind=kind, opened_at=at, now=at)


def pending(case, **fields):
    return list(
        case.follow_ups.pending().filter(**fields).order_by("due_at").values_list("rung", flat=True)
    )


def newest_event(case) -> CaseEvent:
    return case.events.order_by("-id").first()


# Opening


def test_opened_case_is_ours_with_its_last_call_before_the_safe_moment(home, case):
    assert (case.stage, case.cycle) == ("drafting", 0)
    last_call = case.follow_ups.pending().get(rung="escalate:last")
    assert last_call.due_at == case.escalate_by < case.order.protection_ends_at
    event = newest_event(case)
    assert (event.kind, event.actor, event.at) == ("opened", home.owner, NOW)
    assert_invariants(NOW)


def test_question_before_buying_has_neither_order_nor_deadline(home):
    case = open_case(
        member=home.owner,
        seller=make_seller(home),
        title="EU plug?",
        issue="question",
        goal="answer",
        now=NOW,
    )
    assert case.escalate_by is None
    assert not pending(case, kind="escalate")


def test_opening_twice_by_a_double_click_opens_one_case(home, case):
    again = opened_again(home, case, now=NOW + timedelta(seconds=3))
    assert again == case
    assert Case.objects.count() == 1


def opened_again(home, case, **changes):
    fields = {
        "seller": case.seller,
        "order": case.order,
        "title": case.title,
        "issue": case.issue,
        "goal": case.goal,
        "now": NOW,
    } | changes
    return open_case(member=home.owner, **fields)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"issue": "nonsense"}, "'nonsense' is not one of"), ({"order": None}, "needs an order")],
)
def test_issue_that_does_not_fit_is_refused_in_words(home, case, changes, said):
    with pytest.raises(CaseError, match=said):
        opened_again(home, case, **changes)


def test_order_of_another_seller_is_refused(home, case):
    with pytest.raises(CaseError, match="from another seller"):
        opened_again(home, case, seller=make_seller(home, name="Another Store"))


@pytest.mark.parametrize("what", ["seller", "order", "assignee"])
def test_rows_of_another_household_are_refused(home, case, what):
    stranger = make_home("next-door")
    theirs = {
        "seller": make_seller(stranger),
        "order": make_order(stranger),
        "assignee": stranger.owner,
    }
    with pytest.raises(PermissionDenied):
        opened_again(home, case, **{what: theirs[what]})


# Who may


VERBS = {
    "log_attempt": lambda member, case: log_attempt(
        member=member, case=case, channel="message_center", sent_at=NOW, body="x", now=NOW
    ),
    "log_reply": lambda member, case: log_reply(
        member=member, case=case, channel="message_center", received_at=NOW, body="x", now=NOW
    ),
    "add_note": lambda member, case: add_note(member=member, case=case, text="x", now=NOW),
    "escalate_case": lambda member, case: escalate_case(
        member=member, case=case, kind="dispute", opened_at=NOW, now=NOW
    ),
    "settle_case": lambda member, case: settle_case(
        member=member, case=case, outcome="lost", now=NOW
    ),
    "reopen_case": lambda member, case: reopen_case(member=member, case=case, reason="x", now=NOW),
    "assign_case": lambda member, case: assign_case(
        member=member, case=case, assignee=None, now=NOW
    ),
    "edit_case": lambda member, case: edit_case(
        member=member, case=case, version=1, changes={"title": "x"}, now=NOW
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["viewer", "stranger", "former"])
def test_viewers_strangers_and_former_members_change_nothing(home, case, verb, who):
    member = {
        "viewer": lambda: home.member("Vera", "viewer")[0],
        "stranger": lambda: make_home("next-door").owner,
        "former": lambda: home.member("Fred")[0],
    }[who]()
    if who == "former":
        member.left_at = NOW
        member.save()
    with pytest.raises(PermissionDenied):
        VERBS[verb](member, case)
    assert case.events.count() == 1


@pytest.mark.parametrize("verb", ["log_attempt", "log_reply", "escalate_case", "settle_case"])
def test_settled_case_lets_nothing_happen_but_reopening(home, case, verb):
    settle_case(member=home.owner, case=case, outcome="delivered", now=NOW - HOUR)
    with pytest.raises(CaseError, match="reopen it first"):
        VERBS[verb](home.owner, case)


def test_open_case_cannot_be_reopened(home, case):
    with pytest.raises(CaseError, match="not settled"):
        reopen_case(member=home.owner, case=case, reason="?", now=NOW)


# Writing


def test_message_makes_it_the_sellers_turn_and_keeps_what_was_forecast(home, case):
    attempt = write(home, case)
    case.refresh_from_db()
    assert (case.stage, case.cycle, attempt.cycle) == ("awaiting_seller", 1, 1)
    assert attempt.band in {"within_24h", "1_to_3_days", "up_to_5_days"}
    assert attempt.expected_by > NOW
    assert 0 < attempt.reply_probability < 1
    retry = case.follow_ups.pending().get(rung="retry")
    assert retry.due_at >= attempt.expected_by
    assert retry.becomes == "retry_due"
    assert_invariants(NOW)


def test_same_message_logged_twice_is_one(home, case):
    first = write(home, case)
    second = write(home, case, at=NOW + timedelta(seconds=20))
    assert first == second
    assert ContactAttempt.objects.count() == 1
    assert case.events.filter(kind="attempt_logged").count() == 1


def test_next_message_begins_the_ladder_anew_and_leaves_one_of_each_rung(home, case):
    write(home, case)
    write(home, case, at=NOW + 4 * DAY, body="Please answer")
    case.refresh_from_db()
    assert case.cycle == 2
    assert pending(case, rung="retry") == ["retry"]
    assert pending(case, cycle=1) == []
    assert_invariants(NOW + 4 * DAY, is_swept=True)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW + timedelta(minutes=6), "lies in the future"),
        (NOW - 4 * 365 * DAY, "more than three years back"),
    ],
)
def test_impossible_time_is_refused(home, case, at, said):
    with pytest.raises(CaseError, match=said):
        write(home, case, at=at, now=NOW)
    assert not ContactAttempt.objects.exists()


def test_phone_clock_that_runs_ahead_a_little_is_believed(home, case):
    assert write(home, case, at=NOW + timedelta(minutes=4), now=NOW).sent_at > NOW


@pytest.mark.parametrize("channel", ["smoke_signals", "customer_service"])
def test_channel_that_does_not_reach_the_seller_is_refused(home, case, channel):
    with pytest.raises(CaseError, match="not a way to write"):
        write(home, case, channel=channel)


def test_server_clock_set_back_keeps_the_case_usable(home, case):
    write(home, case)
    earlier = NOW - HOUR
    answer(home, case, at=earlier + HOUR + timedelta(minutes=1))
    assert add_note(member=home.owner, case=case, text="Hm", now=earlier)
    assign_case(member=home.owner, case=case, assignee=home.owner, now=earlier)


# Answers


def test_answer_makes_it_ours_and_takes_the_retry_away(home, case):
    attempt = write(home, case)
    answer(home, case, at=NOW + HOUR)
    case.refresh_from_db()
    attempt.refresh_from_db()
    assert case.stage == "seller_replied"
    assert attempt.replied_at == NOW + HOUR
    assert pending(case, kind="retry") == []
    assert pending(case, rung="escalate:last") == ["escalate:last"]
    assert_invariants(NOW + HOUR)


def test_automatic_reply_is_kept_and_changes_nothing(home, case):
    attempt = write(home, case)
    before = pending(case)
    answer(home, case, at=NOW + HOUR, is_automatic=True)
    case.refresh_from_db()
    attempt.refresh_from_db()
    assert (case.stage, attempt.replied_at) == ("awaiting_seller", None)
    assert pending(case) == before
    assert Reply.objects.get().is_automatic


def test_answer_to_an_earlier_message_does_not_end_the_wait_for_the_newest(home, case):
    write(home, case)
    write(home, case, at=NOW + 4 * DAY, body="Again")
    log_reply(
        member=home.owner,
        case=case,
        received_at=NOW + 3 * DAY,
        body="Seen late",
        channel="message_center",
        now=NOW + 4 * DAY + HOUR,
    )
    case.refresh_from_db()
    assert case.stage == "awaiting_seller"
    assert pending(case, kind="retry") == ["retry"]


def test_answer_before_the_first_message_is_refused(home, case):
    write(home, case)
    with pytest.raises(CaseError, match="before your first message"):
        log_reply(
            member=home.owner,
            case=case,
            received_at=NOW - HOUR,
            body="?",
            channel="message_center",
            now=NOW,
        )


def test_same_answer_logged_twice_is_one(home, case):
    write(home, case)
    assert answer(home, case, at=NOW + HOUR) == answer(home, case, at=NOW + HOUR)
    assert Reply.objects.count() == 1


def test_answer_past_the_safe_moment_does_not_take_the_flag_away(home, case):
    from cases.sweep import sweep

    write(home, case)
    later = case.escalate_by + HOUR
    sweep(now=later)
    answer(home, case, at=later)
    case.refresh_from_db()
    assert case.stage == "escalation_due"
    assert_invariants(later)


def test_note_is_kept_once_and_changes_no_stage(home, case):
    first = add_note(member=home.owner, case=case, text="Call them", now=NOW)
    assert add_note(member=home.owner, case=case, text="Call them", now=NOW) == first
    case.refresh_from_db()
    assert case.stage == "drafting"


# The marketplace


def test_escalating_makes_it_the_marketplaces_turn_with_checks_ahead(home, case):
    write(home, case)
    escalate(home, case, at=NOW + 4 * DAY)
    case.refresh_from_db()
    assert (case.stage, case.cycle) == ("awaiting_platform", 2)
    assert set(case.follow_ups.pending().values_list("kind", flat=True)) == {"platform_check"}
    assert_invariants(NOW + 4 * DAY, is_swept=True)


def test_escalating_twice_by_a_double_click_is_one(home, case):
    assert escalate(home, case, at=NOW) == escalate(home, case, at=NOW + timedelta(seconds=5))
    assert Escalation.objects.count() == 1


def test_second_escalation_of_the_same_kind_logged_late_is_a_second_one(home, case):
    escalate(home, case, at=NOW + DAY)
    earlier = escalate_case(
        member=home.owner, case=case, kind="dispute", opened_at=NOW - DAY, now=NOW + DAY
    )
    assert earlier.opened_at == NOW - DAY
    assert Escalation.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "said"), [("prayer", "Choose a dispute"), ("dispute", "needs an order")]
)
def test_escalation_that_cannot_be_is_refused(home, kind, said):
    question = open_case(
        member=home.owner,
        seller=make_seller(home),
        title="Plug?",
        issue="question",
        goal="answer",
        now=NOW,
    )
    with pytest.raises(CaseError, match=said):
        escalate(home, question, at=NOW, kind=kind)


def test_message_to_the_seller_while_the_marketplace_decides_keeps_its_turn(home, case):
    from cases.sweep import sweep

    escalate(home, case, at=NOW)
    sweep(now=NOW + 6 * DAY)
    fired = case.follow_ups.filter(status="fired").count()
    write(home, case, at=NOW + 6 * DAY + HOUR)
    case.refresh_from_db()
    assert case.stage == "awaiting_platform"
    assert fired
    assert sweep(now=NOW + 6 * DAY + HOUR).fired == 0


# The end


@pytest.mark.parametrize(
    ("outcome", "refunded"),
    [("refunded", Money(2340, "EUR")), ("delivered", None), ("partly_refunded", Money(1, "EUR"))],
)
def test_settling_keeps_outcome_and_money_and_ends_all_that_was_planned(
    home, case, outcome, refunded
):
    write(home, case)
    settle_case(member=home.owner, case=case, outcome=outcome, refunded=refunded, now=NOW + DAY)
    case.refresh_from_db()
    assert (case.stage, case.outcome, case.settled_at) == ("settled", outcome, NOW + DAY)
    assert case.refunded == refunded
    assert pending(case) == []
    assert_invariants(NOW + DAY)


@pytest.mark.parametrize(
    ("outcome", "refunded", "said"),
    [
        ("vanished", None, "Choose how it ended"),
        ("lost", Money(100, "EUR"), "Money came back"),
        ("refunded", Money(-1, "EUR"), "below zero"),
        ("refunded", Money(100, "USD"), "must be in EUR"),
    ],
)
def test_odd_ending_is_refused(home, outcome, refunded, said):
    case = opened(home, value=Money(2340, "EUR"))
    with pytest.raises(CaseError, match=said):
        settle_case(member=home.owner, case=case, outcome=outcome, refunded=refunded, now=NOW)
    case.refresh_from_db()
    assert case.stage == "drafting"


def test_settling_twice_by_a_double_click_is_one(home, case):
    for _ in range(2):
        settle_case(member=home.owner, case=case, outcome="delivered", now=NOW)
    assert case.events.filter(kind="settled").count() == 1


def test_settling_otherwise_a_moment_later_is_refused(home, case):
    settle_case(member=home.owner, case=case, outcome="delivered", now=NOW)
    with pytest.raises(CaseError, match="reopen it first"):
        settle_case(member=home.owner, case=case, outcome="lost", now=NOW)


@pytest.mark.parametrize(
    ("before", "stage"),
    [
        ([], "drafting"),
        (["write"], "awaiting_seller"),
        (["write", "answer"], "seller_replied"),
        (["write", "escalate"], "escalation_due"),
    ],
)
def test_reopened_case_goes_on_where_its_messages_left_it(home, case, before, stage):
    acts = {
        "write": lambda: write(home, case),
        "answer": lambda: answer(home, case, at=NOW + HOUR),
        "escalate": lambda: escalate(home, case, at=NOW + HOUR),
    }
    for act in before:
        acts[act]()
    settle_case(member=home.owner, case=case, outcome="lost", now=NOW + 2 * HOUR)
    for _ in range(2):
        reopen_case(member=home.owner, case=case, reason="They sent junk", now=NOW + 3 * HOUR)
    case.refresh_from_db()
    assert (case.stage, case.outcome, case.settled_at) == (stage, "", None)
    assert case.events.filter(kind="reopened").count() == 1
    assert_invariants(NOW + 3 * HOUR)


# Who is in charge, and what the case says


def test_assigning_and_taking_back_are_events(home, case):
    adam, _client = home.member("Adam")
    assign_case(member=home.owner, case=case, assignee=adam, now=NOW)
    assign_case(member=home.owner, case=case, assignee=adam, now=NOW)
    assign_case(member=adam, case=case, assignee=None, now=NOW)
    told = [event.details["to"] for event in case.events.filter(kind="assigned")]
    assert told == ["Adam", ""]


@pytest.mark.parametrize("who", ["stranger", "former"])
def test_only_a_present_member_can_be_in_charge(home, case, who):
    member = make_home("next-door").owner if who == "stranger" else home.member("Fred")[0]
    if who == "former":
        member.left_at = NOW
        member.save()
    with pytest.raises(CaseError, match="belongs to the household"):
        assign_case(member=home.owner, case=case, assignee=member, now=NOW)


def test_editing_says_what_was_before_and_after(home, case):
    edit_case(
        member=home.owner,
        case=case,
        version=case.version,
        changes={"title": "Lamp is lost", "goal": "refund"},
        now=NOW,
    )
    details = newest_event(case).details
    assert (details["before"], details["after"]) == (
        {"title": "Lamp has not come"},
        {"title": "Lamp is lost"},
    )


def test_second_editor_of_the_same_field_is_told_and_nothing_is_saved(home, case):
    adam, _client = home.member("Adam")
    edit_case(member=adam, case=case, version=1, changes={"title": "Adam's"}, now=NOW)
    with pytest.raises(EditConflict) as caught:
        edit_case(member=home.owner, case=case, version=1, changes={"title": "Mine"}, now=NOW)
    assert caught.value.who == "Adam"
    assert [(c.field, c.after) for c in caught.value.changes] == [("title", "Adam's")]
    case.refresh_from_db()
    assert case.title == "Adam's"


def test_editors_of_different_fields_both_have_their_way(home, case):
    adam, _client = home.member("Adam")
    edit_case(member=adam, case=case, version=1, changes={"title": "Adam's"}, now=NOW)
    edit_case(member=home.owner, case=case, version=1, changes={"details": "Mine"}, now=NOW)
    case.refresh_from_db()
    assert (case.title, case.details) == ("Adam's", "Mine")


def test_every_verb_leaves_an_event_of_its_member_and_a_newer_version(home, case):
    write(home, case)
    answer(home, case, at=NOW + HOUR)
    escalate(home, case, at=NOW + 2 * HOUR)
    settle_case(member=home.owner, case=case, outcome="refunded", now=NOW + 3 * HOUR)
    events = list(case.events.order_by("id").values_list("kind", "stage"))
    assert events == [
        ("opened", "drafting"),
        ("attempt_logged", "awaiting_seller"),
        ("reply_logged", "seller_replied"),
        ("escalated", "awaiting_platform"),
        ("settled", "settled"),
    ]
    assert not case.events.exclude(actor=home.owner).exists()
    version = case.version
    case.refresh_from_db()
    assert case.version == version + 4
