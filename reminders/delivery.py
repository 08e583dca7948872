"""Delivery: claims notifications under a lease, sends each, and marks it if still the holder."""

import hashlib
import logging
import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F

from cases.vocabulary import Stage
from households.models import ReminderScope
from reminders.mail import build_mail
from reminders.models import DeliveryTry, Notification

log = logging.getLogger(__name__)
State = Notification.State
Result = DeliveryTry.Result

BATCH_SIZE = 20
# A lease lasts longer than the client waits for the server, once to connect and once for its last
# answer, or a slow send would be taken over.
TIMEOUTS_A_LEASE = 2.5
GIVE_UP_AFTER = timedelta(days=3)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
# A server that cannot be reached is nobody's fault: the mail waits, and no refusal is counted.
SERVER_PAUSE = timedelta(minutes=2)
# Stages in which a step of that kind has nothing left to say.
MOVED_ON: dict[str, tuple[str, ...]] = {
    "retry": (Stage.SELLER_REPLIED, Stage.AWAITING_PLATFORM, Stage.AWAITING_SELLER),
    "escalate": (Stage.AWAITING_PLATFORM,),
    "protection_warning": (Stage.AWAITING_PLATFORM,),
}


@dataclass(slots=True, kw_only=True)
class DeliveryFigures:
    """What a pass did; the names are those of contract.md. Dropped rows are not counted."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    dead: int = 0
    seconds: float = 0.0


class ServerUnreachable(Exception):
    """The mail server does not answer; the pass ends, and everything waits."""


def deliver(
    *,
    now: datetime,
    batch_size: int = BATCH_SIZE,
    should_stop: Callable[[], bool] = lambda: False,
) -> DeliveryFigures:
    """One pass over the outbox: all that waits and is due at `now`. Any number may run at once.

    `should_stop` is asked between two mails; on True the rest is put back as it was.
    """
    started = time.monotonic()

    def clock() -> datetime:
        """`now`, moved on by what the pass has taken so far."""
        return now + timedelta(seconds=time.monotonic() - started)

    figures = DeliveryFigures()
    server = get_connection()
    held: list[Notification] = []
    try:
        for held in _batches(now, clock, batch_size):
            while held and not should_stop():
                _deliver_one(held[0], server, figures, clock)
                held.pop(0)
            if held:
                _put_back(held, now, "")
                break
    except ServerUnreachable as fault:
        log.warning("the mail server was not reached: %s", fault)
        figures.deferred += _put_back(held, clock() + SERVER_PAUSE, str(fault))
    finally:
        _close(server)
    figures.seconds = round(time.monotonic() - started, 3)
    return figures


def lease() -> timedelta:
    """How long a claim holds; what a killed process had claimed waits no longer than this."""
    return timedelta(seconds=TIMEOUTS_A_LEASE * settings.EMAIL_TIMEOUT)


def _batches(
    now: datetime, clock: Callable[[], datetime], batch_size: int
) -> Iterator[list[Notification]]:
    while batch := _claim(now, clock() + lease(), batch_size):
        yield batch


@transaction.atomic
def _claim(now: datetime, lease_until: datetime, limit: int) -> list[Notification]:
    rows = Notification.objects.claimable(now).order_by("next_try_at", "id")
    if database.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    ids = list(rows.values_list("id", flat=True)[:limit])
    if not ids:
        return []
    Notification.objects.take(ids, lease_until=lease_until)
    return list(
        Notification.objects.filter(pk__in=ids)
        .select_related("household", "member__user", "case__seller", "case__order")
        .order_by("next_try_at", "id")
    )


def _deliver_one(
    row: Notification,
    server: BaseEmailBackend,
    figures: DeliveryFigures,
    clock: Callable[[], datetime],
) -> None:
    mine = Notification.objects.held(row.pk, row.token)
    reason = why_dropped(row)
    if reason:
        mine.update(state=State.DROPPED, last_error=reason, lease_until=None)
        return
    if not mine.update(lease_until=clock() + lease()):
        return
    attempt = DeliveryTry.objects.create(
        notification=row, token=row.token, started_at=clock(), result=Result.STARTED
    )
    result, detail = _send(row, server)
    kept = _finish(row, result, detail, figures, clock())
    attempt.result = result if kept else Result.LATE
    attempt.detail = detail
    attempt.ended_at = clock()
    attempt.save(update_fields=["result", "detail", "ended_at"])
    if result == Result.UNREACHABLE:
        raise ServerUnreachable(detail)


def why_dropped(row: Notification) -> str:
    """Why a notification is no longer true, looked at in the moment of sending; empty if it is."""
    case, member = row.case, row.member
    if case.stage == Stage.SETTLED:
        return "the case was settled"
    if member.left_at is not None or not member.user.is_active:
        return "the member has left"
    if not member.reminds_by_email or member.reminder_scope == ReminderScope.NONE:
        return "the member has switched e-mail reminders off"
    if row.kind != "own" and (row.cycle != case.cycle or case.stage in MOVED_ON.get(row.kind, ())):
        return "the case has moved on"
    return ""


def _send(row: Notification, server: BaseEmailBackend) -> tuple[str, str]:
    """Hand one mail to the server; what came of it, and the server's words."""
    try:
        mail = build_mail(row, server)
    except Exception as fault:  # a row that cannot be told must not stop the others
        log.exception("notification %s cannot be written as a mail", row.pk)
        return Result.REFUSED, f"cannot be written: {fault}"
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as fault:
        return Result.UNREACHABLE, str(fault)
    try:
        server.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as fault:
        code, words = next(iter(fault.recipients.values()))
        return _by_code(code, words)
    except smtplib.SMTPResponseException as fault:
        return _by_code(fault.smtp_code, fault.smtp_error)
    except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError) as fault:
        _close(server)
        return Result.UNCERTAIN, f"the connection ended before an answer: {fault}"
    except (OSError, smtplib.SMTPException) as fault:
        _close(server)
        return Result.UNREACHABLE, str(fault)
    return Result.ACCEPTED, ""


