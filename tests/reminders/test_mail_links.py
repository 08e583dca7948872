"""The buttons of a mail: they act on a press, once, in time, and as the member they were sent to."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases import services
from cases.models import Case
from cases.sweep import sweep
from reminders.delivery import deliver
from reminders.letters import has_moved_on
from reminders.mail_actions import MovedOn, do_by_mail
from reminders.mail_links import Verb
from reminders.models import MailAction, Notification
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_case, make_home

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


def buttons(mailbox: Mailbox, address: str, case: Case) -> dict[str, str]:
    (html,) = (
        page
        for message in mailbox.to(address)
        if str(case.public_id) in (page := message.get_body(("html",)).get_content())
    )
    found = re.findall(r'<a [^>]*href="https://parley\.test(/mail/[^"]+)">\s*([^<]+?)\s*</a>', html)
    return {words: path for path, words in found}


@pytest.fixture
def links(mailbox: Mailbox, case: Case) -> dict[str, str]:
    """The addresses of the mail's buttons, by their words."""
    deliver(now=NOW)
    return buttons(mailbox, "owner@home.test", case)


@pytest.fixture
def stranger() -> Client:
    """A browser that is signed in to nothing."""
    return Client()


SENT = {"channel": "message_center", "body": "Please answer."}


def test_mail_carries_the_buttons_of_its_kind(links: dict[str, str]) -> None:
    assert list(links) == [
        "I sent it again",
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
    answer = stranger.post(links["I sent it again"], SENT)
    assert "Done, and noted in the case." in answer.content.decode()
    case.refresh_from_db()
    assert case.stage == "awaiting_seller"
    event = case.events.latest("id")
    assert event.actor is not None
    assert event.actor.user.name == "Olga"


def test_the_page_offers_the_draft_that_belongs_to_the_case(
    links: dict[str, str], stranger: Client
) -> None:
    page = stranger.get(links["I sent it again"]).content.decode()
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
    stranger.post(links["I sent it again"], SENT)
    count = case.attempts.count()
    again = stranger.post(links["I sent it again"], {**SENT, "body": "Another"})
    assert again.status_code == 422
    assert "done already" in again.content.decode()
    assert case.attempts.count() == count


def test_a_refused_press_keeps_what_was_typed_and_leaves_the_button(
    links: dict[str, str], case: Case, stranger: Client
) -> None:
    answer = stranger.post(links["I sent it again"], {"channel": "pigeon", "body": "My own words"})
    assert answer.status_code == 422
    assert "My own words" in answer.content.decode()
    assert stranger.post(links["I sent it again"], SENT).status_code == 200


def test_a_button_expires(links: dict[str, str], clock: Any, stranger: Client) -> None:
    clock.move_to(NOW + 15 * DAY, tick=False)
    answer = stranger.get(links["I sent it again"])
    assert answer.status_code == 410
    assert "does not work any more" in answer.content.decode()


@pytest.mark.parametrize("change", [lambda p: p[:-5] + "xxxx/", lambda p: "/mail/act/nonsense/"])
def test_a_forged_button_is_no_button(links: dict[str, str], stranger: Client, change: Any) -> None:
    assert stranger.post(change(links["I sent it again"]), SENT).status_code == 410


def test_a_link_of_one_sort_is_not_taken_for_the_other(
    links: dict[str, str], stranger: Client
) -> None:
    leave, act = links["No more by e-mail"], links["I sent it again"]
    assert stranger.post(leave.replace("/leave/", "/act/")).status_code == 410
    assert stranger.post(act.replace("/act/", "/leave/")).status_code == 410


@pytest.mark.parametrize("elsewhere", ["/join/{}/", "/calendar/{}.ics", "/sign-in/{}/"])
def test_token_of_a_button_is_of_no_use_elsewhere(
    links: dict[str, str], stranger: Client, elsewhere: str
) -> None:
    for path in links.values():
        token = path.rstrip("/").rpartition("/")[2]
        assert stranger.post(elsewhere.format(token)).status_code in (404, 405, 410)
    assert "_auth_user_id" not in stranger.session


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
    assert stranger.post(links["I sent it again"], SENT).status_code == 422
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


@pytest.mark.parametrize("method", ["get", "post"])
def test_button_is_dead_once_the_case_has_moved_on(
    links: dict[str, str], home: Home, case: Case, stranger: Client, method: str
) -> None:
    services.log_attempt(
        member=home.owner, case=case, channel="live_chat", sent_at=NOW, body="Hi", now=NOW
    )
    before = case.events.count()
    for words in ("I sent it again", "They answered", "Snooze for a day", "Settle the case"):
        answer = getattr(stranger, method)(links[words], SENT | {"outcome": "refunded"})
        assert answer.status_code == 410
        assert "The case has moved on" in answer.content.decode()
    assert case.events.count() == before
    assert not MailAction.objects.exists()


def test_press_of_one_member_ends_the_buttons_of_the_others(
    home: Home, case: Case, mailbox: Mailbox, stranger: Client
) -> None:
    home.member("Adam")
    other = waiting_case(home, number="3069099405650001")
    due_now(other)
    sweep(now=NOW)
    deliver(now=NOW)
    olga, adam = (buttons(mailbox, who, other) for who in ("owner@home.test", "adam@home.test"))
    # The first message was Olga's, a moment ago in this story.
    knowing = SENT | {"knows_of_others": "yes"}
    assert stranger.post(adam["I sent it again"], knowing).status_code == 200
    assert stranger.post(olga["I sent it again"], SENT).status_code == 410
    assert other.attempts.count() == 2


def test_case_that_moves_on_between_the_look_and_the_press_is_left_alone(
    home: Home, case: Case, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(now=NOW)
    row = Notification.objects.get(channel="email")
    services.escalate_case(member=home.owner, case=case, kind="support", opened_at=NOW, now=NOW)
    with pytest.raises(MovedOn):
        do_by_mail(notification=row, verb=Verb.SNOOZE, said={}, now=NOW)
    assert not MailAction.objects.exists()


def test_decision_ends_the_question_whether_there_is_one(home: Home, mailbox: Mailbox) -> None:
    case = waiting_case(home)
    services.escalate_case(member=home.owner, case=case, kind="support", opened_at=NOW, now=NOW)
    case.refresh_from_db()
    case.follow_ups.pending().filter(kind="platform_check").update(due_at=NOW)
    sweep(now=NOW)
    rows = Notification.objects.filter(channel="email", kind="platform_check")
    assert not any(map(has_moved_on, rows.filter(state="waiting")))
    services.log_decision(
        member=home.owner, case=case, ruling="for_us", decided_at=NOW, text="Yes", now=NOW
    )
    assert deliver(now=NOW).sent == 0
    assert set(rows.values_list("state", flat=True)) == {"dropped"}


def test_second_of_two_members_is_asked_before_their_message_is_noted(
    home: Home, case: Case, links: dict[str, str], stranger: Client
) -> None:
    mara, _client = home.member("Mara")
    other = make_case(home, case.seller, title="Another", issue="question")
    services.log_attempt(
        member=mara, case=other, channel="message_center", sent_at=NOW, body="Mine", now=NOW
    )
    before = case.attempts.count()
    asked = stranger.post(links["I sent it again"], SENT)
    text = asked.content.decode()
    assert asked.status_code == 422
    assert "Mara noted a message to" in text
    assert "Please answer." in text
    assert case.attempts.count() == before
    assert 'name="knows_of_others" value="yes"' in text
    stranger.post(links["I sent it again"], SENT | {"knows_of_others": "yes"})
    assert case.attempts.count() == before + 1
