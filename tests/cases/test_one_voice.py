"""Two members who write to one seller at once: the second is told, and nothing is lost."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client

from cases.models import Case, ContactAttempt
from cases.services import AnotherWrote, log_as_one_voice
from cases.services.one_voice import LATELY
from cases.vocabulary import Stage
from households.models import Membership
from tests.stock import NOW, Home, make_case, make_home, make_seller

SECOND = timedelta(seconds=1)
WORDS = "Dear seller,\r\nthe lamp is broken & dark."


@pytest.fixture
def home(db: None) -> Home:
    return make_home()


@pytest.fixture
def cases(home: Home) -> list[Case]:
    """Three cases with one seller."""
    seller = make_seller(home)
    return [make_case(home, seller, title=f"Case {n}", issue="question") for n in range(3)]


@pytest.fixture
def mara(home: Home) -> tuple[Membership, Client]:
    return home.member("Mara")


def log(member: Membership, cases: list[Case], *, knows: bool = False, now: Any = NOW) -> Any:
    return log_as_one_voice(
        member=member,
        cases=cases,
        channel="message_center",
        sent_at=now,
        body="Hello",
        knows_of_others=knows,
        now=now,
    )


def post(home: Home, client: Client, case: Case, **more: Any) -> Any:
    said = {"channel": "message_center", "body": WORDS, **more}
    with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
        return client.post(home.path(f"cases/{case.public_id}/attempts/"), said)


def test_one_message_moves_three_cases_on(home: Home, cases: list[Case]) -> None:
    also = [str(case.public_id) for case in cases[1:]]
    assert post(home, home.client, cases[0], also=also).status_code == 302
    for case in cases:
        case.refresh_from_db()
        assert (case.stage, case.attempts.count()) == (Stage.AWAITING_SELLER, 1)


def test_second_member_is_told_before_anything_is_noted(
    home: Home, cases: list[Case], mara: Any
) -> None:
    log(mara[0], [cases[0]])
    answer = post(home, home.client, cases[1])
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Mara noted a message to Lantern Tools Store 3 minutes ago" in " ".join(text.split())
    assert "Case 0" in text
    assert not cases[1].attempts.exists()


def test_what_was_typed_is_kept_and_noted_after_the_second_press(
    home: Home, cases: list[Case], mara: Any
) -> None:
    log(mara[0], [cases[0]])
    answer = post(home, home.client, cases[1], also=[str(cases[2].public_id)])
    fields = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()
    )
    names = [name for name, _value in fields if name != "csrfmiddlewaretoken"]
    assert names == ["channel", "body", "also"]
    assert answer.context["kept"][1] == ("body", WORDS)
    again = post(home, home.client, cases[1], also=[str(cases[2].public_id)], knows="yes")
    assert again.status_code == 302
    assert [case.attempts.count() for case in cases] == [1, 1, 1]


def test_second_member_is_asked_about_the_text_that_they_sent(
    home: Home, cases: list[Case], mara: Any
) -> None:
    log(mara[0], [cases[0]])
    answer = post(home, home.client, cases[1], theirs="我的话", which="theirs")
    assert answer.context["body"] == "我的话"


def test_own_earlier_message_asks_nothing(home: Home, cases: list[Case]) -> None:
    log(home.owner, [cases[0]])
    assert log(home.owner, [cases[1]])


def test_message_to_another_seller_asks_nothing(home: Home, cases: list[Case], mara: Any) -> None:
    log(mara[0], [cases[0]])
    other = make_case(home, make_seller(home, name="Another"), issue="question")
    assert log(home.owner, [other])


def test_after_half_an_hour_nobody_is_asked(home: Home, cases: list[Case], mara: Any) -> None:
    log(mara[0], [cases[0]])
    with pytest.raises(AnotherWrote):
        log(home.owner, [cases[1]], now=NOW + LATELY - SECOND)
    assert log(home.owner, [cases[1]], now=NOW + LATELY)


@pytest.mark.django_db(transaction=True)
def test_of_two_members_at_once_one_is_told(
    home: Home, cases: list[Case], mara: tuple[Membership, Client]
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite lies in memory, where threads share no lock")
    start = threading.Barrier(2)
    told: list[str] = []

    def write(member: Membership, case: Case) -> None:
        start.wait()
        try:
            log(member, [case])
        except AnotherWrote as found:
            told.append(str(found))
        finally:
            connections.close_all()

    pairs = [(home.owner, cases[0]), (mara[0], cases[1])]
    both = [threading.Thread(target=write, args=pair) for pair in pairs]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(told) == 1
    assert ContactAttempt.objects.count() == 1
