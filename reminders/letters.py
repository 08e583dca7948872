"""Which of a member's notifications go now, which together, and which are no longer true."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from django.db.models import Max

from cases.models import Case, Escalation
from cases.vocabulary import FollowUpKind, Stage
from households.models import ReminderScope
from languages.sentences import say
from reminders.ahead_rows import CaseAhead, RowAhead, RulingAhead
from reminders.choices import Chosen
from reminders.models import MENTION, Channel, Notification
from reminders.timing import Moment, tell_at

State = Notification.State
# More than so many at once are told in one digest: after a week's outage, or an import of hundreds.
MOST_SINGLE = 3
# A member gets no more mails than this in an hour; what is more waits, and then goes together.
MOST_AN_HOUR = 6
AN_HOUR = timedelta(hours=1)
# What members say themselves is told beside any step of the case.
STANDS_ALONE = (FollowUpKind.OWN, MENTION)
# Stages in which a step of that kind has nothing left to say.
MOVED_ON: dict[str, tuple[str, ...]] = {
    "platform_check": (Stage.SELLER_REPLIED, Stage.AWAITING_SELLER),
    "retry": (Stage.SELLER_REPLIED, Stage.AWAITING_PLATFORM, Stage.AWAITING_SELLER),
    "escalate": (Stage.AWAITING_PLATFORM,),
    "protection_warning": (Stage.AWAITING_PLATFORM,),
}


# A row of the outbox, or one that is foreseen: what becomes of it is judged in the same way.
Row = TypeVar("Row", Notification, RowAhead)
AnyRow = TypeVar("AnyRow", Notification, RowAhead, contravariant=True)


@dataclass(frozen=True, slots=True)
class Letter(Generic[Row]):
    """One mail or message to one member: a reminder, or with `digest` several."""

    rows: list[Row]
    digest: uuid.UUID | None = None

    @property
    def channel(self) -> str:
        return self.rows[0].channel


@dataclass(slots=True)
class Sorted(Generic[Row]):
    """What becomes of the notifications that were claimed for one member."""

    letters: list[Letter[Row]] = field(default_factory=list)
    held: list[tuple[Row, datetime]] = field(default_factory=list)
    dropped: list[tuple[Row, str]] = field(default_factory=list)


class Told(Protocol[AnyRow]):
    """What one member was told through one channel before."""

    def mailed_in_the_last_hour(self, row: AnyRow, now: datetime) -> list[datetime]:
        """When each mail of the last hour went to the row's member, the oldest first."""

    def newest_told(self, rows: Sequence[AnyRow]) -> Mapping[int, datetime]:
        """By case, the target of the newest step that is told, or was, to the rows' member."""


class ToldByOutbox:
    """As the outbox has it: for all members and channels of the rows, in two queries."""

    def __init__(self, rows: Sequence[Notification], now: datetime) -> None:
        members = {row.member_id for row in rows}
        self._mailed: dict[tuple[int, str], dict[uuid.UUID, datetime]] = {}
        self._newest: dict[tuple[int, str], dict[int, datetime]] = {}
        # What a wrong clock sent in the future does not count.
        sent = Notification.objects.filter(
            member__in=members, state=State.SENT, sent_at__gt=now - AN_HOUR, sent_at__lte=now
        ).exclude(channel=Channel.INBOX)
        names = ("member_id", "channel", "digest", "public_id", "sent_at")
        for member, channel, digest, public_id, sent_at in sent.order_by().values_list(*names):
            mails = self._mailed.setdefault((member, channel), {})
            mails[digest or public_id] = sent_at or now
        told = (
            Notification.objects.filter(
                member__in=members,
                case__in={row.case_id for row in rows},
                state__in=(State.WAITING, State.SENDING, State.SENT),
            )
            .exclude(kind__in=STANDS_ALONE)
            .values_list("member_id", "channel", "case_id")
            .annotate(newest=Max("target_at"))
        )
        for member, channel, case, newest in told:
            self._newest.setdefault((member, channel), {})[case] = newest

    def mailed_in_the_last_hour(self, row: Notification, now: datetime) -> list[datetime]:
        return sorted(self._mailed.get((row.member_id, row.channel), {}).values())

    def newest_told(self, rows: Sequence[Notification]) -> Mapping[int, datetime]:
        return self._newest.get((rows[0].member_id, rows[0].channel), {})


