"""Claims: a worker takes, under a lease with a fencing token, what waits for a few members."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, Q, prefetch_related_objects

from cases.models import Case, CaseEvent
from cases.vocabulary import FollowUpKind
from households.models import Membership
from reminders.models import Notification
from reminders.turns import turn_to_write, wait_to_claim

# A claim takes all that waits for a member, so that it can go in one mail: of so many members, or of
# fewer that make so many rows.
MEMBERS_A_BATCH = 100
ROWS_A_BATCH = 500
# A statement names no more than this, whatever waits for one member.
MOST_ROWS_A_MEMBER = 5000
# What a check and a mail look at, of tables that have far more.
NEEDED = (
    *("public_id", "household", "member", "case", "kind", "cycle", "channel", "target_at"),
    *("reason", "created_at", "lease_until", "token", "refusals", "digest"),
    *("note", "relayed_from", "stands_in_for"),
)
NEEDED_OF_CASE = (
    *("public_id", "household", "title", "is_example", "stage", "cycle", "escalate_by"),
    *("assignee", "value_minor", "currency", "seller__name", "seller__marketplace"),
    *("order__number", "order__protection_ends_at"),
)
# A lease lasts longer than the client waits for the server, once to connect and once for its last
# answer, or a slow send would be taken over.
TIMEOUTS_A_LEASE = 2.5


def lease() -> timedelta:
    """How long a claim holds; what a killed process had claimed waits no longer than this."""
    return timedelta(seconds=TIMEOUTS_A_LEASE * settings.EMAIL_TIMEOUT)


def claim(
    *, waiting: Q, now: datetime, clock: Callable[[], datetime], members: int
) -> list[Notification]:
    """Take all that waits for a few members; nobody else takes a part of it meanwhile."""
    with turn_to_write():
        tokens = _take(waiting=waiting, now=now, clock=clock, members=members)
    # Read when the lock is let go of: what somebody else has taken since is theirs.
    return [row for row in read_rows(list(tokens)) if row.token == tokens[row.pk]] if tokens else []


@transaction.atomic
def _take(
    *, waiting: Q, now: datetime, clock: Callable[[], datetime], members: int
) -> dict[int, int]:
    """The rows that are ours now, and the token of each."""
    wait_to_claim()
    due = Notification.objects.filter(waiting)
    told = due.members_to_be_told(now, most=members)
    rows = due.claimable(now).filter(member__in=told)
    ids = _of_first_members(rows.order_by("next_try_at", "id").values_list("id", "member_id"))
    until = clock() + lease()
    # A holder that was only slow may have marked some of them meanwhile: those are not taken.
    due.claimable(now).take(ids, lease_until=until)
    ours = due.filter(pk__in=ids, state=Notification.State.SENDING, lease_until=until)
    return dict(ours.values_list("id", "token"))


def _of_first_members(rows: Iterable[tuple[int, int]]) -> list[int]:
    """Of (row, member) the rows of the members who come first: no member's are taken apart."""
    by_member: dict[int, list[int]] = {}
    for row, member in rows:
        by_member.setdefault(member, []).append(row)
    taken: list[int] = []
    for waiting in by_member.values():
        if taken and len(taken) + len(waiting) > ROWS_A_BATCH:
            break
        taken += waiting[:MOST_ROWS_A_MEMBER]
    return taken


def read_rows(ids: Sequence[int], *, without: Sequence[str] = ()) -> list[Notification]:
    """With all that a check and a mail need at hand."""
    # Apart from the rows: a household's members are told of the same cases.
    cases = Case.objects.select_related("seller", "order").only(*NEEDED_OF_CASE)
    members = Membership.objects.select_related("household", "user__mail_bounce")
    persons = Membership.objects.select_related("user")
    rows = list(
        Notification.objects.filter(pk__in=ids)
        .only(*NEEDED)
        .defer(*without)
        .prefetch_related(
            Prefetch("case", cases),
            Prefetch("member", members),
            Prefetch("note", CaseEvent.objects.select_related("actor__user")),
            Prefetch("relayed_from", persons),
            Prefetch("stands_in_for", persons),
        )
        .order_by("member_id", "channel", "target_at", "id")
    )
    for row in rows:
        row.household = row.member.household
    checks = [row.case for row in rows if row.kind == FollowUpKind.PLATFORM_CHECK]
    prefetch_related_objects(checks, "escalations")
    return rows
