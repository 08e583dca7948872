"""What looking ahead begins from: what is planned, waits and was told, in a constant number of queries."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, Model, Q, QuerySet, prefetch_related_objects

from cases.models import Case, FollowUp
from cases.services.guard import SNOOZE_RUNG
from cases.vocabulary import FollowUpKind
from households.models import Household, Membership, ReminderScope, Role
from reminders.audience import Heard, Listener, channels_of
from reminders.choices import Chosen, choices_of
from reminders.letters import AN_HOUR, STANDS_ALONE, Letter
from reminders.models import MENTION, Channel, Notification
from reminders.relay import lying

State = Notification.State
LIVE = (State.WAITING, State.SENDING, State.SENT)
# Of a step, no more than looking ahead asks for: a large household has many.
STEP_FIELDS = (
    *("household_id", "case_id", "kind", "rung", "cycle", "due_at", "becomes", "status"),
    *("origin", "fired_at"),
)
ROW_FIELDS = {
    *("id", "member_id", "case_id", "follow_up_id", "kind", "cycle", "channel", "target_at"),
    *("state", "created_at", "digest", "relayed_from_id", "stands_in_for_id"),
}
ROW_ORDER = [f.attname for f in Notification._meta.concrete_fields if f.attname in ROW_FIELDS]
CASE_FIELDS = ("public_id", "title", "stage", "cycle", "assignee_id", "household_id", "is_example")


def unsaved_row(
    step: FollowUp, heard: Heard, now: datetime, is_relayed: bool, number: int
) -> Notification:
    """As the outbox would hold it, with no more than sorting out asks for, and never saved.

    Made as the database makes them, since a large household has thousands; `number` is its key.
    """
    given = {
        "id": number,
        "member_id": heard.member.pk,
        "case_id": step.case_id,
        "follow_up_id": step.pk,
        "kind": step.kind,
        "cycle": step.cycle,
        "channel": heard.channel,
        "target_at": step.due_at,
        "state": State.WAITING,
        "created_at": now,
        "digest": None,
        "relayed_from_id": step.case.assignee_id if is_relayed else None,
        "stands_in_for_id": heard.covering,
    }
    values = [given[name] for name in ROW_ORDER]
    row = Notification.from_db(None, ROW_ORDER, values)
    case: Case = step.case
    known = {"household": case.household, "member": heard.member, "case": case, "follow_up": step}
    for name, related in known.items():
        _put(row, name, related)
    return row


def _put(row: Notification | FollowUp | Case, name: str, related: Model) -> None:
    """The related row, without asking whether it may be: it is of the same database."""
    field: Any = row._meta.get_field(name)
    field.set_cached_value(row, related)


@dataclass(slots=True)
class Memory:
    """What each member was told through each channel, and what will have been by then."""

    # By member, channel and case: the newest target that was told.
    targets: dict[tuple[int, str, int], datetime] = field(default_factory=dict)
    rows: dict[tuple[int, str, int], list[Notification]] = field(default_factory=dict)
    mailed: dict[tuple[int, str], dict[uuid.UUID | int, datetime]] = field(default_factory=dict)

    def add(self, row: Notification) -> None:
        """A row that waits; whether it counts is asked by its state then."""
        if row.kind not in STANDS_ALONE:
            key = (row.member_id, row.channel, row.case_id)
            self.rows.setdefault(key, []).append(row)

    def note_mailed(self, letter: Letter, at: datetime) -> None:
        first = letter.rows[0]
        for row in letter.rows:
            row.state = State.SENT
        mails = self.mailed.setdefault((first.member_id, letter.channel), {})
        mails[letter.digest or first.pk] = at

    def mailed_in_the_last_hour(self, row: Notification, now: datetime) -> list[datetime]:
        mails = self.mailed.get((row.member_id, row.channel), {})
        return sorted(at for at in mails.values() if now - AN_HOUR < at <= now)

    def newest_told(self, rows: Sequence[Notification]) -> Mapping[int, datetime]:
        newest: dict[int, datetime] = {}
        for row in rows:
            key = (row.member_id, row.channel, row.case_id)
            live = [other.target_at for other in self.rows.get(key, ()) if other.state in LIVE]
            if known := self.targets.get(key):
                live.append(known)
            if live:
                newest[row.case_id] = max(live)
        return newest


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadFacts:
    chosen: dict[int, Chosen]
    # Everybody who may be told, and in the order of the relay who may act.
    audience: Sequence[Listener]
    next_ones: Sequence[Membership]
    pending: Sequence[FollowUp]
    lying: Sequence[FollowUp]
    waiting: Sequence[Notification]
    # Who was told of which step through which channel.
    known: set[tuple[int | None, int, str]]
    memory: Memory


def gather_facts(household: Household, *, now: datetime, until: datetime) -> AheadFacts:
    members = _members(household)
    chosen = choices_of(members.values())
    cases = {case.pk: case for case in Case.objects.of(household).open().only(*CASE_FIELDS)}
    for case in cases.values():
        _put(case, "household", household)
    soon = Q(due_at__lte=until) | Q(rung__startswith=f"{SNOOZE_RUNG}:")
    pending = FollowUp.objects.of(household).pending().filter(soon)
    left = lying(now).filter(household=household)
    waiting = _waiting_steps(household, members, cases)
    steps = _of_open_cases(pending.only(*STEP_FIELDS).order_by("due_at", "pk"), cases)
    # Only these ask whether the marketplace has decided.
    checks = {step.case_id for step in steps if step.kind == FollowUpKind.PLATFORM_CHECK}
    checks |= {row.case_id for row in waiting if row.kind == FollowUpKind.PLATFORM_CHECK}
    prefetch_related_objects([cases[key] for key in checks], "escalations")
    return AheadFacts(
        chosen=chosen,
        audience=[Listener(m, chosen[pk], channels_of(m)) for pk, m in members.items()],
        next_ones=[
            member
            for member in members.values()
            if member.role in (Role.OWNER, Role.ADULT)
            and member.reminder_scope != ReminderScope.NONE
        ],
        pending=steps,
        lying=_of_open_cases(left.only(*STEP_FIELDS).order_by("pk"), cases),
        waiting=[*waiting, *_waiting_mentions(household, members)],
        known=set(
            Notification.objects.of(household)
            .filter(follow_up__in=left.values("pk"))
            .values_list("follow_up_id", "member_id", "channel")
        ),
        memory=_memory(household, waiting, now),
    )


def _members(household: Household) -> dict[int, Membership]:
    rows = (
        Membership.objects.active()
        .filter(household=household, user__is_active=True)
        .select_related("user__mail_bounce")
        .prefetch_related("reminder_targets", "reminder_choices")
        .order_by("joined_at", "pk")
    )
    return {member.pk: member for member in rows}


def _of_open_cases(steps: Iterable[FollowUp], cases: Mapping[int, Case]) -> list[FollowUp]:
    """One object a case, so that a stage that it takes is the stage of all its steps."""
    found = []
    for step in steps:
        case = cases.get(step.case_id)
        if case is not None:
            _put(step, "case", case)
            found.append(step)
    return found


def _on_their_way(household: Household) -> "QuerySet[Notification]":
    waiting = Notification.objects.of(household).filter(state__in=(State.WAITING, State.SENDING))
    return waiting.exclude(channel=Channel.INBOX)


def _waiting_mentions(
    household: Household, members: Mapping[int, Membership]
) -> list[Notification]:
    """With their cases, settled ones among them: a note is told whatever became of the case."""
    rows = _on_their_way(household).filter(kind=MENTION, member__in=members)
    found = list(rows.select_related("case").order_by("pk"))
    for row in found:
        _put(row, "member", members[row.member_id])
    return found


def _waiting_steps(
    household: Household, members: Mapping[int, Membership], cases: Mapping[int, Case]
) -> list[Notification]:
    rows = (
        _on_their_way(household)
        .filter(follow_up__isnull=False)
        .select_related("follow_up")
        .defer("reason", "follow_up__reason")
        .order_by("pk")
    )
    found = []
    for row in rows:
        # What waits for a settled case, or for somebody who left, is dropped when its turn comes.
        if row.case_id in cases and row.member_id in members:
            _put(row, "case", cases[row.case_id])
            if row.follow_up is not None:
                _put(row.follow_up, "case", cases[row.case_id])
            _put(row, "household", household)
            _put(row, "member", members[row.member_id])
            found.append(row)
    return found


def _memory(household: Household, waiting: Sequence[Notification], now: datetime) -> Memory:
    memory = Memory()
    for row in waiting:
        memory.add(row)
    sent = Notification.objects.of(household).filter(state=State.SENT).exclude(channel="inbox")
    lately = sent.filter(sent_at__gt=now - AN_HOUR, sent_at__lte=now)
    for member, channel, digest, public_id, at in lately.values_list(
        "member_id", "channel", "digest", "public_id", "sent_at"
    ):
        memory.mailed.setdefault((member, channel), {})[digest or public_id] = at or now
    told = (
        sent.exclude(kind__in=STANDS_ALONE)
        .exclude(case__stage="settled")
        .values_list("member_id", "channel", "case_id")
        .annotate(newest=Max("target_at"))
        .order_by()
    )
    for member, channel, case, newest in told:
        memory.targets[member, channel, case] = newest
    return memory
