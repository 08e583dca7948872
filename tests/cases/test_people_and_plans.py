"""What happens to cases when somebody leaves the household or moves to another clock."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.models import Case, CaseEvent
from cases.services import assign_case, log_attempt
from households.services import leave_household
from tests.invariants import assert_invariants
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    seller = make_seller(home)
    order = make_order(home, seller=seller, protection_ends_at=NOW + timedelta(days=40))
    case = make_case(home, seller, order=order)
    log_attempt(
        member=home.owner,
        case=case,
        channel="message_center",
        sent_at=NOW,
        body="Hello",
        now=NOW,
    )
    return case


def test_case_of_a_member_who_left_is_everybodys_again_with_an_event(
    home: Home, case: Case
) -> None:
    mara, _client = home.member("Mara")
    assign_case(member=home.owner, case=case, assignee=mara, now=NOW)
    leave_household(member=mara, now=NOW)
    case.refresh_from_db()
    assert case.assignee is None
    event = case.events.filter(kind=CaseEvent.Kind.ASSIGNED).order_by("id").last()
    assert event is not None
    assert "left the household" in event.reason
    assert_invariants(NOW)


def test_steps_follow_the_clock_of_who_is_in_charge_to_another_zone(home: Home, case: Case) -> None:
    answer = home.client.post(
        "/you/", {"name": "Olga", "time_zone": "Asia/Tokyo", "language": "en"}
    )
    assert answer.status_code == 302
    due = case.follow_ups.get(rung="escalate:last", status="pending").due_at
    assert 8 <= due.astimezone(ZoneInfo("Asia/Tokyo")).hour <= 21
    assert case.events.filter(kind=CaseEvent.Kind.REPLANNED).exists()
