"""All open cases of one member go to another in one act."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.services import assign_case, hand_over_cases, log_attempt, settle_case
from households.errors import HouseholdError
from households.models import Membership
from households.services import leave_household
from tests.invariants import assert_invariants
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def mara(home: Home) -> Membership:
    return home.member("Mara")[0]


@pytest.fixture
def cases(home: Home, mara: Membership) -> list[Case]:
    """Three cases with Mara, of which the last is settled."""
    made = []
    for place in range(3):
        seller = make_seller(home, name=f"Store {place}")
        order = make_order(
            home,
            seller=seller,
            number=f"306909940565991{place}",
            protection_ends_at=NOW + timedelta(days=40),
        )
        case = make_case(home, seller, order=order, title=f"Case {place}")
        log_attempt(
            member=home.owner,
            case=case,
            channel="message_center",
            sent_at=NOW,
            body="Hello",
            now=NOW,
        )
        assign_case(member=home.owner, case=case, assignee=mara, now=NOW)
        made.append(case)
    settle_case(member=home.owner, case=made[2], outcome="answered", now=NOW)
    return made


def refreshed(case: Case) -> Case:
    return Case.objects.select_related("assignee").get(pk=case.pk)


def test_open_cases_change_hands_with_an_event_each(
    home: Home, mara: Membership, cases: list[Case]
) -> None:
    count = hand_over_cases(member=home.owner, of=mara, to=home.owner, now=NOW)
    assert count == 2
    assert [refreshed(case).assignee for case in cases] == [home.owner, home.owner, mara]
    for case in cases[:2]:
        event = case.events.order_by("id").filter(kind=CaseEvent.Kind.ASSIGNED).last()
        assert event is not None
        assert (event.actor, event.details["to"]) == (home.owner, "Olga")
    assert_invariants(NOW)


def test_steps_follow_the_clock_of_who_takes_over(
    home: Home, mara: Membership, cases: list[Case]
) -> None:
    home.owner.user.time_zone = "Asia/Tokyo"
    home.owner.user.save()
    hand_over_cases(member=mara, of=mara, to=home.owner, now=NOW)
    due = cases[0].follow_ups.get(rung="escalate:last", status="pending").due_at
    assert 8 <= due.astimezone(ZoneInfo("Asia/Tokyo")).hour <= 21


def test_second_press_hands_nothing_over(home: Home, mara: Membership, cases: list[Case]) -> None:
    hand_over_cases(member=home.owner, of=mara, to=home.owner, now=NOW)
    before = CaseEvent.objects.count()
    assert hand_over_cases(member=home.owner, of=mara, to=home.owner, now=NOW) == 0
    assert CaseEvent.objects.count() == before


def test_viewer_neither_hands_over_nor_takes_over(
    home: Home, mara: Membership, cases: list[Case]
) -> None:
    vera, _client = home.member("Vera", "viewer")
    with pytest.raises(PermissionDenied):
        hand_over_cases(member=vera, of=mara, to=home.owner, now=NOW)
    with pytest.raises(CaseError, match="owner or adult"):
        hand_over_cases(member=home.owner, of=mara, to=vera, now=NOW)
    assert refreshed(cases[0]).assignee == mara


def test_nobody_of_another_household_takes_over(
    home: Home, mara: Membership, cases: list[Case]
) -> None:
    stranger = make_home("stranger")
    with pytest.raises(CaseError):
        hand_over_cases(member=home.owner, of=mara, to=stranger.owner, now=NOW)
    with pytest.raises(PermissionDenied):
        hand_over_cases(member=stranger.owner, of=mara, to=stranger.owner, now=NOW)


def test_page_lists_the_cases_and_hands_them_over(
    home: Home, mara: Membership, cases: list[Case]
) -> None:
    path = home.path(f"household/members/{mara.public_id}/cases/")
    assert "2 open cases are with them." in home.client.get(path).content.decode()
    home.client.post(path, {"to": str(home.owner.public_id)})
    assert refreshed(cases[1]).assignee == home.owner
    assert "No open case is with them." in home.client.get(path).content.decode()


def test_page_refuses_a_stranger_and_says_so(
    home: Home, mara: Membership, cases: list[Case]
) -> None:
    stranger = make_home("stranger")
    path = home.path(f"household/members/{mara.public_id}/cases/")
    answer = home.client.post(path, {"to": str(stranger.owner.public_id)})
    assert answer.status_code == 422
    assert refreshed(cases[0]).assignee == mara


def test_who_leaves_names_who_takes_over(home: Home, mara: Membership, cases: list[Case]) -> None:
    leave_household(member=mara, heir=home.owner, now=NOW)
    assert [refreshed(case).assignee for case in cases] == [home.owner, home.owner, None]
    event = cases[0].events.order_by("id").last()
    assert event is not None
    assert event.reason == "Mara left the household."
    assert_invariants(NOW)


def test_heir_must_be_somebody_who_stays_and_may_act(home: Home, mara: Membership) -> None:
    vera, _client = home.member("Vera", "viewer")
    for heir in (mara, vera, make_home("stranger").owner):
        with pytest.raises(HouseholdError, match="owner or adult"):
            leave_household(member=mara, heir=heir, now=NOW)
    mara.refresh_from_db()
    assert mara.left_at is None


def test_removed_members_cases_go_to_whom_the_owner_named(
    home: Home, mara: Membership, cases: list[Case]
) -> None:
    home.client.post(
        home.path(f"household/members/{mara.public_id}/remove/"),
        {"heir": str(home.owner.public_id)},
    )
    mara.refresh_from_db()
    assert mara.left_at is not None
    assert refreshed(cases[0]).assignee == home.owner
