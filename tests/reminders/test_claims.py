"""What a claim reads, it reads for all of its rows at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import CaseEvent
from cases.sweep import sweep
from cases.vocabulary import FollowUpKind
from reminders import claims, delivery
from reminders.delivery import deliver
from reminders.letters import ToldByOutbox
from reminders.models import Notification
from reminders.tries import Record
from tests.cases.test_sweep import waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, make_home

pytestmark = pytest.mark.django_db


def read_for(members: int, cases: int, kind: str, named: str = "") -> int:
    """How many queries read what so many members are mailed of so many cases; `named`: the field of a
    person whom the mails name."""
    home = make_home(f"of{members}")
    for number in range(1, members):
        home.member(f"Adult{number}")
    for number in range(cases):
        protected = NOW + timedelta(days=30)
        case = waiting_case(home, number=f"30690994056{number:05}", protection_ends_at=protected)
        case.follow_ups.pending().filter(kind="retry").update(due_at=NOW)
    sweep(now=NOW)
    mails = Notification.objects.filter(channel="email", state="waiting")
    mails.update(kind=kind)
    for mail in mails.filter(member__household=home.household) if named else ():
        events = CaseEvent.objects.filter(case=mail.case_id, actor__isnull=False)
        setattr(mail, named, events[0] if named == "note" else home.owner)
        mail.save()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert deliver(now=NOW).sent == members * cases
    return sum(query["sql"].startswith("SELECT") for query in queries)


@pytest.mark.parametrize("cases", [1, 5], ids=["single", "digest"])
@pytest.mark.parametrize("kind", FollowUpKind)
def test_many_members_cost_no_more_queries_than_one(
    mailbox: Mailbox, kind: FollowUpKind, cases: int
) -> None:
    assert read_for(4, cases, kind) == read_for(1, cases, kind)


@pytest.mark.parametrize("named", ["note", "relayed_from", "stands_in_for"])
def test_many_mails_that_name_somebody_cost_no_more_queries_than_one(
    mailbox: Mailbox, named: str
) -> None:
    assert read_for(4, 1, "own", named) == read_for(1, 1, "own", named)


def outbox_of_two() -> None:
    home = make_home()
    protected = NOW + timedelta(days=30)
    for number in ("3069099405600001", "3069099405600002"):
        case = waiting_case(home, number=number, protection_ends_at=protected)
        case.follow_ups.pending().filter(kind="retry").update(due_at=NOW)
    sweep(now=NOW)


def test_row_that_its_slow_holder_marks_while_another_claims_is_not_taken_again(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox_of_two()
    real = claims._of_first_members

    def marked_meanwhile(rows: Iterable[tuple[int, int]]) -> list[int]:
        keys = real(rows)
        Notification.objects.filter(pk__in=keys[:1]).update(state="sent", sent_at=NOW)
        return keys

    monkeypatch.setattr(claims, "_of_first_members", marked_meanwhile)
    assert deliver(now=NOW).sent == 1
    assert len(mailbox.accepted) == 1


def test_row_that_another_takes_before_it_is_read_is_left_to_them(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox_of_two()
    real = claims.read_rows

    def taken_meanwhile(ids: Sequence[int], **kwargs: Sequence[str]) -> list[Notification]:
        Notification.objects.filter(pk=min(ids)).update(token=7)
        return real(ids, **kwargs)

    monkeypatch.setattr(claims, "read_rows", taken_meanwhile)
    assert deliver(now=NOW).sent == 1
    assert len(mailbox.accepted) == 1


def test_row_that_is_deleted_after_the_claim_keeps_no_other_mail_from_going(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox_of_two()

    def deleted_meanwhile(rows: Sequence[Notification], now: datetime) -> Record:
        Notification.objects.filter(pk=rows[0].pk).delete()
        return Record(rows, now)

    monkeypatch.setattr(delivery, "Record", deleted_meanwhile)
    assert deliver(now=NOW).sent == 1
    assert len(mailbox.accepted) == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite answers a question")
def test_claim_reads_nothing_of_what_was_sent_long_ago() -> None:
    with CaptureQueriesContext(connection) as queries:
        Notification.objects.members_to_be_told(NOW, most=10)
    assert queries.captured_queries
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = " ".join(str(row[-1]) for row in cursor.fetchall())
            assert "INDEX notification_" in plan
            assert "SCAN" not in plan


def test_cap_of_an_hour_is_counted_by_its_index() -> None:
    outbox_of_two()
    rows = list(Notification.objects.filter(channel="email"))
    with CaptureQueriesContext(connection) as queries:
        ToldByOutbox(rows, NOW)
    mailed = queries.captured_queries[0]["sql"]
    assert "sent_at" in mailed
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a table of two rows it would rather read all.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {mailed}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {mailed}")
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "notification_told" in plan
