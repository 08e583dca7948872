"""The calendar feed: what it holds, who may read it, and that real calendar programs read it."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar, Event

from cases import services
from cases.models import Case
from cases.sweep import sweep
from tests.cases.test_sweep import due_now, waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def home() -> Home:
    home = make_home()
    home.owner.user.time_zone = "Europe/Madrid"
    home.owner.user.save()
    return home


@pytest.fixture
def case(home: Home) -> Case:
    return waiting_case(home, protection_ends_at=NOW + 30 * DAY)


def make_link(home: Home, client: Client | None = None) -> str:
    page = (client or home.client).post(home.path("household/calendar/"))
    link = page.context["link"]
    assert link in page.content.decode()
    return str(link).removeprefix("https://parley.test")


def read(link: str) -> dict[str, Event]:
    answer = Client().get(link)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["uid"]).partition(".")[2].rpartition("@")[0]: event for event in events}


def test_planned_steps_are_in_the_calendar_at_their_moment(home: Home, case: Case) -> None:
    events = read(make_link(home))
    for step in case.follow_ups.pending():
        event = events[f"{step.cycle}.{step.rung}"]
        assert event.start == step.due_at
        assert event.start.utcoffset() == timedelta(0)
        assert event["url"] == f"https://parley.test{home.path(f'cases/{case.public_id}/')}"


def test_last_safe_day_is_a_whole_day_on_the_member_s_clock(home: Home, case: Case) -> None:
    late = datetime(2026, 12, 5, 23, 30, tzinfo=UTC)
    Case.objects.filter(pk=case.pk).update(escalate_by=late)
    event = read(make_link(home))["last-safe-day"]
    assert event.start == date(2026, 12, 6)
    assert str(event["summary"]) == "Last safe day: Lamp has not come"


def test_every_entry_that_holds_has_an_alarm(home: Home, case: Case) -> None:
    for event in read(make_link(home)).values():
        alarms = [alarm["action"] for alarm in event.walk("VALARM")]
        assert alarms == (["DISPLAY"] if event["status"] == "CONFIRMED" else [])


def test_moved_step_is_the_same_entry_with_a_higher_sequence(home: Home, case: Case) -> None:
    link = make_link(home)
    before = read(link)["1.retry"]
    step = case.follow_ups.pending().get(rung="retry")
    services.move_follow_up(
        member=home.owner, follow_up=step, due_at=step.due_at + timedelta(hours=3), now=NOW
    )
    after = read(link)["1.retry"]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.start == before.start + timedelta(hours=3)


def test_steps_of_a_settled_case_are_cancelled_not_forgotten(home: Home, case: Case) -> None:
    link = make_link(home)
    services.settle_case(member=home.owner, case=case, outcome="withdrawn", now=NOW)
    event = read(link)["1.retry"]
    assert event["status"] == "CANCELLED"
    assert event.walk("VALARM") == []


@pytest.mark.parametrize("end", ["settled", "escalated"])
def test_last_safe_day_of_what_is_over_is_cancelled_not_forgotten(
    home: Home, case: Case, end: str
) -> None:
    link = make_link(home)
    Case.objects.filter(pk=case.pk).update(escalate_by=NOW + 20 * DAY)
    before = read(link)["last-safe-day"]
    stage = {"settled": "settled", "escalated": "awaiting_platform"}[end]
    Case.objects.filter(pk=case.pk).update(
        stage=stage,
        version=99,
        outcome="withdrawn" if end == "settled" else "",
        settled_at=NOW if end == "settled" else None,
    )
    after = read(link)["last-safe-day"]
    assert (after["uid"], after["status"]) == (before["uid"], "CANCELLED")
    assert after["sequence"] > before["sequence"]
    assert after.walk("VALARM") == []


def test_of_too_many_entries_the_oldest_steps_are_left_out(
    home: Home, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    Case.objects.filter(pk=case.pk).update(escalate_by=NOW + 20 * DAY)
    monkeypatch.setattr("reminders.calendar_feed.MOST_EVENTS", 2)
    newest = case.follow_ups.order_by("due_at", "pk").last()
    assert newest is not None
    assert set(read(make_link(home))) == {f"{newest.cycle}.{newest.rung}", "last-safe-day"}


def test_days_and_moments_hold_through_both_changes_of_the_clocks(home: Home, case: Case) -> None:
    home.owner.user.time_zone = "Australia/Lord_Howe"
    home.owner.user.save()
    link = make_link(home)
    step = case.follow_ups.pending().get(rung="retry")
    # Before, in and after the half hour that is skipped, and the one that is repeated.
    for moment in ("2026-10-03T15:29", "2026-10-03T15:30", "2027-04-03T14:45", "2027-04-03T15:15"):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        type(step).objects.filter(pk=step.pk).update(due_at=at)
        Case.objects.filter(pk=case.pk).update(escalate_by=at)
        events = read(link)
        if at > NOW - 30 * DAY:
            assert events["1.retry"].start == at
        assert events["last-safe-day"].start == date(at.year, at.month, 4)


def test_overdue_step_keeps_its_time(home: Home, case: Case) -> None:
    link = make_link(home)
    step = due_now(case)
    sweep(now=NOW + 2 * DAY)
    event = read(link)["1.retry"]
    assert (event.start, event["status"]) == (step.due_at, "CONFIRMED")


def test_the_same_facts_are_the_same_text(home: Home, case: Case) -> None:
    link = make_link(home)
    assert Client().get(link).content == Client().get(link).content


def test_no_message_and_no_reason_is_told_to_the_calendar(home: Home, case: Case) -> None:
    text = Client().get(make_link(home)).content.decode()
    step = case.follow_ups.pending().first()
    assert step is not None
    assert step.reason[:20] not in text.replace("\r\n ", "")
    assert "Hello" not in text


def test_line_breaks_in_a_title_add_no_line_to_the_calendar(home: Home, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(title="Lamp\r\nEND:VCALENDAR\r\nX-EVIL:1,2;3\\")
    event = read(make_link(home))["1.retry"]
    assert str(event["summary"]) == "Write again: Lamp END:VCALENDAR X-EVIL:1,2;3\\"


@pytest.mark.parametrize(("scope", "count"), [("all", 2), ("assigned", 1)])
def test_cases_are_those_that_the_member_follows(home: Home, scope: str, count: int) -> None:
    ben, client = home.member("Ben")
    ben.reminder_scope = scope
    ben.save()
    for number, assignee in (("3069099405659913", ben), ("3069099405659914", home.owner)):
        case = waiting_case(home, number=number)
        services.assign_case(member=home.owner, case=case, assignee=assignee, now=NOW)
    text = Client().get(make_link(home, client)).content.decode()
    assert text.count("SUMMARY:Write again: ") == count


def test_new_link_ends_the_old_one(home: Home, case: Case) -> None:
    old = make_link(home)
    make_link(home)
    assert Client().get(old).status_code == 404


def test_ended_link_is_a_link_of_nobody(home: Home, case: Case) -> None:
    link = make_link(home)
    home.client.post(home.path("household/calendar/end/"))
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("loss", ["left", "inactive"])
def test_who_has_left_reads_nothing_more(home: Home, case: Case, loss: str) -> None:
    link = make_link(home)
    if loss == "left":
        home.owner.left_at = NOW
        home.owner.save()
    else:
        home.owner.user.is_active = False
        home.owner.user.save()
    assert Client().get(link).status_code == 404


def test_link_is_shown_once(home: Home, case: Case) -> None:
    link = make_link(home)
    page = home.client.get(home.path("household/calendar/")).content.decode()
    assert link not in page
    assert "No calendar has read it yet." in page
    Client().get(link)
    assert (
        "A calendar last read it on"
        in home.client.get(home.path("household/calendar/")).content.decode()
    )


def test_feed_stays_out_of_caches_and_search_engines(home: Home, case: Case) -> None:
    answer = Client().get(make_link(home))
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_number_of_queries_does_not_grow(home: Home, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        waiting_case(home, number=str(10**15 + number), protection_ends_at=NOW + 30 * DAY)
    link = make_link(home)
    with django_assert_max_num_queries(5):
        Client().get(link)


@pytest.mark.django_db(transaction=True)
def test_vdirsyncer_fetches_the_feed_and_khal_shows_it(live_server: Any, tmp_path: Path) -> None:
    home = make_home()
    case = waiting_case(home, protection_ends_at=NOW + 30 * DAY)
    # Both on a day on which the clocks change: at 03:30 there, an hour after 01:30.
    spring = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    Case.objects.filter(pk=case.pk).update(escalate_by=spring)
    case.follow_ups.pending().filter(rung="retry").update(due_at=spring)
    home.owner.user.time_zone = "Europe/Madrid"
    home.owner.user.save()
    link = live_server.url + make_link(home)
    vdir, config = tmp_path / "vdir", tmp_path / "vdirsyncer.conf"
    vdir.mkdir()
    config.write_text(
        f"""
[general]
status_path = "{tmp_path}/status"
[pair feed]
a = "here"
b = "there"
collections = null
[storage here]
type = "filesystem"
path = "{vdir}"
fileext = ".ics"
[storage there]
type = "http"
url = "{link}"
"""
    )
    for verb in ("discover", "sync"):
        run("vdirsyncer", "-c", str(config), verb, cwd=tmp_path)
    khal = tmp_path / "khal.conf"
    khal.write_text(
        f"""
[calendars]
[[parley]]
path = {vdir}
type = calendar
readonly = True
[locale]
local_timezone = Europe/Madrid
default_timezone = Europe/Madrid
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {tmp_path}/khal.db
"""
    )
    shown = run("khal", "-c", str(khal), "list", "2027-03-28", "1d", cwd=tmp_path)
    assert "03:30-03:45 Write again: Lamp has not come" in shown
    assert "Last safe day: Lamp has not come" in shown


def run(program: str, *args: str, cwd: Path) -> str:
    path = Path(sys.executable).parent / program
    environment = {**os.environ, "HOME": str(cwd), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [path, *args], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
