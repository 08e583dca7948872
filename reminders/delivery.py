"""Delivery: sends each notification that was claimed, and marks it if still the holder."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate, groupby, takewhile
from typing import TypeVar

from django.db import transaction
from django.db.models import F, Q

from languages.sentences import say
from reminders.bounces import note_refusal
from reminders.choices import choices_of
from reminders.claims import MEMBERS_A_BATCH, claim, lease, read_rows
from reminders.handing import MailServer
from reminders.holding import is_held
from reminders.letters import Letter, ToldByOutbox, sort_out, why_dropped
from reminders.mail import build_mail
from reminders.models import TARGET_PREFIX, Channel, DeliveryTry, Notification
from reminders.standing_in import pass_on
from reminders.targets import tell_target
from reminders.tries import Record, end_tries_of_the_sent

log = logging.getLogger(__name__)
State = Notification.State
Result = DeliveryTry.Result
K = TypeVar("K")

# The mails go first and apart: neither a silent mail server nor a slow target delays the other.
MAILS = Q(channel=Channel.EMAIL)
# The tries of the next letters are put on record together: of so many rows, or of one letter.
ROWS_A_GROUP = 20
GIVE_UP_AFTER = timedelta(days=3)
# Letters may wait for each other: facts older than this are looked at again.
FACTS_HOLD = timedelta(seconds=2)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
# A server that cannot be reached is nobody's fault: the mail waits, and no refusal is counted.
SERVER_PAUSE = timedelta(minutes=2)


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
    members_a_batch: int = MEMBERS_A_BATCH,
    should_stop: Callable[[], bool] = lambda: False,
) -> DeliveryFigures:
    """One pass over the outbox: all that waits and is due at `now`. Any number may run at once.

    A held outbox stays as it is.
    `should_stop` is asked between two mails; on True the rest is put back as it was.
    """
    started = time.monotonic()

    def clock() -> datetime:
        """`now`, moved on by what the pass has taken so far."""
        return now + timedelta(seconds=time.monotonic() - started)

    figures = DeliveryFigures()
    if is_held():
        return figures
    end_tries_of_the_sent()
    pass_on(now=now)
    for waiting in (MAILS, ~MAILS):
        claim_next = partial(claim, waiting=waiting, now=now, clock=clock, members=members_a_batch)
        _drain(claim_next, figures, now, clock, should_stop)
    figures.seconds = round(time.monotonic() - started, 3)
    return figures


def _drain(
    claim_next: Callable[[], list[Notification]],
    figures: DeliveryFigures,
    now: datetime,
    clock: Callable[[], datetime],
    should_stop: Callable[[], bool],
) -> None:
    server = MailServer()
    held: list[Letter[Notification]] = []
    try:
        while rows := claim_next():
            held, claimed_at = _letters(rows, clock()), clock()
            while held and not should_stop():
                _deliver_group(held, server, figures, claimed_at, clock, should_stop)
            if held:
                _put_back(held, now, "")
                break
    except ServerUnreachable as fault:
        log.warning("the mail server was not reached: %s", fault)
        figures.deferred += _put_back(held, clock() + SERVER_PAUSE, str(fault))
    finally:
        server.close()


def _deliver_group(
    held: list[Letter[Notification]],
    server: MailServer,
    figures: DeliveryFigures,
    claimed_at: datetime,
    clock: Callable[[], datetime],
    should_stop: Callable[[], bool],
) -> None:
    """Deliver the first few of `held` and take them out; ends early when their facts grow old."""
    size = _size_of_group(held)
    group, checked_at = held[:size], claimed_at
    record = Record([row for letter in group for row in letter.rows], clock())
    try:
        if clock() - checked_at > FACTS_HOLD:
            group, checked_at = _still_true(group), clock()
            held[:size] = group
        for place, letter in enumerate(group):
            if place and (should_stop() or clock() - checked_at > FACTS_HOLD):
                break
            if ours := record.still_ours(letter):
                _deliver_one(ours, record, server, figures, clock)
            del held[0]
    finally:
        record.close(clock())


def _size_of_group(letters: Sequence[Letter[Notification]]) -> int:
    rows = accumulate(len(letter.rows) for letter in letters)
    return 1 + sum(1 for _ in takewhile(lambda count: count < ROWS_A_GROUP, rows))


def _letters(rows: Sequence[Notification], now: datetime) -> list[Letter[Notification]]:
    """What of the claimed rows goes now; the others are put back, or dropped as no longer true."""
    chosen = choices_of({row.member for row in rows})
    told = ToldByOutbox(rows, now)
    letters: list[Letter[Notification]] = []
    for (member, _channel), group in groupby(rows, key=lambda row: (row.member_id, row.channel)):
        sorted_out = sort_out(list(group), chosen[member], now=now, told=told)
        letters += sorted_out.letters
        for at, held in _grouped(sorted_out.held).items():
            Notification.objects.held(held).update(
                state=State.WAITING, lease_until=None, next_try_at=at
            )
        _drop(sorted_out.dropped)
    for letter in letters:
        if letter.digest is not None:
            Notification.objects.held(letter.rows).update(digest=letter.digest)
    return letters


def _still_true(letters: Sequence[Letter[Notification]]) -> list[Letter[Notification]]:
    """Those letters in which something is still true, looked at again: sending takes its time."""
    keys = [row.pk for letter in letters for row in letter.rows]
    # The words are those of the claim: to take them apart again would cost more than all the rest.
    fresh = {row.pk: row for row in read_rows(keys, without=("reason",))}
    dropped: list[tuple[Notification, str]] = []
    left: list[Letter[Notification]] = []
    for letter in letters:
        rows = []
        for row in letter.rows:
            reason = why_dropped(fresh[row.pk]) if row.pk in fresh else say("the case is gone")
            if reason:
                dropped.append((row, reason))
            else:
                rows.append(row)
        if rows:
            left.append(Letter(rows, letter.digest))
    _drop(dropped)
    return left


def _drop(dropped: Iterable[tuple[Notification, str]]) -> None:
    for reason, rows in _grouped(dropped).items():
        Notification.objects.held(rows).update(
            state=State.DROPPED, last_error=reason, lease_until=None
        )


def _grouped(pairs: Iterable[tuple[Notification, K]]) -> dict[K, list[Notification]]:
    groups: dict[K, list[Notification]] = {}
    for row, key in pairs:
        groups.setdefault(key, []).append(row)
    return groups


def _deliver_one(
    letter: Letter[Notification],
    record: Record,
    server: MailServer,
    figures: DeliveryFigures,
    clock: Callable[[], datetime],
) -> None:
    if not _still_holds(letter, clock()):
        return
    tries = record.begin(letter)
    result, detail = _send(letter, server, clock())
    _finish(letter, record, tries, result, detail, figures, clock())
    if result == Result.UNREACHABLE:
        raise ServerUnreachable(detail)


def _still_holds(letter: Letter[Notification], now: datetime) -> bool:
    """Whether there is time for this one under the claim, which is renewed where it runs short."""
    until = letter.rows[0].lease_until
    if until is not None and until - now > lease() / 2:
        return True
    return bool(Notification.objects.held(letter.rows).update(lease_until=now + lease()))


def _send(letter: Letter[Notification], server: MailServer, now: datetime) -> tuple[str, str]:
    """Hand one letter over; what came of it, and the server's words."""
    if letter.channel.startswith(TARGET_PREFIX):
        return tell_target(letter, now=now)
    try:
        mail = build_mail(letter, server.backend)
    except Exception as fault:  # a row that cannot be told must not stop the others
        log.exception("notification %s cannot be written as a mail", letter.rows[0].pk)
        return Result.REFUSED, f"cannot be written: {fault}"
    return server.hand_over(mail)


