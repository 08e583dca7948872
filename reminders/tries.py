"""Tries, on record before the socket opens, and the marks of what was sent.

Each mail is marked in a commit of its own, so that a crash repeats one at the most. That is most of
what a delivery costs, so it is one plain statement; the tries of a few mails are begun together, and
how they ended follows from the marks.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from django.db import connection

from reminders.letters import Letter
from reminders.models import DeliveryTry, Notification
from reminders.prepared import Param, execute_prepared
from reminders.turns import turn_to_write

Result = DeliveryTry.Result

CLAIM = "(%s, %s, 'sending')"
# Of those rows that are still there, and ours: their state is asked for beside the claim, since a
# server would else read the index of all that was ever being sent.
BEGIN = """
INSERT INTO reminders_deliverytry (public_id, notification_id, token, started_at, result, detail)
SELECT {new_uuid}, held.id, held.token, %s, 'started', ''
FROM reminders_notification held
WHERE held.id IN ({rows}) AND (held.id, held.token, held.state) IN (VALUES {claims})
RETURNING notification_id, id
"""
# Who has lost the claim under which the mail was handed over marks nothing.
MARK = """
UPDATE reminders_notification
SET state = 'sent', sent_at = %s, lease_until = NULL, last_error = ''
WHERE id IN ({rows}) AND (id, token, state) IN (VALUES {claims})
"""
# The mark is the truth, and a try's end says the same of the claim that it was made under.
END = """
UPDATE reminders_deliverytry AS try
SET result = 'accepted',
    ended_at = (SELECT told.sent_at FROM reminders_notification told WHERE told.id = notification_id)
WHERE result = 'started' AND EXISTS (
    SELECT 1 FROM reminders_notification told
    WHERE told.id = try.notification_id AND told.token = try.token AND told.state = 'sent'
)
"""


class Record:
    """The tries of the few letters that are handed over next."""

    def __init__(self, rows: Sequence[Notification], now: datetime) -> None:
        self._ahead: dict[int, int] = {}
        self._taken: list[int] = []
        if rows:
            with turn_to_write(), connection.cursor() as cursor:
                cursor.execute(_begin(len(rows), connection.vendor), _claims(rows, now))
                self._ahead = dict(cursor.fetchall())

    def still_ours(self, letter: Letter[Notification]) -> Letter[Notification] | None:
        """The letter without what was deleted, dropped or taken since the claim; None if that is all."""
        rows = [row for row in letter.rows if row.pk in self._ahead]
        return replace(letter, rows=rows) if rows else None

    def begin(self, letter: Letter[Notification]) -> list[int]:
        """The keys of the letter's tries; from here on they stay."""
        return [self._ahead.pop(row.pk) for row in letter.rows]

    def mark_sent(self, rows: Sequence[Notification], tries: Sequence[int], now: datetime) -> int:
        """Mark what the server has taken; how many of the rows were still held by who handed them over."""
        with turn_to_write():
            kept = execute_prepared(_mark(len(rows)), _claims(rows, now))
        self._taken += tries
        return kept

    def close(self, now: datetime) -> None:
        """Write how the tries ended whose mails were taken; what was not begun was no try."""
        if self._taken:
            ended = end_tries_of_the_sent(self._taken)
            if ended < len(self._taken):
                late = DeliveryTry.objects.filter(pk__in=self._taken, result=Result.STARTED)
                late.update(result=Result.LATE, ended_at=now)
        if self._ahead:
            DeliveryTry.objects.filter(pk__in=self._ahead.values()).delete()


def end_tries_of_the_sent(tries: Sequence[int] | None = None) -> int:
    """Write 'accepted' where the row is marked as sent under the try's claim; how many.

    Without keys all that are open, so also those of a process that died before it could."""
    with turn_to_write(), connection.cursor() as cursor:
        if tries is None:
            cursor.execute(END)
        else:
            cursor.execute(_end(len(tries)), list(tries))
        return int(cursor.rowcount)


def _claims(rows: Sequence[Notification], now: datetime) -> list[Param]:
    """The moment, the rows, and the claim that each is held under."""
    claims = (part for row in rows for part in (row.pk, row.token))
    moment: datetime | str | None = connection.ops.adapt_datetimefield_value(now)
    return [moment, *(row.pk for row in rows), *claims]


@lru_cache
def _begin(count: int, vendor: str) -> str:
    is_sqlite = vendor == "sqlite"
    new_uuid = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    return BEGIN.format(new_uuid=new_uuid, **_blanks(count))


@lru_cache
def _mark(count: int) -> str:
    return MARK.format(**_blanks(count))


def _blanks(count: int) -> dict[str, str]:
    return {"rows": ", ".join(["%s"] * count), "claims": ", ".join([CLAIM] * count)}


@lru_cache
def _end(count: int) -> str:
    return f"{END} AND id IN ({', '.join(['%s'] * count)})"
