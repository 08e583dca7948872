"""What a mail server may do to one mail must cost no other: a real server with chosen faults."""

from datetime import time, timedelta
from typing import Any

import pytest

from cases.models import Case
from cases.sweep import sweep
from households.models import Membership
from reminders.delivery import deliver
from reminders.handing import MOST_CUTS
from reminders.models import DeliveryTry, Notification, ReminderChoice, ReminderTiming
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = ("Adam", "Bea", "Carl", "Dora", "Emil", "Fay")


@pytest.fixture
def home() -> Home:
    home = make_home()
    for name in NAMES:
        home.member(name)
    return home


def flagged(home: Home) -> None:
    due_now(waiting_case(home, protection_ends_at=NOW + 30 * DAY))
    sweep(now=NOW)


def mails() -> Any:
    return Notification.objects.filter(channel="email")


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in mails().values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_server_that_ends_a_connection_after_so_many_mails_costs_nothing(
    mailbox: Mailbox, home: Home
) -> None:
    mailbox.mails_a_connection = 2
    flagged(home)
    assert deliver(now=NOW).sent == 7
    assert len(mailbox.accepted) == len(set(mailbox.message_ids)) == 7
    assert not DeliveryTry.objects.exclude(result="accepted").exists()


def test_goodbye_about_one_recipient_delays_no_other(mailbox: Mailbox, home: Home) -> None:
    mailbox.codes["carl"] = "421 too busy"
    flagged(home)
    figures = deliver(now=NOW)
    assert (figures.sent, figures.deferred) == (6, 1)
    mailbox.codes.clear()
    assert deliver(now=NOW + HOUR).sent == 1


def test_silence_about_one_recipient_delays_no_other_and_kills_nothing(
    mailbox: Mailbox, home: Home, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    mailbox.silent_about, mailbox.hang_seconds = "carl", 0.5
    flagged(home)
    figures = deliver(now=NOW)
    assert (figures.sent, figures.deferred) == (6, 1)
    for hours in (5, 10, 15):
        deliver(now=NOW + hours * HOUR)
    assert states() == {"sent": 6, "waiting": 1}
    settings.EMAIL_TIMEOUT, mailbox.silent_about = 5, "nobody"
    assert deliver(now=NOW + 5 * DAY).sent == 1
    assert len(mailbox.accepted) == len(set(mailbox.message_ids)) == 7


def test_server_that_cuts_every_mail_off_is_asked_no_more_in_that_pass(
    mailbox: Mailbox, home: Home
) -> None:
    mailbox.mails_a_connection = 0
    flagged(home)
    for days in range(8):
        before = DeliveryTry.objects.count()
        assert deliver(now=NOW + days * DAY).sent == 0
        assert DeliveryTry.objects.count() == before + MOST_CUTS
    assert states() == {"waiting": 7}
    mailbox.mails_a_connection = 1000
    assert deliver(now=NOW + 9 * DAY).sent == 7


@pytest.mark.parametrize("code", ["550 may not send", "530 sign in first", "451 too fast"])
def test_server_that_refuses_the_sender_fails_no_mail(
    mailbox: Mailbox, home: Home, code: str
) -> None:
    mailbox.sender_code = code
    flagged(home)
    for hours in range(0, 120, 24):
        assert deliver(now=NOW + hours * HOUR).sent == 0
    assert states() == {"waiting": 7}
    assert code in mails().exclude(last_error="").first().last_error
    mailbox.sender_code = ""
    assert deliver(now=NOW + 6 * DAY).sent == 7


def test_address_that_cannot_be_written_to_stands_aside_alone(mailbox: Mailbox, home: Home) -> None:
    user = Membership.objects.get(user__name="Carl").user
    user.email = "carl@home.test\nBcc: eve@evil.test"
    user.save()
    flagged(home)
    figures = deliver(now=NOW)
    assert (figures.sent, figures.failed) == (6, 1)


def test_mail_that_waited_for_its_hour_for_days_outlives_the_first_refusal(
    mailbox: Mailbox, home: Home
) -> None:
    mailbox.codes["owner"] = "451 come back later"
    ReminderTiming.objects.create(member=home.owner, digest_at=time(8), digest_weekday=0)
    ReminderChoice.objects.create(member=home.owner, kind="retry", channel="email", moment="weekly")
    flagged(home)
    deliver(now=NOW)
    monday = NOW.replace(hour=9) + 7 * DAY
    assert deliver(now=monday).deferred == 1
    mailbox.codes.clear()
    assert deliver(now=monday + HOUR).sent == 1


def test_facts_are_looked_at_again_where_sending_takes_its_time(
    mailbox: Mailbox, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reminders import delivery

    flagged(home)
    monkeypatch.setattr(delivery, "FACTS_HOLD", timedelta(0))
    real = delivery._deliver_one

    def answered_meanwhile(letter: Any, *rest: Any) -> None:
        real(letter, *rest)
        Case.objects.update(stage="seller_replied")

    monkeypatch.setattr(delivery, "_deliver_one", answered_meanwhile)
    assert deliver(now=NOW).sent == 1
    assert states() == {"sent": 1, "dropped": 6}
