"""The doctor finds each thing that must never be, once it is broken on purpose."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from cases.models import Case, CaseEvent, FollowUp
from cases.sweep import sweep
from operations.doctor import examine_links, examine_rows
from reminders.models import Notification
from tests.cases.test_sweep import due_now, waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    """Written to just now; protection ends in 40 days."""
    return waiting_case(home, protection_ends_at=NOW + 40 * DAY)


def broken(now: object = NOW) -> set[str]:
    found = [*examine_rows(now=now), *examine_links()]  # type: ignore[arg-type]
    return {finding.name for finding in found if not finding.ok}


def test_a_check_that_finds_nothing_is_one_statement(
    case: Case, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(len(examine_rows(now=NOW))):
        examine_rows(now=NOW)


def settle_without_its_steps(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(stage="settled", outcome="refunded", settled_at=NOW)


def lose_every_step(case: Case) -> None:
    case.follow_ups.all().delete()


def forget_the_escalation(case: Case) -> None:
    case.follow_ups.filter(kind="escalate").delete()


def fire_without_an_event(case: Case) -> None:
    case.follow_ups.filter(rung="retry").update(
        status=FollowUp.Status.FIRED, fired_at=NOW + 30 * DAY
    )


def fire_too_early(case: Case) -> None:
    case.follow_ups.filter(rung="retry").update(status=FollowUp.Status.FIRED, fired_at=NOW)


def move_the_last_safe_moment_behind_the_end(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(escalate_by=NOW + 400 * DAY)


def act_without_a_reason(case: Case) -> None:
    CaseEvent.objects.filter(case=case).update(actor=None, reason="")


def change_the_stage_without_an_event(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(stage="seller_replied")


def give_a_step_to_another_household(case: Case) -> None:
    other = make_home("other")
    case.follow_ups.update(household=other.household)


@pytest.mark.parametrize(
    ("break_it", "name"),
    [
        (settle_without_its_steps, "a settled case has no pending step"),
        (lose_every_step, "the seller's or the marketplace's turn has a pending step"),
        (
            forget_the_escalation,
            "an open protected case is escalated, flagged, or has its escalation planned in time",
        ),
        (fire_without_an_event, "each fired step has its event"),
        (fire_too_early, "no retry fired before the expected window of its message had passed"),
        (
            move_the_last_safe_moment_behind_the_end,
            "the last safe moment lies before protection ends",
        ),
        (act_without_a_reason, "the system gives its reason"),
        (change_the_stage_without_an_event, "the newest event of a case agrees with its stage"),
    ],
)
def test_doctor_names_what_was_broken(
    case: Case, break_it: Callable[[Case], None], name: str
) -> None:
    assert name not in broken()
    break_it(case)
    assert name in broken()


def test_row_that_crosses_households_is_found(case: Case) -> None:
    before = broken()
    give_a_step_to_another_household(case)
    assert broken() - before


def test_step_that_nobody_fires_is_found_when_it_is_late(case: Case) -> None:
    due_now(case)
    assert "nothing due is left unfired" in broken(NOW + DAY)


def test_mail_that_waits_too_long_is_found(home: Home, case: Case) -> None:
    due_now(case)
    sweep(now=NOW)
    assert Notification.objects.waiting().exists()
    assert "nothing waits in the outbox too long" in broken(NOW + DAY)


def test_command_exits_1_and_names_what_is_broken(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    lose_every_step(case)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert "BROKEN the seller's or the marketplace's turn" in capsys.readouterr().out
