"""Tries, on record before the socket opens, and the marks of what was sent.

Each mail is marked in a commit of its own, so that a crash repeats one at the most. That is the
price of most of a delivery, so the marks are plain statements, and the tries of the next few mails
are written together.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.db import connection, transaction

from reminders.letters import Letter
from reminders.models import DeliveryTry, Notification

Result = DeliveryTry.Result

BEGIN = """
INSERT INTO reminders_deliverytry (public_id, notification_id, token, started_at, result, detail)
VALUES {tries} RETURNING notification_id, id
"""
A_TRY = "({new_uuid}, %s, %s, %s, 'started', '')"
# Who has lost the claim under which the mail was handed over marks nothing.
MARK_ROWS = """
UPDATE reminders_notification
SET state = 'sent', sent_at = %s, lease_until = NULL, last_error = ''
WHERE id IN ({rows}) AND (id, token) IN (VALUES {claims}) AND state = 'sending'
"""
ARE_MARKED = """
SELECT id FROM reminders_notification
WHERE id IN ({rows}) AND (id, token) IN (VALUES {claims}) AND state = 'sent'
"""
MARK_TRIES = """
UPDATE reminders_deliverytry
SET ended_at = %s, result = CASE WHEN notification_id IN ({marked}) THEN 'accepted' ELSE 'late' END
WHERE id IN ({tries})
"""


class Record:
    """The tries of the few letters that are handed over next."""

    def __init__(self, rows: Sequence[Notification], now: datetime) -> None:
        moment = connection.ops.adapt_datetimefield_value(now)
        self._ahead: dict[int, int] = {}
        if rows:
            with connection.cursor() as cursor:
                facts = [part for row in rows for part in (row.pk, row.token, moment)]
                cursor.execute(_begin(len(rows), connection.vendor), facts)
                self._ahead = dict(cursor.fetchall())

    def begin(self, letter: Letter[Notification]) -> list[int]:
        """The keys of the letter's tries; from here on they stay."""
        return [self._ahead.pop(row.pk) for row in letter.rows]

    def take_back(self) -> None:
        """What was not begun was no try."""
        if self._ahead:
            DeliveryTry.objects.filter(pk__in=self._ahead.values()).delete()


def mark_sent(rows: Sequence[Notification], tries: Sequence[int], now: datetime) -> int:
    """Mark what the server has taken; how many of the rows were still held by who handed them over."""
    moment = connection.ops.adapt_datetimefield_value(now)
    held = [*(row.pk for row in rows), *(part for row in rows for part in (row.pk, row.token))]
    mark_rows, mark_tries, mark_both = _statements(len(rows))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(mark_both, [moment, *held, moment, *tries])
            return sum(result == Result.ACCEPTED for (result,) in cursor.fetchall())
        with transaction.atomic():
            cursor.execute(mark_rows, [moment, *held])
            kept = int(cursor.rowcount)
            cursor.execute(mark_tries, [moment, *held, *tries])
    return kept


@lru_cache
def _begin(count: int, vendor: str) -> str:
    is_sqlite = vendor == "sqlite"
    a_try = A_TRY.format(
        new_uuid="lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    )
    return BEGIN.format(tries=", ".join([a_try] * count))


@lru_cache
def _statements(count: int) -> tuple[str, str, str]:
    """For so many rows: the two, and both in one, for a server that lies a way off."""
    keys = ", ".join(["%s"] * count)
    places = {"rows": keys, "tries": keys, "claims": ", ".join(["(%s, %s)"] * count)}
    mark_rows, are_marked = MARK_ROWS.format(**places), ARE_MARKED.format(**places)
    mark_tries = MARK_TRIES.format(**places, marked=are_marked)
    of_marked = MARK_TRIES.format(**places, marked="SELECT id FROM marked")
    both = f"WITH marked AS ({mark_rows} RETURNING id) {of_marked} RETURNING result"
    return mark_rows, mark_tries, both
