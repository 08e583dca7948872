"""The page of the days ahead: what it says, to whom, and what it costs."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import services
from reminders.ahead_days import SHOWN_A_DAY
from reminders.delivery import deliver
from reminders.models import Notification, ReminderTarget
from tests.cases.test_sweep import waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def page(home: Home, query: str = "") -> str:
    with time_machine.travel(NOW, tick=False):
        answer = home.client.get(home.path(f"ahead/{query}"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def remind(home: Home, number: str, hours: int = 5) -> None:
    services.add_follow_up(
        member=home.owner,
        case=waiting_case(home, number),
        due_at=NOW + hours * HOUR,
        note="Call them",
        now=NOW,
    )


def test_each_step_stands_with_everybody_who_will_be_told() -> None:
    home = make_home()
    adam, _ = home.member("Adam")
    adam.reminds_in_inbox = False
    adam.save()
    remind(home, "3069099405659913")
    text = page(home, "?day=2026-11-23")
    assert "own reminder" in text
    assert "E-mail to Olga" in text
    assert text.count("<bdi>Lamp has not come</bdi>: <bdi>own reminder</bdi>") == 2
    assert "E-mail to Adam" in text
    assert "In Parley&#x27;s inbox: Olga." in text
    assert Notification.objects.count() == 0


def test_mail_to_who_was_mentioned_stands_there_until_it_is_sent() -> None:
    home = make_home()
    home.member("Adam")
    case = waiting_case(home, "3069099405659913")
    services.add_note(member=home.owner, case=case, text="@Adam, can you call?", now=NOW)
    text = page(home, "?day=2026-11-23")
    assert "E-mail to Adam" in text
    assert "<bdi>Lamp has not come</bdi>: <bdi>Olga wrote: “@Adam, can you call?”</bdi>" in text
    deliver(now=NOW)
    assert "can you call?" not in page(home, "?day=2026-11-23")


def test_name_of_a_target_is_shown_to_nobody_else() -> None:
    home = make_home()
    adam, _client = home.member("Adam")
    ReminderTarget.objects.create(member=adam, name="Secret phone", url="json://x/", created_at=NOW)
    remind(home, "3069099405659913")
    assert "Secret phone" not in page(home)
    assert "To a target of Adam&#x27;s own" in page(home)
    assert "Secret phone" in page(Home(home.household, adam))


def test_nothing_planned_says_what_would_stand_there() -> None:
    assert "Nothing is planned for these days." in page(make_home())


def test_a_full_day_is_cut_and_has_a_page_of_its_own() -> None:
    home = make_home()
    for number in range(12):
        remind(home, str(10**15 + number))
    text = page(home)
    assert "12 steps come due" in text
    assert text.count("own reminder</b>") == SHOWN_A_DAY
    assert "?day=2026-11-23" in text
    assert page(home, "?day=2026-11-23").count("own reminder</b>") == 12


@pytest.mark.parametrize("day", ["2026-99-01", "x", "2026-11-23%00", "9999-12-31"])
def test_a_day_that_is_none_breaks_nothing(day: str) -> None:
    page(make_home(), f"?day={day}")


def test_queries_do_not_grow_with_the_cases() -> None:
    home = make_home()
    home.member("Adam")
    counts = []
    for numbers in (range(2), range(2, 9)):
        for number in numbers:
            remind(home, str(10**15 + number))
            case = waiting_case(home, str(10**14 + number))
            services.add_note(member=home.owner, case=case, text="@Adam, look", now=NOW)
        page(home)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(home)
        counts.append(len(queries))
    assert counts[0] == counts[1]
