"""What is on record of a try, and who may mark a notification as sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from cases.sweep import sweep
from reminders import delivery
from reminders.delivery import deliver
from reminders.letters import Letter
from reminders.models import DeliveryTry, Notification
from reminders.tries import Record
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
LATER, LAST = NOW + timedelta(seconds=1), NOW + timedelta(minutes=5)
A_MONTH = timedelta(days=30)


@pytest.fixture
def home() -> Home:
    home = make_home()
    for name in ("Adam", "Bea", "Carl"):
        home.member(name)
    due_now(waiting_case(home, protection_ends_at=NOW + A_MONTH))
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
    record = Record(rows, NOW)
    assert record.mark_sent(rows, record.begin(Letter(rows)), LATER) == 4
    record.close(LAST)
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.sent_at, row.lease_until) == ("sent", LATER, None)
    assert results() == ["accepted"] * 4
    assert set(DeliveryTry.objects.values_list("ended_at", flat=True)) == {LATER}


def test_row_that_another_has_claimed_is_not_marked_and_its_try_came_late(home: Home) -> None:
    rows = claimed()
    record = Record(rows, NOW)
    tries = record.begin(Letter(rows))
    Notification.objects.filter(pk=rows[1].pk).update(token=F("token") + 1)
    assert record.mark_sent(rows, tries, LATER) == 3
    record.close(LAST)
    assert results() == ["accepted", "late", "accepted", "accepted"]
    assert Notification.objects.get(pk=rows[1].pk).state == "sending"


def test_row_that_another_has_claimed_and_sent_does_not_end_the_first_one_s_try_as_accepted(
    home: Home,
) -> None:
    rows = claimed()
    record = Record(rows, NOW)
    tries = record.begin(Letter(rows))
    Notification.objects.filter(pk=rows[1].pk).update(token=F("token") + 1, state="sent")
    assert record.mark_sent(rows, tries, LATER) == 3
    record.close(LAST)
    assert results() == ["accepted", "late", "accepted", "accepted"]


def test_row_whose_token_is_that_of_another_row_is_not_marked(home: Home) -> None:
    rows = claimed()
    record = Record(rows, NOW)
    tries = record.begin(Letter(rows))
    Notification.objects.filter(pk=rows[0].pk).update(token=rows[1].token)
    assert record.mark_sent(rows, tries, LATER) == 3


def test_row_that_was_dropped_meanwhile_is_not_marked(home: Home) -> None:
    rows = claimed()
    record = Record(rows, NOW)
    tries = record.begin(Letter(rows))
    Notification.objects.filter(pk=rows[0].pk).update(state="dropped")
    assert record.mark_sent(rows, tries, LATER) == 3
    record.close(LAST)
    assert results()[0] == "late"


def test_each_mail_is_marked_before_the_next_is_handed_over(
    mailbox: Mailbox, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, marked = delivery._send, []

    def count(letter: Letter, *args: Any) -> tuple[str, str]:
        marked.append(Notification.objects.filter(channel="email", state="sent").count())
        return real(letter, *args)

    monkeypatch.setattr(delivery, "_send", count)
    deliver(now=NOW)
    assert marked == [0, 1, 2, 3]


def test_next_pass_ends_the_tries_of_a_process_that_died_after_its_marks(home: Home) -> None:
    rows = claimed()
    record = Record(rows, NOW)
    record.mark_sent(rows[:2], record.begin(Letter(rows[:2])), LATER)
    # Nobody closes the record.
    assert results() == ["started"] * 4
    Notification.objects.filter(state="sending").update(state="dropped")
    deliver(now=LAST)
    assert results() == ["accepted", "accepted", "started", "started"]
    ended = DeliveryTry.objects.filter(result="accepted").values_list("ended_at", flat=True)
    assert set(ended) == {LATER}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="how a server is asked")
def test_mark_of_a_mail_is_planned_once_for_all(mailbox: Mailbox, home: Home) -> None:
    due_now(waiting_case(home, number="3069099405659911", protection_ends_at=NOW + A_MONTH))
    sweep(now=NOW)
    deliver(now=NOW)
    assert len(mailbox.accepted) == 8
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        (statement,) = (row[0] for row in cursor.fetchall())
    assert "UPDATE reminders_notification" in statement
