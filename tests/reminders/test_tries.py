"""What is on record of a try, and who may mark a notification as sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from cases.sweep import sweep
from reminders import delivery
from reminders.delivery import deliver
from reminders.letters import Letter
from reminders.models import DeliveryTry, Notification
from reminders.tries import Record, mark_sent
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=1)


@pytest.fixture
def home() -> Home:
    home = make_home()
    for name in ("Adam", "Bea", "Carl"):
        home.member(name)
    due_now(waiting_case(home, protection_ends_at=NOW + timedelta(days=30)))
    sweep(now=NOW)
    return home


def claimed() -> list[Notification]:
    """All mails, each claimed oftener than the one before."""
    mails = Notification.objects.filter(channel="email")
    mails.update(state="sending", lease_until=LATER)
    for number, row in enumerate(mails.order_by("pk"), start=1):
        mails.filter(pk=row.pk).update(token=number)
    return list(mails.order_by("pk"))


def results() -> list[str]:
    return list(DeliveryTry.objects.order_by("notification_id").values_list("result", flat=True))


def test_tries_that_were_not_begun_leave_no_record(mailbox: Mailbox, home: Home) -> None:
    deliver(now=NOW, should_stop=lambda: len(mailbox.accepted) == 2)
    assert results() == ["accepted", "accepted"]
    assert Notification.objects.filter(channel="email", state="waiting").count() == 2


def test_a_try_is_on_record_before_its_mail_is_handed_over(
    mailbox: Mailbox, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = delivery._send

    def on_record(letter: Letter, *args: Any) -> tuple[str, str]:
        (row,) = letter.rows
        assert row.tries.get().result == "started"
        return real(letter, *args)

    monkeypatch.setattr(delivery, "_send", on_record)
    assert deliver(now=NOW).sent == 4


def test_rows_of_different_claims_are_marked_together(home: Home) -> None:
    rows = claimed()
    tries = Record(rows, NOW).begin(Letter(rows))
    assert mark_sent(rows, tries, LATER) == 4
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.sent_at, row.lease_until) == ("sent", LATER, None)
    assert results() == ["accepted"] * 4
    assert set(DeliveryTry.objects.values_list("ended_at", flat=True)) == {LATER}


def test_row_that_another_has_claimed_is_not_marked_and_its_try_came_late(home: Home) -> None:
    rows = claimed()
    tries = Record(rows, NOW).begin(Letter(rows))
    Notification.objects.filter(pk=rows[1].pk).update(token=F("token") + 1)
    assert mark_sent(rows, tries, LATER) == 3
    assert results() == ["accepted", "late", "accepted", "accepted"]
    assert Notification.objects.get(pk=rows[1].pk).state == "sending"


def test_row_whose_token_is_that_of_another_row_is_not_marked(home: Home) -> None:
    rows = claimed()
    tries = Record(rows, NOW).begin(Letter(rows))
    Notification.objects.filter(pk=rows[0].pk).update(token=rows[1].token)
    assert mark_sent(rows, tries, LATER) == 3


def test_row_that_was_dropped_meanwhile_is_not_marked(home: Home) -> None:
    rows = claimed()
    tries = Record(rows, NOW).begin(Letter(rows))
    Notification.objects.filter(pk=rows[0].pk).update(state="dropped")
    assert mark_sent(rows, tries, LATER) == 3
    assert results()[0] == "late"
