"""One voice to a seller: one message about several cases counts for each of them."""

import pytest

from cases.errors import CaseError
from cases.models import Case
from cases.services import log_joint_attempt
from cases.vocabulary import Stage
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def cases(home: Home) -> list[Case]:
    """Two cases with one seller, neither written about yet."""
    seller = make_seller(home)
    return [
        make_case(
            home,
            seller,
            title=title,
            order=make_order(home, seller=seller, number=f"306909940565991{place}"),
        )
        for place, title in enumerate(("Lamp is broken", "Tea set is broken"))
    ]


def page(home: Home, case: Case, query: str = "") -> str:
    return home.client.get(home.path(f"cases/{case.public_id}/{query}")).content.decode()


def test_page_offers_to_ask_for_both_in_one_message(home: Home, cases: list[Case]) -> None:
    assert "Another case with this seller waits for a message too." in page(home, cases[0])


def test_joint_draft_names_each_order(home: Home, cases: list[Case]) -> None:
    text = page(home, cases[0], "?together=1")
    assert "about 2 matters" in text
    assert all(case.order is not None and case.order.number in text for case in cases)


def test_sent_joint_message_is_noted_in_each_case(home: Home, cases: list[Case]) -> None:
    answer = home.client.post(
        home.path(f"cases/{cases[0].public_id}/attempts/"),
        {"channel": "message_center", "body": "Hello", "also": [str(cases[1].public_id)]},
    )
    assert answer.status_code == 302
    for case in cases:
        case.refresh_from_db()
        assert case.stage == Stage.AWAITING_SELLER
        assert case.attempts.get().body == "Hello"


def test_message_alone_is_noted_in_its_own_case_only(home: Home, cases: list[Case]) -> None:
    home.client.post(
        home.path(f"cases/{cases[0].public_id}/attempts/"),
        {"channel": "message_center", "body": "Hello"},
    )
    assert not cases[1].attempts.exists()


def test_case_of_another_household_cannot_be_named_along(home: Home, cases: list[Case]) -> None:
    stranger = make_home("stranger")
    theirs = make_case(stranger, make_seller(stranger))
    home.client.post(
        home.path(f"cases/{cases[0].public_id}/attempts/"),
        {"channel": "message_center", "body": "Hello", "also": [str(theirs.public_id)]},
    )
    assert not theirs.attempts.exists()


def test_cases_of_two_sellers_do_not_go_into_one_message(home: Home, cases: list[Case]) -> None:
    other = make_case(home, make_seller(home, name="Another"))
    with pytest.raises(CaseError, match="One message goes to one seller"):
        log_joint_attempt(
            member=home.owner,
            cases=[cases[0], other],
            channel="message_center",
            sent_at=NOW,
            body="Hello",
            now=NOW,
        )
    assert not cases[0].attempts.exists()