def _finish(
    letter: Letter[Notification],
    record: Record,
    tries: Sequence[int],
    result: str,
    detail: str,
    figures: DeliveryFigures,
    now: datetime,
) -> None:
    """Write the result if the rows are still ours; else note on the tries that it came too late."""
    if result == Result.ACCEPTED:
        figures.sent += record.mark_sent(letter.rows, tries, now)
        return
    with transaction.atomic():
        kept = _set_aside(letter, result, detail, figures, now)
        DeliveryTry.objects.filter(pk__in=tries).update(
            result=result if kept else Result.LATE, detail=detail, ended_at=now
        )
        if result == Result.TURNED_AWAY:
            note_refusal(letter.rows[0].member.user, detail=detail, now=now)


def _set_aside(
    letter: Letter[Notification], result: str, detail: str, figures: DeliveryFigures, now: datetime
) -> bool:
    """What becomes of rows that were not sent; False when the lease was lost."""
    mine = Notification.objects.held(letter.rows)
    first = letter.rows[0]
    if result in (Result.REFUSED, Result.TURNED_AWAY):
        kept = mine.update(
            state=State.FAILED, lease_until=None, last_error=detail, refusals=F("refusals") + 1
        )
        figures.failed += kept
    elif result == Result.UNREACHABLE:
        kept = 1  # put back with the rest of the batch
    elif _is_hopeless(first, result, now):
        kept = mine.update(state=State.DEAD, lease_until=None, last_error=detail)
        figures.dead += kept
    else:
        refused = result in (Result.DEFERRED, Result.CUT)
        kept = mine.update(
            state=State.WAITING,
            lease_until=None,
            last_error=detail,
            refusals=F("refusals") + int(refused),
            next_try_at=now + pause_before_try(first.refusals + 1, first.public_id.hex),
        )
        figures.deferred += kept
    return bool(kept)


def _is_hopeless(row: Notification, result: str, now: datetime) -> bool:
    """A reminder whose fate is unknown goes once more, under the same Message-ID, and no oftener.

    One that the server puts off is given up three days after it first did; how long the mail had
    waited before, for its hour or for a dead server, is nobody's fault."""
    earlier = row.tries.filter(result=result, started_at__gte=row.created_at)
    if result == Result.UNCERTAIN:
        return earlier.exists()
    first = earlier.order_by("started_at").first() if result == Result.DEFERRED else None
    return first is not None and now - first.started_at > GIVE_UP_AFTER


def pause_before_try(number: int, seed: str) -> timedelta:
    """Doubling from a minute to four hours, spread by up to a quarter so that not all come at once."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(number - 1, 10), LONGEST_PAUSE)
    spread = hashlib.sha256(f"{seed}/{number}".encode()).digest()[0] / 255
    return pause + pause * spread / 4


def _put_back(held: Iterable[Letter[Notification]], next_try_at: datetime, detail: str) -> int:
    rows = [row for letter in held for row in letter.rows]
    return Notification.objects.held(rows).update(
        state=State.WAITING, lease_until=None, next_try_at=next_try_at, last_error=detail
    )