def _by_code(code: int, words: bytes | str) -> tuple[str, str]:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return Result.DEFERRED if 400 <= code < 500 else Result.REFUSED, f"{code} {text}"


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (OSError, smtplib.SMTPException):
        log.info("the mail server had gone before the connection was closed")


def _finish(
    row: Notification, result: str, detail: str, figures: DeliveryFigures, now: datetime
) -> bool:
    """Write the result if the row is still ours; False when the lease was lost."""
    mine = Notification.objects.held(row.pk, row.token)
    if result == Result.ACCEPTED:
        kept = mine.update(state=State.SENT, sent_at=now, lease_until=None, last_error="")
        figures.sent += kept
    elif result == Result.REFUSED:
        kept = mine.update(
            state=State.FAILED, lease_until=None, last_error=detail, refusals=F("refusals") + 1
        )
        figures.failed += kept
    elif result == Result.UNREACHABLE:
        kept = 1  # put back with the rest of the batch
    elif now - row.created_at > GIVE_UP_AFTER or _was_uncertain_before(row, result):
        kept = mine.update(state=State.DEAD, lease_until=None, last_error=detail)
        figures.dead += kept
    else:
        refused = result == Result.DEFERRED
        kept = mine.update(
            state=State.WAITING,
            lease_until=None,
            last_error=detail,
            refusals=F("refusals") + int(refused),
            next_try_at=now + pause_before_try(row.refusals + 1, row.public_id.hex),
        )
        figures.deferred += kept
    return bool(kept)


def _was_uncertain_before(row: Notification, result: str) -> bool:
    """A reminder whose fate is unknown goes once more, under the same Message-ID, and no oftener."""
    return result == Result.UNCERTAIN and row.tries.filter(result=Result.UNCERTAIN).exists()


def pause_before_try(number: int, seed: str) -> timedelta:
    """Doubling from a minute to four hours, spread by up to a quarter so that not all come at once."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(number - 1, 10), LONGEST_PAUSE)
    spread = hashlib.sha256(f"{seed}/{number}".encode()).digest()[0] / 255
    return pause + pause * spread / 4


def _put_back(held: list[Notification], next_try_at: datetime, detail: str) -> int:
    return sum(
        Notification.objects.held(row.pk, row.token).update(
            state=State.WAITING, lease_until=None, next_try_at=next_try_at, last_error=detail
        )
        for row in held
    )
