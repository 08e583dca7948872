"""A database that was restored from a backup sends nothing again until somebody says go."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cases.models import Case, CaseEvent, FollowUp
from cases.sweep import sweep
from operations.doctor import examine
from operations.health import readiness
from operations.models import Tally
from operations.restored import LOST_WITH_POWER
from operations.ticking import deliver_now, sweep_now, tell_webhooks_now
from reminders.delivery import deliver
from reminders.models import DeliveryTry, Notification, OutboxHold
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home
from tests.webhooks.test_telling import Program, running_program
from webhooks.telling import add_webhook

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    made = waiting_case(home)
    due_now(made)
    return made


def tick(minutes: int) -> None:
    sweep_now(now=NOW + minutes * MINUTE)
    deliver_now(now=NOW + minutes * MINUTE)
    tell_webhooks_now(now=NOW + minutes * MINUTE)


def backed_up(case: Case) -> Any:
    """The rows as they were before the step fired; called, it puts them back."""
    ticks = Tally.objects.get().ticks

    def restore() -> None:
        DeliveryTry.objects.all().delete()
        Notification.objects.all().delete()
        CaseEvent.objects.filter(kind="follow_up_fired").delete()
        case.follow_ups.filter(status="fired").update(
            status=FollowUp.Status.PENDING, fired_at=None, batch=None
        )
        Case.objects.filter(pk=case.pk).update(stage="awaiting_seller")
        Tally.objects.update(ticks=ticks)

    return restore


def mailed_and_restored(case: Case) -> None:
    """A backup; the reminder goes, and many ticks go by; the backup is put back."""
    case.follow_ups.pending().filter(kind="retry").update(due_at=NOW + MINUTE)
    tick(0)
    restore = backed_up(case)
    for minutes in range(1, LOST_WITH_POWER + 3):
        tick(minutes)
    assert Notification.objects.filter(channel="email", state="sent").count() == 1
    restore()


def test_what_was_sent_after_the_backup_is_not_sent_again(
    mailbox: Mailbox, home: Home, case: Case
) -> None:
    mailed_and_restored(case)
    for minutes in range(20, 40):
        tick(minutes)
    assert len(mailbox.accepted) == 1
    # The page says what would go.
    assert Notification.objects.filter(channel="email", state="waiting").count() == 1


def test_message_of_before_the_restore_that_wakes_a_worker_first_sends_nothing(
    mailbox: Mailbox, home: Home, case: Case
) -> None:
    mailed_and_restored(case)
    sweep(now=NOW + 20 * MINUTE)
    deliver_now(now=NOW + 20 * MINUTE)
    assert len(mailbox.accepted) == 1


def test_delivery_by_hand_is_held_too(mailbox: Mailbox, home: Home, case: Case) -> None:
    mailed_and_restored(case)
    tick(20)
    assert deliver(now=NOW + 21 * MINUTE).sent == 0


@pytest.fixture
def program(settings: Any) -> Iterator[Program]:
    settings.TARGETS_ON_LOOPBACK = True
    with running_program() as running:
        yield running


def test_programs_of_the_household_are_told_nothing_either(
    mailbox: Mailbox, home: Home, case: Case, program: Program
) -> None:
    mailed_and_restored(case)
    tick(20)
    add_webhook(household=home.household, url=program.url, now=NOW)
    waiting_case(home, number="3069099405659914")
    tick(21)
    assert program.told == []


@pytest.fixture
def operator(home: Home) -> Client:
    user = home.owner.user
    user.is_staff = user.is_superuser = True
    user.save()
    return home.client


def test_operator_is_told_how_many_messages_wait(
    mailbox: Mailbox, operator: Client, case: Case
) -> None:
    mailed_and_restored(case)
    tick(20)
    page = operator.get("/admin/").content.decode()
    assert "was it restored from a backup?" in page
    assert "1 message waits." in page
    assert readiness(now=NOW, started_at=NOW).report["outbox"] == "held"
    findings = {finding.name: finding.ok for finding in examine(now=NOW)}
    assert findings["the outbox is not held"] is False


def test_operator_drops_what_waits_and_the_rest_goes_on(
    mailbox: Mailbox, operator: Client, home: Home, case: Case
) -> None:
    mailed_and_restored(case)
    tick(20)
    operator.post("/admin/outbox/", {"what": "discard"})
    later = waiting_case(home, number="3069099405659914")
    later.follow_ups.pending().filter(kind="retry").update(due_at=NOW + 21 * MINUTE)
    tick(21)
    assert len(mailbox.accepted) == 2
    dropped = Notification.objects.get(channel="email", case=case)
    assert (dropped.state, dropped.last_error) == ("dropped", "held, and dropped by Olga")


def test_operator_lets_what_waits_go_and_is_not_asked_again(
    mailbox: Mailbox, operator: Client, case: Case
) -> None:
    mailed_and_restored(case)
    tick(20)
    operator.post("/admin/outbox/", {"what": "send"})
    for minutes in range(21, 40):
        tick(minutes)
    assert len(mailbox.accepted) == 2
    assert not OutboxHold.objects.exists()


def test_another_machine_of_the_instance_does_not_hold_it_again(
    mailbox: Mailbox, operator: Client, case: Case, folder: Path
) -> None:
    mailed_and_restored(case)
    others = (folder / "ticks.json").read_text()
    tick(20)
    operator.post("/admin/outbox/", {"what": "send"})
    (folder / "ticks.json").write_text(others)
    tick(21)
    assert not OutboxHold.objects.exists()


@pytest.mark.parametrize("what", ["", "both"])
def test_press_that_says_neither_changes_nothing(operator: Client, what: str) -> None:
    call_command("outbox", "--hold", "--json")
    operator.post("/admin/outbox/", {"what": what})
    assert OutboxHold.objects.exists()


def test_member_who_is_no_operator_lets_nothing_go(home: Home) -> None:
    call_command("outbox", "--hold", "--json")
    home.client.post("/admin/outbox/", {"what": "send"})
    assert OutboxHold.objects.exists()


def test_ticks_that_were_lost_with_the_power_hold_nothing(home: Home) -> None:
    for minutes in range(20):
        tick(minutes)
    Tally.objects.update(ticks=20 - LOST_WITH_POWER)
    tick(20)
    assert not OutboxHold.objects.exists()


def test_other_database_under_the_same_folder_holds_nothing(home: Home) -> None:
    for minutes in range(20):
        tick(minutes)
    Tally.objects.all().delete()
    tick(20)
    assert not OutboxHold.objects.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"instance": 1}', "\x00"])
def test_broken_note_in_the_folder_stops_no_tick(home: Home, folder: Path, text: str) -> None:
    tick(0)
    (folder / "ticks.json").write_text(text)
    tick(1)
    assert json.loads((folder / "ticks.json").read_text())["ticks"] == 2


def told(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("outbox", *options, "--json", stdout=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def test_command_holds_says_what_waits_and_lets_go(
    mailbox: Mailbox, home: Home, case: Case
) -> None:
    sweep(now=NOW)
    assert told("--hold") == {"held": True, "waiting": 1, "dropped": 0}
    assert deliver(now=NOW).sent == 0
    assert told("--release") == {"held": False, "waiting": 1, "dropped": 0}
    assert deliver(now=NOW).sent == 1


def test_command_drops_what_waits(mailbox: Mailbox, home: Home, case: Case) -> None:
    sweep(now=NOW)
    told("--hold")
    assert told("--discard") == {"held": False, "waiting": 0, "dropped": 1}
    assert deliver(now=NOW).sent == 0
