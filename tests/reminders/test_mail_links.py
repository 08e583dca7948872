"""The buttons of a mail: they act on a press, once, in time, and as the member they were sent to."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from cases.sweep import sweep
from reminders.delivery import deliver
from reminders.models import MailAction
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Any:
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    case = waiting_case(home, protection_ends_at=NOW + 30 * DAY)
    due_now(case)
    sweep(now=NOW)
    case.refresh_from_db()
    return case


@pytest.fixture
def links(mailbox: Mailbox, case: Case) -> dict[str, str]:
    """The addresses of the mail's buttons, by their words."""
    deliver(now=NOW)
    (message,) = mailbox.to("owner@home.test")
    html = message.get_body(("html",)).get_content()
    found = re.findall(r'<a href="https://parley\.test(/mail/[^"]+)">\s*([^<]+?)\s*</a>', html)
    return {words: path for path, words in found}


@pytest.fixture
def stranger() -> Client:
    """A browser that is signed in to nothing."""
    return Client()


SENT = {"channel": "message_center", "body": "Please answer."}


def test_mail_carries_the_buttons_of_its_kind(links: dict[str, str]) -> None:
    assert list(links) == [
        "I sent it",
        "They answered",
        "Snooze for a day",
        "Settle the case",
        "No more by e-mail",
    ]


def test_whatever_opens_every_link_changes_nothing(
    links: dict[str, str], case: Case, stranger: Client
) -> None:
    before = Case.objects.filter(pk=case.pk).values_list().get()
    for path in links.values():
        for method in (stranger.get, stranger.head):
            assert method(path).status_code == 200
    assert Case.objects.filter(pk=case.pk).values_list().get() == before
    assert not MailAction.objects.exists()


def test_a_press_does_what_the_button_says_as_the_member(
    links: dict[str, str], case: Case, stranger: Client
) -> None:
    answer = stranger.post(links["I sent it"], SENT)
    assert "Done, and noted in the case." in answer.content.decode()
    case.refresh_from_db()
    assert case.stage == "awaiting_seller"
    event = case.events.latest("id")
    assert event.actor is not None
    assert event.actor.user.name == "Olga"


def test_the_page_offers_the_draft_that_belongs_to_the_case(
    links: dict[str, str], stranger: Client
) -> None:
    page = stranger.get(links["I sent it"]).content.decode()
    assert "3069099405659913" in page
    assert "Nothing happens before you press." in page


@pytest.mark.parametrize(
    ("button", "said", "stage"),
    [
        ("They answered", {"channel": "message_center", "body": "We refund."}, "seller_replied"),
        ("Settle the case", {"outcome": "withdrawn"}, "settled"),
        ("Snooze for a day", {}, "retry_due"),
    ],
)
def test_each_button_acts(
    links: dict[str, str],
    case: Case,
    stranger: Client,
    button: str,
    said: dict[str, str],
    stage: str,
) -> None:
    assert stranger.post(links[button], {**said, "press": "1"}).status_code == 200
    case.refresh_from_db()
    assert case.stage == stage


def test_a_button_works_once(links: dict[str, str], case: Case, stranger: Client) -> None:
    stranger.post(links["I sent it"], SENT)
    count = case.attempts.count()
    again = stranger.post(links["I sent it"], {**SENT, "body": "Another"})
    assert again.status_code == 422
    assert "done already" in again.content.decode()
    assert case.attempts.count() == count


def test_a_refused_press_keeps_what_was_typed_and_leaves_the_button(
    links: dict[str, str], case: Case, stranger: Client
) -> None:
    answer = stranger.post(links["I sent it"], {"channel": "pigeon", "body": "My own words"})
    assert answer.status_code == 422
    assert "My own words" in answer.content.decode()
    assert stranger.post(links["I sent it"], SENT).status_code == 200


def test_a_button_expires(links: dict[str, str], clock: Any, stranger: Client) -> None:
    clock.move_to(NOW + 15 * DAY, tick=False)
    answer = stranger.get(links["I sent it"])
    assert answer.status_code == 410
    assert "does not work any more" in answer.content.decode()


@pytest.mark.parametrize("change", [lambda p: p[:-5] + "xxxx/", lambda p: "/mail/act/nonsense/"])
def test_a_forged_button_is_no_button(links: dict[str, str], stranger: Client, change: Any) -> None:
    assert stranger.post(change(links["I sent it"]), SENT).status_code == 410


def test_a_link_of_one_sort_is_not_taken_for_the_other(
    links: dict[str, str], stranger: Client
) -> None:
    leave, act = links["No more by e-mail"], links["I sent it"]
    assert stranger.post(leave.replace("/leave/", "/act/")).status_code == 410
    assert stranger.post(act.replace("/act/", "/leave/")).status_code == 410


@pytest.mark.parametrize("loss", ["left", "viewer", "inactive"])
def test_who_may_no_longer_act_cannot_by_an_old_mail(
    links: dict[str, str], home: Home, case: Case, stranger: Client, loss: str
) -> None:
    owner = home.owner
    if loss == "left":
        owner.left_at = NOW
    elif loss == "viewer":
        owner.role = "viewer"
    else:
        owner.user.is_active = False
        owner.user.save()
    owner.save()
    assert stranger.post(links["I sent it"], SENT).status_code == 422
    case.refresh_from_db()
    assert case.stage == "retry_due"


def test_a_viewer_s_mail_has_no_buttons_but_can_be_stopped(home: Home, mailbox: Mailbox) -> None:
    home.member("Vera", "viewer")
    due_now(waiting_case(home))
    sweep(now=NOW)
    deliver(now=NOW)
    (message,) = mailbox.to("vera@home.test")
    text = message.get_body(("plain",)).get_content()
    assert "/mail/act/" not in text
    assert "/mail/leave/" in text


def test_mail_programs_can_unsubscribe_with_one_click(
    links: dict[str, str], home: Home, mailbox: Mailbox, stranger: Client
) -> None:
    (message,) = mailbox.to("owner@home.test")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip(" <>").removeprefix("https://parley.test")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    home.owner.refresh_from_db()
    assert not home.owner.reminds_by_email
    assert home.owner.reminds_in_inbox


def test_looking_at_the_unsubscribe_page_unsubscribes_nobody(
    links: dict[str, str], home: Home, stranger: Client
) -> None:
    stranger.get(links["No more by e-mail"])
    home.owner.refresh_from_db()
    assert home.owner.reminds_by_email


def test_mails_about_one_case_are_one_thread(
    links: dict[str, str], case: Case, mailbox: Mailbox
) -> None:
    (first,) = mailbox.to("owner@home.test")
    assert case.public_id.hex in first["References"]
    assert first["In-Reply-To"] == first["References"]
    assert first["Message-ID"] != first["References"]