def sort_out(rows: Sequence[Row], chosen: Chosen, *, now: datetime, told: Told[Row]) -> Sorted[Row]:
    """`rows`: all that one member has waiting in one channel and due at `now`, cases at hand.

    Who looks ahead brings what will have been told by then; nothing else is read.
    """
    result: Sorted[Row] = Sorted()
    newest = told.newest_told(rows)
    of_member = _why_member_is_not_told(rows[0]) if rows else ""
    fresh: list[Row] = []
    begun: dict[uuid.UUID, list[Row]] = {}
    together: set[int] = set()
    for row in rows:
        reason = _why_untrue(row, of_member) or _why_outdated(row, newest)
        if reason:
            result.dropped.append((row, reason))
            continue
        if row.digest is not None:
            begun.setdefault(row.digest, []).append(row)
            continue
        moment = chosen.moment_of(row.kind, row.channel)
        if moment is Moment.NEVER:
            result.dropped.append((row, "the member wants none of this kind any more"))
            continue
        at = tell_at(
            kind=row.kind,
            moment=moment,
            timing=chosen.timing,
            written_at=row.created_at,
            now=now,
        )
        if at > now:
            result.held.append((row, at))
            continue
        fresh.append(row)
        if moment is not Moment.AT_ONCE:
            together.add(row.pk)
    result.letters += [Letter(group, digest) for digest, group in begun.items()]
    if fresh:
        _write_letters(fresh, together, result, told.mailed_in_the_last_hour(fresh[0], now), now)
    return result


def _write_letters(
    fresh: list[Row],
    together: set[int],
    result: Sorted[Row],
    mailed: Sequence[datetime],
    now: datetime,
) -> None:
    room = MOST_AN_HOUR - len(mailed) - len(result.letters)
    if room <= 0:
        until = (mailed[0] if mailed else now) + AN_HOUR
        result.held += [(row, until) for row in fresh]
        return
    single = [row for row in fresh if row.pk not in together]
    if len(single) > min(MOST_SINGLE, room - bool(together)):
        single = []
    alone = {row.pk for row in single}
    gathered = [row for row in fresh if row.pk not in alone]
    result.letters += [Letter([row]) for row in single]
    if len(gathered) == 1:
        result.letters.append(Letter(gathered))
    elif gathered:
        result.letters.append(Letter(gathered, uuid.uuid4()))


def why_dropped(row: Notification | RowAhead) -> str:
    """Why a notification is no longer true, looked at in the moment of sending; empty if it is."""
    return _why_untrue(row, _why_member_is_not_told(row))


def _why_untrue(row: Notification | RowAhead, of_member: str) -> str:
    case = row.case
    # It would frighten at the kitchen table; the inbox shows what it would have said. A household
    # that is nothing but a demo shows how it is mailed, marked as an example.
    if case.is_example and row.kind != MENTION and not row.household.is_demo:
        return say("an example is told in the inbox alone")
    if case.stage == Stage.SETTLED and row.kind != MENTION:
        return say("the case was settled")
    return of_member or (say("the case has moved on") if has_moved_on(row) else "")


def _why_member_is_not_told(row: Notification | RowAhead) -> str:
    """The same for all rows of one member and channel."""
    member = row.member
    if member.left_at is not None or not member.user.is_active:
        return say("the member has left")
    if member.reminder_scope == ReminderScope.NONE:
        return say("the member has switched reminders off")
    if row.channel == Channel.EMAIL and not member.reminds_by_email:
        return say("the member has switched e-mail reminders off")
    if row.channel == Channel.EMAIL and hasattr(member.user, "mail_bounce"):
        return say("mails to this address came back")
    return ""


def has_moved_on(row: Notification | RowAhead) -> bool:
    """Whether the step that it tells of has nothing left to ask for in the case as it is now."""
    case = row.case
    if row.kind == MENTION:
        return False
    if row.kind == FollowUpKind.OWN or case.is_settled:
        return case.is_settled
    if row.cycle != case.cycle or case.stage in MOVED_ON.get(row.kind, ()):
        return True
    return row.kind == FollowUpKind.PLATFORM_CHECK and _is_decided(case)


def _is_decided(case: Case | CaseAhead) -> bool:
    escalations: Iterable[Escalation | RulingAhead] = case.escalations.all()
    newest = max(escalations, key=lambda one: (one.opened_at, one.pk), default=None)
    return newest is not None and bool(newest.ruling)


def _why_outdated(row: Notification | RowAhead, newest: Mapping[int, datetime]) -> str:
    """Only the newest rung of a case is told; an escalation stays true beside a later warning."""
    if row.kind in (*STANDS_ALONE, FollowUpKind.ESCALATE):
        return ""
    if row.target_at < newest.get(row.case_id, row.target_at):
        return "a newer step of the case is told"
    return ""
