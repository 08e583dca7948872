"""'What if I wait?': answered on the page, and by itself for the slider."""

from datetime import timedelta

import pytest
import time_machine

from cases import services
from cases.models import Case
from cases.pages import cases_with_lines
from cases.prospects import planned
from cases.sweep import sweep
from cases.what_if import MOST_DAYS, WhatIf, read_days, what_if
from tests.cases.test_sweep import waiting_case
from tests.stock import NOW, Home, make_home

DAY = timedelta(days=1)
HTMX = {"HX-Request": "true"}


def ask(home: Home, case: Case, days: int) -> WhatIf:
    row = cases_with_lines(home.household).get(pk=case.pk)
    known = planned(row, now=NOW)
    assert known is not None
    return what_if(row, known.facts, days=days, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("days", [1, 4, 9, 14, 30])
def test_answer_is_what_the_sweep_does_by_then(days: int) -> None:
    home = make_home()
    case = waiting_case(home, protection_ends_at=NOW + 20 * DAY)
    answer = ask(home, case, days)
    sweep(now=NOW + days * DAY)
    case.refresh_from_db()
    assert answer.stage == case.stage
    fired = case.follow_ups.filter(status="fired")
    assert {step.pk for step in answer.steps} == {step.pk for step in fired}


@pytest.mark.django_db
def test_step_that_a_member_moved_or_added_counts_where_they_put_it() -> None:
    home = make_home()
    case = waiting_case(home)
    who = {"member": home.owner, "now": NOW}
    services.add_follow_up(case=case, due_at=NOW + DAY / 2, note="Call", **who)
    retry = case.follow_ups.get(kind="retry", rung="retry")
    services.move_follow_up(follow_up=retry, due_at=NOW + 3 * DAY, **who)
    assert [step.kind for step in ask(home, case, 1).steps] == ["own"]


@pytest.mark.django_db
def test_slider_gets_the_answer_alone_and_a_reader_the_page() -> None:
    home = make_home()
    case = waiting_case(home)
    path = home.path(f"cases/{case.public_id}/what-if/?wait=3")
    with time_machine.travel(NOW, tick=False):
        answer = home.client.get(path, headers=HTMX).content.decode()
        plain = home.client.get(path)
        page = home.client.get(plain["Location"]).content.decode()
    assert "In 3 days, on" in answer
    assert "<html" not in answer
    assert "In 3 days, on" in page


@pytest.mark.parametrize(
    ("text", "days"),
    [("2", 2), ("999", MOST_DAYS), ("0", None), ("-1", None), ("٣", None), ("1000", None)],
)
def test_days_are_read_from_the_address(text: str, days: int | None) -> None:
    assert read_days(text) == days
