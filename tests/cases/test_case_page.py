"""The page of a case: what it shows at once, and what it folds away."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from cases.labels import step_label
from cases.models import FollowUp
from cases.pages import cases_with_lines
from cases.services import add_note, open_case
from cases.timeline import ENTRIES_SHOWN, Folded, plan_of, timeline
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("goal", "outcome"),
    [("refund", "refunded"), ("answer", "answered"), ("replacement", "replaced")],
)
def test_end_that_was_wished_is_offered_first_when_a_case_is_settled(
    goal: str, outcome: str
) -> None:
    home = make_home()
    case = make_case(home, make_seller(home), goal=goal)
    page = home.client.get(home.path(f"cases/{case.public_id}/"))
    field = page.context["settle_form"]["outcome"]
    offered = BeautifulSoup(str(field), "html.parser")
    chosen = offered.select_one("[selected]") or offered.select_one("option")
    assert chosen is not None
    assert chosen["value"] == outcome


@pytest.fixture
def home() -> Home:
    return make_home()


def opened(home: Home, **order: object):
    seller = make_seller(home)
    return open_case(
        member=home.owner,
        seller=seller,
        order=make_order(home, seller=seller, **order),
        title="Two cups broken",
        issue="damaged",
        goal="refund",
        details="",
        value=None,
        now=NOW,
    )


def test_a_case_without_a_message_plans_to_write_one_not_to_settle_it(home: Home) -> None:
    case = opened(home)
    (first, *_) = case.follow_ups.filter(status=FollowUp.Status.PENDING)
    assert first.label == "write the first message"


@pytest.mark.parametrize(
    ("kind", "rung", "label"),
    [
        ("settle_check", "settle_check:promise:2026-12-01", "see whether the promise was kept"),
        ("settle_check", "settle_check", "check that it is settled"),
        ("protection_warning", "protection_warning:3d", "protection warning"),
    ],
)
def test_a_step_is_named_after_what_it_is_about(kind: str, rung: str, label: str) -> None:
    assert step_label(kind, rung) == label


def test_the_end_of_protection_stands_at_its_place_in_the_plan(home: Home) -> None:
    ends_at = NOW + timedelta(days=20)
    case = opened(home, protection_ends_at=ends_at)
    row = cases_with_lines(home.household).get(pk=case.pk)
    plan = plan_of(row)
    lines = [*plan.shown, *plan.folded]
    moments = [line.step.due_at if line.step else line.ends_at for line in lines]
    assert ends_at in moments
    assert moments == sorted(moments)


def test_old_entries_are_folded_away_and_none_is_lost(home: Home) -> None:
    case = opened(home)
    for number in range(10):
        add_note(member=home.owner, case=case, text=f"note {number}", now=NOW)
    entries = timeline(case)
    assert len(entries.shown) == ENTRIES_SHOWN
    assert len(entries.shown) + len(entries.folded) == case.events.count()
    page = home.client.get(home.path(f"cases/{case.public_id}/")).content.decode()
    assert all(f"note {number}" in page for number in range(10))


def test_a_single_line_more_is_not_folded_away() -> None:
    assert Folded.after([1, 2, 3, 4], 3) == Folded([1, 2, 3, 4], [])
    assert Folded.after([1, 2, 3, 4, 5], 3) == Folded([1, 2, 3], [4, 5])
