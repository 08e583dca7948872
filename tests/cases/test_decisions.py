"""What the marketplace decided, and what is left to do after it."""

from datetime import timedelta

import pytest

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.services import escalate_case, log_attempt, log_decision
from cases.sweep import sweep
from cases.vocabulary import Ruling, Stage
from tests.invariants import assert_invariants
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    """In dispute since four days ago."""
    seller = make_seller(home)
    order = make_order(home, seller=seller, protection_ends_at=NOW + 20 * DAY)
    case = make_case(home, seller, order=order)
    log_attempt(
        member=home.owner,
        case=case,
        channel="message_center",
        sent_at=NOW - 8 * DAY,
        body="It is broken.",
        now=NOW - 8 * DAY,
    )
    escalate_case(
        member=home.owner, case=case, kind="dispute", opened_at=NOW - 4 * DAY, now=NOW - 4 * DAY
    )
    return case


def decide(home: Home, case: Case, ruling: str) -> Case:
    log_decision(member=home.owner, case=case, ruling=ruling, decided_at=NOW, now=NOW)
    case.refresh_from_db()
    return case


def planned(case: Case) -> dict[str, str]:
    return {f.rung: f"{f.due_at:%Y-%m-%d}" for f in case.follow_ups.filter(status="pending")}


def test_decision_against_us_is_ours_and_the_appeal_is_told_before_it_closes(
    home: Home, case: Case
) -> None:
    decide(home, case, Ruling.AGAINST)
    assert case.stage == Stage.ESCALATION_DUE
    assert planned(case)["window:appeal:closes"] <= f"{NOW + 5 * DAY:%Y-%m-%d}"
    assert_invariants(NOW)


def test_decision_for_us_waits_for_the_money_and_comes_back_when_it_is_late(
    home: Home, case: Case
) -> None:
    decide(home, case, Ruling.FOR_US)
    assert case.stage == Stage.AWAITING_PLATFORM
    assert set(planned(case)) == {"platform_check:money", "platform_check:money overdue"}
    assert_invariants(NOW)
    sweep(now=NOW + 40 * DAY)
    case.refresh_from_db()
    assert case.stage == Stage.ESCALATION_DUE


def test_return_parcel_is_told_before_the_money_goes_to_the_seller(home: Home, case: Case) -> None:
    decide(home, case, Ruling.RETURN_FIRST)
    assert planned(case)["window:return_parcel:closes"] <= f"{NOW + 8 * DAY:%Y-%m-%d}"
    assert "window:appeal:closes" not in planned(case)


def test_appeal_that_was_made_is_waited_for_and_not_offered_again(home: Home, case: Case) -> None:
    decide(home, case, Ruling.AGAINST)
    escalate_case(member=home.owner, case=case, kind="appeal", opened_at=NOW + DAY, now=NOW + DAY)
    log_decision(
        member=home.owner,
        case=case,
        ruling=Ruling.AGAINST,
        decided_at=NOW + 9 * DAY,
        now=NOW + 9 * DAY,
    )
    assert "window:appeal:closes" not in planned(case)


def test_decision_is_an_event_with_its_words(home: Home, case: Case) -> None:
    log_decision(
        member=home.owner,
        case=case,
        ruling=Ruling.PARTLY,
        decided_at=NOW,
        text="Refund of 40 %",
        now=NOW,
    )
    event = case.events.get(kind=CaseEvent.Kind.DECIDED)
    assert (event.details["ruling"], event.details["body"]) == ("partly", "Refund of 40 %")


def test_same_decision_twice_is_one_event(home: Home, case: Case) -> None:
    for _ in range(2):
        log_decision(member=home.owner, case=case, ruling=Ruling.AGAINST, decided_at=NOW, now=NOW)
    assert case.events.filter(kind=CaseEvent.Kind.DECIDED).count() == 1


def test_decision_before_anything_was_opened_is_refused(home: Home, case: Case) -> None:
    with pytest.raises(CaseError, match="before it was opened"):
        log_decision(
            member=home.owner,
            case=case,
            ruling=Ruling.AGAINST,
            decided_at=NOW - 9 * DAY,
            now=NOW,
        )


def test_page_says_what_was_decided_and_asks_for_the_decision_until_then(
    home: Home, case: Case
) -> None:
    address = home.path(f"cases/{case.public_id}/")
    assert "What was decided?" in home.client.get(address).content.decode()
    home.client.post(home.path(f"cases/{case.public_id}/decision/"), {"ruling": "against"})
    page = home.client.get(address).content.decode()
    assert "AliExpress has decided." in page
    assert "against you" in page
