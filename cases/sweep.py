"""The sweep: fires what is pending and due, a batch a transaction, deciding nothing itself."""

import json
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from cases import sweep_sql
from cases.announcements import follow_ups_fired
from cases.models import FollowUp
from cases.vocabulary import FollowUpKind

log = logging.getLogger(__name__)
T = TypeVar("T")
BATCH_SIZE = 1000


@dataclass(slots=True, kw_only=True)
class SweepFigures:
    """What a pass did; the names are those of contract.md."""

    now: datetime
    due: int = 0
    fired: int = 0
    retry_due: int = 0
    escalation_due: int = 0
    warned: int = 0
    skipped: int = 0
    failed: int = 0
    notifications: int = 0
    seconds: float = 0.0

    def add(self, batch: "Batch") -> None:
        self.due += batch.claimed
        self.fired += sum(batch.fired.values())
        self.retry_due += batch.fired.get(FollowUpKind.RETRY, 0)
        self.escalation_due += batch.fired.get(FollowUpKind.ESCALATE, 0)
        self.warned += batch.fired.get(FollowUpKind.PROTECTION_WARNING, 0)
        self.skipped += batch.void
        self.notifications += batch.notifications


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    claimed: int
    void: int
    fired: dict[str, int]
    notifications: int


def sweep(*, now: datetime, batch_size: int = BATCH_SIZE) -> SweepFigures:
    """Fire all that is due at `now`. Any number of sweeps may run at once: each step fires once."""
    started = time.perf_counter()
    figures = SweepFigures(now=now)
    while True:
        try:
            batch = _once_more_when_locked(lambda: fire_batch(now=now, limit=batch_size))
        except (IntegrityError, DataError):
            _set_poison_aside(now, batch_size, figures)
            continue
        if batch.claimed == 0:
            break
        figures.add(batch)
    figures.seconds = round(time.perf_counter() - started, 3)
    return figures


@transaction.atomic
def fire_batch(*, now: datetime, limit: int, ids: Sequence[int] | None = None) -> Batch:
    """Fire up to `limit` due follow-ups in one transaction, with a constant number of statements."""
    batch = uuid.uuid4()
    facts: dict[str, Any] = {
        "now": connection.ops.adapt_datetimefield_value(now),
        "batch": FollowUp._meta.get_field("batch").get_db_prep_value(batch, connection),
        "limit": limit,
    }
    if ids is not None:
        facts["ids"] = json.dumps(list(ids)) if connection.vendor == "sqlite" else list(ids)
    with connection.cursor() as cursor:
        cursor.execute(sweep_sql.claim(only_listed=ids is not None), facts)
        claimed = cursor.rowcount
        if claimed == 0:
            return Batch(claimed=0, void=0, fired={}, notifications=0)
        cursor.execute(sweep_sql.VOID, facts)
        void = cursor.rowcount
        cursor.execute(sweep_sql.CHANGE_CASES, facts)
        cursor.execute(sweep_sql.insert_events(), facts)
        cursor.execute(sweep_sql.COUNT_FIRED, facts)
        fired = dict(cursor.fetchall())
    notifications = sum(follow_ups_fired.announce(batch, now))
    return Batch(claimed=claimed, void=void, fired=fired, notifications=notifications)


def _once_more_when_locked(work: Callable[[], T]) -> T:
    try:
        return work()
    except OperationalError as fault:
        log.warning("the database was busy, once more: %s", fault)
        return work()


def _fire_listed(now: datetime, ids: Sequence[int]) -> Batch:
    return _once_more_when_locked(lambda: fire_batch(now=now, limit=len(ids), ids=ids))


def _set_poison_aside(now: datetime, batch_size: int, figures: SweepFigures) -> None:
    """Halve the failing batch until the row that cannot fire stands alone; fire the others."""
    due = FollowUp.objects.pending().filter(due_at__lte=now).order_by("due_at", "id")
    pile = [list(due.values_list("id", flat=True)[:batch_size])]
    while pile:
        ids = pile.pop()
        if not ids:
            continue
        try:
            figures.add(_fire_listed(now, ids))
        except (IntegrityError, DataError) as fault:
            if len(ids) > 1:
                middle = len(ids) // 2
                pile += [ids[:middle], ids[middle:]]
                continue
            log.exception("follow-up %s was set aside", ids[0])
            FollowUp.objects.filter(id=ids[0], status=FollowUp.Status.PENDING).update(
                status=FollowUp.Status.FAILED, error=str(fault)[:2000]
            )
            figures.due += 1
            figures.failed += 1
