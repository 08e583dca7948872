"""A clock that is wrong tells nobody anything and burns no step; an outage is caught up by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from cases.models import Case, CaseEvent
from cases.sweep import sweep
from operations import clock
from operations.clock import BELIEVED_AFTER, Reading, is_doubtful
from operations.doctor import examine
from operations.health import readiness
from operations.models import ClockMark
from operations.ticking import deliver_now, sweep_now, tell_webhooks_now
from reminders.models import Notification
from tests.cases.test_sweep import waiting_case
from tests.invariants import assert_invariants
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Long enough for two steps of the case; shorter than any outage that is asked about.
LEAP = 34 * DAY


servers_own_time = clock._server_time


@pytest.fixture(autouse=True)
def _days_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which are not those of the database server."""
    monkeypatch.setattr(clock, "_server_time", lambda: None)


@pytest.fixture
def _days_of_the_server(_days_of_the_tests: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_server_time", servers_own_time)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    """Written to just now, and the instance has ticked."""
    made = waiting_case(home, protection_ends_at=NOW + 40 * DAY)
    tick(NOW)
    return made


def tick(now: datetime) -> None:
    """What beat does each minute."""
    sweep_now(now=now)
    deliver_now(now=now)
    tell_webhooks_now(now=now)


def machine_was_up_for(length: timedelta) -> None:
    """As if that much time had passed since the last tick: nobody can wait for it."""
    mark = ClockMark.objects.get()
    for name in ("uptime", "doubted_uptime"):
        before = getattr(mark, name)
        setattr(mark, name, before - length if before is not None else None)
    mark.save()


def machine_was_started_anew() -> None:
    ClockMark.objects.update(boot="another start")


def fired() -> int:
    return CaseEvent.objects.filter(kind="follow_up_fired").count()


# Ahead


@pytest.mark.parametrize("leap", [7 * HOUR, 3 * DAY, LEAP, 400 * DAY, 12000 * DAY])
def test_clock_that_leaps_ahead_fires_nothing_and_tells_nobody(
    mailbox: Mailbox, home: Home, case: Case, leap: timedelta
) -> None:
    case.follow_ups.pending().filter(kind="retry").update(due_at=NOW + 6.5 * HOUR)
    Notification.objects.all().delete()
    tick(NOW + leap)
    tick(NOW + leap + timedelta(minutes=1))
    assert (fired(), Notification.objects.count(), mailbox.accepted) == (0, 0, [])


def test_mail_that_waits_is_not_sent_by_a_clock_that_has_leapt(
    mailbox: Mailbox, home: Home, case: Case
) -> None:
    sweep(now=NOW + LEAP)
    assert not deliver_now(now=NOW + LEAP)
    assert mailbox.accepted == []


def test_clock_that_comes_right_goes_on_by_itself(mailbox: Mailbox, home: Home, case: Case) -> None:
    tick(NOW + LEAP)
    machine_was_up_for(DAY)
    tick(NOW + DAY)
    assert (fired(), len(mailbox.accepted)) == (1, 1)
    assert not ClockMark.objects.filter(doubted_at__isnull=False).exists()
    assert_invariants(NOW + DAY, is_swept=True)


def test_small_step_ahead_is_no_leap(home: Home, case: Case) -> None:
    case.follow_ups.pending().filter(kind="retry").update(due_at=NOW + HOUR)
    tick(NOW + HOUR)
    assert fired() == 1


@pytest.mark.usefixtures("_days_of_the_server")
@pytest.mark.parametrize("outage", ["the machine was on", "the machine was off"])
def test_outage_of_weeks_is_caught_up_by_itself_with_the_newest_step_told(
    mailbox: Mailbox, home: Home, case: Case, outage: str
) -> None:
    # It ends now, by the clock of the database server too.
    ended = datetime.now(UTC)
    ClockMark.objects.update(at=ended - LEAP)
    machine_was_up_for(LEAP) if outage == "the machine was on" else machine_was_started_anew()
    for rung, due_at in {
        "retry": ended - 30 * DAY,
        "protection_warning:7d": ended - DAY,
        "escalate:last": ended + 3 * DAY,
        "protection_warning:1d": ended + 5 * DAY,
    }.items():
        case.follow_ups.pending().filter(rung=rung).update(due_at=due_at)
    tick(ended)
    assert fired() == 2
    told = Notification.objects.filter(channel="email").values_list("kind", "state")
    assert set(told) == {("retry", "dropped"), ("protection_warning", "sent")}
    assert len(mailbox.accepted) == 1


def test_machine_that_was_off_for_longer_than_any_outage_is_asked_about(
    home: Home, case: Case
) -> None:
    machine_was_started_anew()
    tick(NOW + 61 * DAY)
    assert fired() == 0


def test_restart_does_not_make_a_doubted_clock_right(home: Home, case: Case) -> None:
    tick(NOW + 10 * DAY)
    machine_was_started_anew()
    tick(NOW + 10 * DAY + HOUR)
    assert fired() == 0


def test_restart_with_the_clock_set_right_goes_on(home: Home, case: Case) -> None:
    case.follow_ups.pending().filter(kind="retry").update(due_at=NOW + 2 * HOUR)
    tick(NOW + 10 * DAY)
    machine_was_started_anew()
    tick(NOW + 2 * HOUR)
    assert fired() == 1


def test_clock_that_nobody_sets_right_for_a_day_is_believed(home: Home, case: Case) -> None:
    tick(NOW + 10 * DAY)
    machine_was_up_for(BELIEVED_AFTER - HOUR)
    tick(NOW + 11 * DAY)
    assert fired() == 0
    machine_was_up_for(HOUR)
    tick(NOW + 11 * DAY)
    assert fired() == 1


# Back


@pytest.mark.parametrize("back", [HOUR, 10 * DAY, 20000 * DAY])
def test_clock_set_back_fires_nothing_twice_and_loses_nothing(
    mailbox: Mailbox, home: Home, case: Case, back: timedelta
) -> None:
    case.follow_ups.pending().filter(kind="retry").update(due_at=NOW)
    tick(NOW)
    assert (fired(), len(mailbox.accepted)) == (1, 1)
    tick(NOW - back)
    tick(NOW - back + timedelta(minutes=1))
    tick(NOW + timedelta(minutes=2))
    assert (fired(), len(mailbox.accepted)) == (1, 1)
    case.follow_ups.pending().update(due_at=NOW + timedelta(minutes=3))
    tick(NOW + timedelta(minutes=3))
    assert fired() > 1
    assert len(mailbox.accepted) == 2


def test_mail_that_waits_goes_also_while_the_clock_stands_before_it(
    mailbox: Mailbox, home: Home, case: Case
) -> None:
    case.follow_ups.pending().filter(kind="retry").update(due_at=NOW)
    sweep_now(now=NOW)
    tick(NOW - 20000 * DAY)
    assert len(mailbox.accepted) == 1


# What says that the clock is right


def mark(boot: str, at: datetime, uptime: timedelta) -> ClockMark:
    return ClockMark(boot=boot, machine="m", at=at, uptime=uptime)


def read(at: datetime, **changed: Any) -> Reading:
    facts = {"boot": "a", "uptime": DAY, "machine": "m", "is_disciplined": False, **changed}
    return Reading(at=at, **facts)


def test_first_tick_of_an_instance_is_believed() -> None:
    assert not is_doubtful(read(NOW), [])


def test_leap_is_believed_where_a_time_server_keeps_the_clock() -> None:
    """A machine without a clock of its own starts in the past, until the time server sets it."""
    marks = [mark("a", NOW, DAY)]
    assert is_doubtful(read(NOW + 7 * DAY), marks)
    assert not is_doubtful(read(NOW + 7 * DAY, is_disciplined=True), marks)


def test_outage_is_doubted_where_the_database_server_knows_better() -> None:
    marks = [mark("earlier", NOW, DAY)]
    assert not is_doubtful(read(NOW + 7 * DAY, server_at=NOW + 7 * DAY), marks)
    assert is_doubtful(read(NOW + 7 * DAY, server_at=NOW + HOUR), marks)


def test_machine_that_joins_a_running_instance_is_believed() -> None:
    assert not is_doubtful(read(NOW + HOUR, boot="b"), [mark("a", NOW, 90 * DAY)])


def test_system_that_tells_no_start_of_its_machine_is_believed_after_an_outage() -> None:
    assert not is_doubtful(read(NOW + 7 * DAY, boot=""), [mark("", NOW, DAY)])


# The operator


@pytest.fixture
def operator(home: Home) -> Client:
    user = home.owner.user
    user.is_staff = user.is_superuser = True
    user.save()
    return home.client


def test_operator_is_told_everywhere_that_the_clock_is_doubted(
    operator: Client, case: Case
) -> None:
    assert "seems to have leapt" not in operator.get("/admin/").content.decode()
    tick(NOW + 10 * DAY)
    assert "The clock seems to have leapt ahead" in operator.get("/admin/").content.decode()
    state = readiness(now=NOW, started_at=NOW)
    assert (state.is_ready, state.report["clock"]) == (False, "doubted")
    findings = {finding.name: finding.ok for finding in examine(now=NOW)}
    assert findings["the clock has not leapt ahead"] is False


def test_operator_is_told_that_the_clock_was_set_back(operator: Client, case: Case) -> None:
    ClockMark.objects.update(at=NOW + 36500 * DAY)
    assert "The clock stands before the last tick" in operator.get("/admin/").content.decode()


def test_operator_who_says_that_the_clock_is_right_lets_it_go_on(
    home: Home, operator: Client, case: Case, time_machine: Any
) -> None:
    leapt = NOW + 10 * DAY
    tick(leapt)
    time_machine.move_to(leapt)
    # The session is of the time before the leap.
    operator.force_login(home.owner.user)
    answer = operator.post("/admin/clock/", follow=True)
    assert "The clock is believed" in answer.content.decode()
    tick(leapt)
    assert fired() == 1


def test_member_who_is_no_operator_cannot_say_so(home: Home, case: Case) -> None:
    tick(NOW + 10 * DAY)
    assert home.client.post("/admin/clock/").status_code == 302
    assert ClockMark.objects.filter(doubted_at__isnull=False).exists()


def test_looking_at_the_address_changes_nothing(operator: Client, case: Case) -> None:
    tick(NOW + 10 * DAY)
    assert operator.get("/admin/clock/").status_code == 405


def test_command_says_so_too(home: Home, case: Case, time_machine: Any) -> None:
    tick(NOW + 10 * DAY)
    time_machine.move_to(NOW + 10 * DAY)
    call_command("believe_clock", "--json")
    tick(NOW + 10 * DAY)
    assert fired() == 1


@pytest.mark.parametrize(("days", "steps"), [(-20000, 0), (400, 4), (36500, 4)])
def test_sweep_by_hand_takes_any_time_and_leaves_the_ticks_alone(
    home: Home, case: Case, days: int, steps: int
) -> None:
    assert sweep(now=NOW + days * DAY).fired == steps
    later = waiting_case(home, number="3069099405659914")
    later.follow_ups.pending().filter(kind="retry").update(due_at=NOW + HOUR)
    tick(NOW + HOUR)
    assert fired() == steps + 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's clock is the machine's own")
@pytest.mark.usefixtures("_days_of_the_server")
def test_database_servers_clock_is_asked(home: Home, case: Case) -> None:
    # Its clock is that of the day on which this test runs.
    ClockMark.objects.update(boot="another start", at=datetime.now(UTC))
    tick(datetime.now(UTC) + 7 * DAY)
    assert fired() == 0
