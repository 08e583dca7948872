"""A seller's promises, red flags and automatic replies, once they are logged."""

from datetime import timedelta

import pytest

from cases.errors import CaseError
from cases.models import Case, Reply
from cases.services import count_reply_as_answer, log_attempt, log_reply
from cases.vocabulary import FollowUpKind, Stage
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SENT = NOW - 2 * DAY


@pytest.fixture
def home() -> Home:
    return make_home()


def written_case(home: Home, *, protected_days: float = 40) -> Case:
    seller = make_seller(home)
    order = make_order(
        home,
        number=f"30690994056{Case.objects.count():05}",
        seller=seller,
        protection_ends_at=NOW + timedelta(days=protected_days),
    )
    case = make_case(home, seller, order=order)
    log_attempt(
        member=home.owner,
        case=case,
        channel="message_center",
        sent_at=SENT,
        body="Where is it?",
        now=NOW,
    )
    return case


def answer(home: Home, case: Case, body: str, **more: bool) -> Reply:
    return log_reply(
        member=home.owner,
        case=case,
        received_at=NOW,
        body=body,
        channel="message_center",
        now=NOW,
        **more,
    )


def checks(case: Case) -> list[tuple[str, str]]:
    steps = case.follow_ups.filter(status="pending", kind=FollowUpKind.SETTLE_CHECK)
    return [(f"{step.due_at:%Y-%m-%d}", step.reason) for step in steps]


def test_promise_is_looked_at_on_its_date_and_in_its_words(home: Home) -> None:
    case = written_case(home)
    answer(home, case, "Dear friend, please wait 15 days, it is on the way.")
    ((due, reason),) = checks(case)
    assert due == f"{NOW + 15 * DAY:%Y-%m-%d}" or due == f"{NOW + 16 * DAY:%Y-%m-%d}"
    assert "wait 15 days" in reason


def test_promise_beyond_the_last_safe_day_says_so_at_once_with_both_dates(home: Home) -> None:
    case = written_case(home, protected_days=12)
    answer(home, case, "Please wait 2 more weeks, friend.")
    case.refresh_from_db()
    ((due, reason),) = checks(case)
    assert due <= f"{NOW + DAY:%Y-%m-%d}"
    assert "after the last safe day" in reason
    assert case.escalate_by is not None
    assert f"{case.escalate_by.day} {case.escalate_by:%b}" in reason


def test_later_answer_without_a_promise_ends_the_promise(home: Home) -> None:
    case = written_case(home)
    answer(home, case, "Please wait 15 days.")
    log_reply(
        member=home.owner,
        case=case,
        received_at=NOW + DAY,
        body="We have sent the refund.",
        channel="message_center",
        now=NOW + DAY,
    )
    ((_due, reason),) = checks(case)
    assert "15 days" not in reason


def test_automatic_reply_is_recognised_and_ends_no_waiting(home: Home) -> None:
    case = written_case(home)
    text = "Dear customer, thank you for your message. We will reply to you within 24 hours."
    reply = answer(home, case, text)
    case.refresh_from_db()
    assert reply.is_automatic
    assert case.stage == Stage.AWAITING_SELLER
    assert case.attempts.get().replied_at is None


def test_member_who_says_that_a_person_wrote_it_is_believed(home: Home) -> None:
    case = written_case(home)
    text = "Dear customer, thank you for your message. We will reply to you within 24 hours."
    answer(home, case, text, is_automatic=False)
    case.refresh_from_db()
    assert case.stage == Stage.SELLER_REPLIED


def test_reply_taken_for_automatic_can_be_made_an_answer(home: Home) -> None:
    case = written_case(home)
    text = "Dear customer, thank you for your message. We will reply to you within 24 hours."
    reply = answer(home, case, text)
    count_reply_as_answer(member=home.owner, case=case, reply=reply, now=NOW)
    case.refresh_from_db()
    assert case.stage == Stage.SELLER_REPLIED
    assert case.attempts.get().replied_at == NOW


def test_red_flags_are_kept_with_the_words_that_raised_them(home: Home) -> None:
    case = written_case(home)
    reply = answer(home, case, "Please close the dispute first, then we refund you by PayPal.")
    assert {flag["code"] for flag in reply.red_flags} == {"close_dispute", "outside"}
    assert all(flag["quote"] for flag in reply.red_flags)


def test_reply_of_another_case_is_not_found(home: Home) -> None:
    case, other = written_case(home), written_case(home)
    reply = answer(home, other, "Yes.", is_automatic=True)
    with pytest.raises((Reply.DoesNotExist, CaseError)):
        count_reply_as_answer(member=home.owner, case=case, reply=reply, now=NOW)
