"""An address whose server refuses it for good is turned off, and the pages say so."""

from datetime import timedelta

import pytest
from django.test import Client

from cases.sweep import sweep
from reminders.delivery import deliver
from reminders.models import MailBounce, Notification
from reminders.refusals import counts, is_no_address
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADAM = "adam@home.test"


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def adam(home: Home) -> Client:
    _member, client = home.member("Adam")
    return client


def told(home: Home, number: int, at: timedelta) -> None:
    """One more mail for everybody."""
    case = waiting_case(home, number=f"306909940565{number:04}")
    due_now(case)
    sweep(now=NOW)
    deliver(now=NOW + at)


def is_off() -> bool:
    return MailBounce.objects.exists()


@pytest.mark.parametrize("code", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_address_that_its_server_does_not_know_is_turned_off_at_once(
    mailbox: Mailbox, home: Home, adam: Client, code: str
) -> None:
    mailbox.codes["adam"] = f"550 {code} no such user here"
    told(home, 1, 0 * HOUR)
    bounce = MailBounce.objects.get()
    assert bounce.user.email == ADAM
    assert bounce.detail == f"550 {code} no such user here"


def test_bare_refusals_turn_an_address_off_after_three_mails_over_a_day(
    mailbox: Mailbox, home: Home, adam: Client
) -> None:
    mailbox.codes["adam"] = "550 mailbox unavailable"
    for number, at in enumerate([0 * HOUR, 12 * HOUR, 23 * HOUR]):
        told(home, number, at)
        assert not is_off()
    told(home, 4, DAY + HOUR)
    assert is_off()


def test_two_refusals_over_days_are_not_enough(mailbox: Mailbox, home: Home, adam: Client) -> None:
    mailbox.codes["adam"] = "550 mailbox unavailable"
    told(home, 1, 0 * HOUR)
    told(home, 2, 5 * DAY)
    assert not is_off()


def test_mail_that_is_taken_ends_the_run(mailbox: Mailbox, home: Home, adam: Client) -> None:
    mailbox.codes["adam"] = "550 mailbox unavailable"
    told(home, 1, 0 * HOUR)
    told(home, 2, 12 * HOUR)
    mailbox.codes.clear()
    told(home, 3, 24 * HOUR)
    mailbox.codes["adam"] = "550 mailbox unavailable"
    told(home, 4, 48 * HOUR)
    told(home, 5, 60 * HOUR)
    assert not is_off()


def test_digest_of_many_steps_is_one_refusal(mailbox: Mailbox, home: Home, adam: Client) -> None:
    for number in range(5):
        due_now(waiting_case(home, number=f"306909940565{number:04}"))
    sweep(now=NOW)
    mailbox.codes["adam"] = "550 mailbox unavailable"
    deliver(now=NOW)
    told(home, 8, 2 * DAY)
    assert not is_off()


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 SPF check failed",
        "550 5.7.26 unauthenticated mail",
        "554 5.3.4 message too big",
        "550 relaying denied",
        "554 Spam refused",
        "451 4.7.1 come back later",
    ],
)
def test_refusals_of_the_sender_or_the_mail_never_turn_an_address_off(
    mailbox: Mailbox, home: Home, adam: Client, answer: str
) -> None:
    mailbox.codes["adam"] = answer
    for number in range(5):
        told(home, number, number * DAY)
    assert not is_off()


def test_refusal_of_the_mail_after_its_text_turns_nothing_off(
    mailbox: Mailbox, home: Home, adam: Client
) -> None:
    mailbox.text_code = "550 5.1.1 content refused"
    told(home, 1, 0 * HOUR)
    assert Notification.objects.filter(channel="email", state="failed").count() == 2
    assert not is_off()


def test_the_others_get_their_mails_all_along(mailbox: Mailbox, home: Home, adam: Client) -> None:
    mailbox.codes["adam"] = "550 5.1.1 no such user here"
    told(home, 1, 0 * HOUR)
    told(home, 2, 2 * HOUR)
    assert len(mailbox.to("owner@home.test")) == 2


def test_no_mail_is_tried_to_an_address_that_is_off(
    mailbox: Mailbox, home: Home, adam: Client
) -> None:
    mailbox.codes["adam"] = "550 5.1.1 no such user here"
    told(home, 1, 0 * HOUR)
    mailbox.codes.clear()
    told(home, 2, 2 * HOUR)
    assert mailbox.to(ADAM) == []
    dropped = Notification.objects.get(state="dropped", channel="email")
    assert dropped.last_error == "mails to this address came back"


def test_pages_of_its_member_and_of_the_others_say_so(
    mailbox: Mailbox, home: Home, adam: Client
) -> None:
    mailbox.codes["adam"] = "550 5.1.1 no such user here"
    told(home, 1, 0 * HOUR)
    own = adam.get(home.path("household/reminders/")).content.decode()
    assert "Mails to adam@home.test came back" in own
    assert "no such user here" in own
    others = home.client.get(home.path("inbox/")).content.decode()
    assert "Mails to Adam come back, so no reminder reaches them by e-mail." in others
    assert ADAM not in others


def test_page_of_another_household_says_nothing(mailbox: Mailbox, home: Home, adam: Client) -> None:
    stranger = make_home("other")
    mailbox.codes["adam"] = "550 5.1.1 no such user here"
    told(home, 1, 0 * HOUR)
    assert "come back" not in stranger.client.get(stranger.path("inbox/")).content.decode()


def test_member_who_says_that_the_address_works_is_mailed_again(
    mailbox: Mailbox, home: Home, adam: Client
) -> None:
    mailbox.codes["adam"] = "550 5.1.1 no such user here"
    told(home, 1, 0 * HOUR)
    mailbox.codes.clear()
    adam.post(home.path("household/reminders/address/"))
    told(home, 2, 2 * HOUR)
    assert len(mailbox.to(ADAM)) == 1


@pytest.mark.parametrize(
    ("answer", "at_once", "counted"),
    [
        ("550 5.1.1 <a@b>: unknown", True, True),
        ("550-5.1.1 The email account that you tried to reach does not exist.", True, True),
        ("550 5.1.8 bad sender", False, False),
        ("552 5.2.2 mailbox full", False, True),
        ("550 5.2.1 mailbox disabled", False, True),
        ("550 no such user", False, True),
        ("550 see 5.1.1 in our manual", False, True),
        ("550 5.7.1 relaying denied", False, False),
        ("550 Relay access denied", False, False),
        ("554 5.4.14 hop count exceeded", False, False),
    ],
)
def test_what_an_answer_says_of_the_address(answer: str, at_once: bool, counted: bool) -> None:
    assert (is_no_address(answer), counts(answer)) == (at_once, counted)
