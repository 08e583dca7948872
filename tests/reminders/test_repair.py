"""The operator's hands on the outbox: send again, and drop."""

import pytest
from django.test import Client

from cases.sweep import sweep
from households.models import User
from reminders.delivery import deliver
from reminders.models import Notification
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator@parley.test", "a long password"))
    return client


def act(client: Client, action: str) -> str:
    rows = Notification.objects.filter(channel="email")
    answer = client.post(
        "/admin/reminders/notification/",
        {"action": action, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )
    return str(answer.content.decode())


def flagged(home: Home) -> None:
    due_now(waiting_case(home))
    sweep(now=NOW)


def mail() -> Notification:
    return Notification.objects.get(channel="email")


def test_failed_mail_is_sent_again_when_the_operator_says_so(
    home: Home, mailbox: Mailbox, operator: Client
) -> None:
    flagged(home)
    mailbox.codes["owner"] = "550 no such person"
    deliver(now=NOW)
    mailbox.codes.clear()
    assert "Put back to be sent: 1." in act(operator, "send_again")
    row = mail()
    assert (row.state, row.last_error) == ("waiting", "")
    assert deliver(now=row.next_try_at).sent == 1


def test_sent_mail_is_not_sent_again(home: Home, mailbox: Mailbox, operator: Client) -> None:
    flagged(home)
    deliver(now=NOW)
    assert "Put back to be sent: 0." in act(operator, "send_again")
    assert mail().state == "sent"


def test_dropped_mail_says_who_dropped_it(home: Home, operator: Client) -> None:
    flagged(home)
    act(operator, "drop")
    assert mail().state == "dropped"
    assert mail().last_error.startswith("dropped by ")


def test_staff_without_the_right_may_look_and_not_touch(home: Home) -> None:
    flagged(home)
    clerk = User.objects.create_user("clerk@parley.test", "a long password", is_staff=True)
    client = Client()
    client.force_login(clerk)
    act(client, "drop")
    assert mail().state == "waiting"
