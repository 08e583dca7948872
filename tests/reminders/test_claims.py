"""What a claim reads, it reads for all of its rows at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.sweep import sweep
from cases.vocabulary import FollowUpKind
from reminders.delivery import deliver
from reminders.models import Notification
from tests.cases.test_sweep import waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, make_home

pytestmark = pytest.mark.django_db


def read_for(members: int, cases: int, kind: str) -> int:
    """How many queries read what so many members are mailed of so many cases."""
    home = make_home(f"of{members}")
    for number in range(1, members):
        home.member(f"Adult{number}")
    for number in range(cases):
        protected = NOW + timedelta(days=30)
        case = waiting_case(home, number=f"30690994056{number:05}", protection_ends_at=protected)
        case.follow_ups.pending().filter(kind="retry").update(due_at=NOW)
    sweep(now=NOW)
    Notification.objects.filter(channel="email", state="waiting").update(kind=kind)
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
