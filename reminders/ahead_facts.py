"""What looking ahead begins from: what is planned, waits and was told, in a constant number of queries."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from cases.models import Case, Escalation, FollowUp
from cases.services.guard import SNOOZE_RUNG
from cases.vocabulary import FollowUpKind
from households.models import Household, Membership, ReminderScope, Role
from reminders.ahead_rows import CaseAhead, RowAhead, RulingAhead, StepAhead
from reminders.audience import Listener, channels_of
from reminders.choices import Chosen, choices_of
from reminders.letters import AN_HOUR, STANDS_ALONE, Letter
from reminders.models import MENTION, Channel, Notification
from reminders.relay import lying

State = Notification.State
LIVE = (State.WAITING, State.SENDING, State.SENT)
# In the order of `StepAhead`, whose case comes second.
STEP_COLUMNS = ("pk", "case_id", "kind", "rung", "cycle", "due_at", "becomes", "origin", "fired_at")
CASE_COLUMNS = ("pk", "public_id", "title", "stage", "cycle", "assignee_id", "is_example")
ROW_COLUMNS = (
    *("pk", "member_id", "case_id", "kind", "rung", "cycle", "channel", "target_at"),
    *("state", "created_at", "next_try_at", "digest", "relayed_from_id", "stands_in_for_id"),
)


@dataclass(slots=True)
class Memory:
    """What each member was told through each channel, and what will have been by then."""

    # By member, channel and case: the newest target that was told.
    targets: dict[tuple[int, str, int], datetime] = field(default_factory=dict)
    rows: dict[tuple[int, str, int], list[RowAhead]] = field(default_factory=dict)
    mailed: dict[tuple[int, str], dict[uuid.UUID | int, datetime]] = field(default_factory=dict)

    def add(self, row: RowAhead) -> None:
        """A row that waits; whether it counts is asked by its state then."""
        if row.kind not in STANDS_ALONE:
            key = (row.member_id, row.channel, row.case_id)
            self.rows.setdefault(key, []).append(row)

    def note_mailed(self, letter: Letter[RowAhead], at: datetime) -> None:
        first = letter.rows[0]
        for row in letter.rows:
            row.state = State.SENT
        mails = self.mailed.setdefault((first.member_id, letter.channel), {})
        mails[letter.digest or first.pk] = at

    def mailed_in_the_last_hour(self, row: RowAhead, now: datetime) -> list[datetime]:
        key = (row.member_id, row.channel)
        # Time only goes on: what is older will not be asked for again.
        mails = {one: at for one, at in self.mailed.get(key, {}).items() if at > now - AN_HOUR}
        self.mailed[key] = mails
        return sorted(at for at in mails.values() if at <= now)

    def newest_told(self, rows: Sequence[RowAhead]) -> Mapping[int, datetime]:
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
    # Whether any of them may be told because somebody else does nothing.
    is_relayed: bool
    pending: Sequence[StepAhead]
    lying: Sequence[StepAhead]
    waiting: Sequence[RowAhead]
    # Who was told of which step through which channel.
    known: set[tuple[int | None, int, str]]
    memory: Memory


def gather_facts(household: Household, *, now: datetime, until: datetime) -> AheadFacts:
    members = _members(household)
    chosen = choices_of(members.values())
    cases = _open_cases(household)
    soon = Q(due_at__lte=until) | Q(rung__startswith=f"{SNOOZE_RUNG}:")
    pending = FollowUp.objects.of(household).pending().filter(soon)
    waiting = _waiting(household, members, cases)
    steps = _of_open_cases(pending.order_by("due_at", "pk"), cases)
    _add_rulings(steps, waiting, cases)
    next_ones = [
        member
        for member in members.values()
        if member.role in (Role.OWNER, Role.ADULT) and member.reminder_scope != ReminderScope.NONE
    ]
    # Who follows all cases is never told in somebody's place: most households relay nothing.
    is_relayed = any(member.reminder_scope != ReminderScope.ALL for member in next_ones)
    is_covered = any(choice.absences for choice in chosen.values())
    return AheadFacts(
        chosen=chosen,
        audience=[Listener(m, chosen[pk], channels_of(m)) for pk, m in members.items()],
        next_ones=next_ones,
        is_relayed=is_relayed,
        pending=steps,
        lying=_of_open_cases(_left(household, now).order_by("pk"), cases) if is_relayed else [],
        waiting=waiting,
        known=_known(_left(household, now)) if is_relayed or is_covered else set(),
        memory=_memory(household, waiting, now),
    )


def _left(household: Household, now: datetime) -> QuerySet[FollowUp]:
    return lying(now).filter(household=household)


def _known(steps: QuerySet[FollowUp]) -> set[tuple[int | None, int, str]]:
    rows = Notification.objects.filter(follow_up__in=steps.values("pk"))
    return set(rows.values_list("follow_up_id", "member_id", "channel"))


def _members(household: Household) -> dict[int, Membership]:
    rows = (
        Membership.objects.active()
        .filter(household=household, user__is_active=True)
        .select_related("user__mail_bounce")
        .prefetch_related("reminder_targets")
        .order_by("joined_at", "pk")
    )
    return {member.pk: member for member in rows}


def _open_cases(household: Household) -> dict[int, CaseAhead]:
    rows = Case.objects.of(household).open()
    return {row[0]: CaseAhead(household, *row) for row in rows.values_list(*CASE_COLUMNS)}


def _of_open_cases(steps: QuerySet[FollowUp], cases: Mapping[int, CaseAhead]) -> list[StepAhead]:
    """One object a case, so that a stage that it takes is the stage of all its steps."""
    return [
        StepAhead(pk, cases[case], *rest)
        for pk, case, *rest in steps.values_list(*STEP_COLUMNS)
        if case in cases
    ]


def _waiting(
    household: Household, members: Mapping[int, Membership], cases: Mapping[int, CaseAhead]
) -> list[RowAhead]:
    """What is on its way to members. What waits for a settled case, or for somebody who left, is
    dropped when its turn comes; a note is told whatever became of the case."""
    rows = (
        Notification.objects.of(household)
        .filter(state__in=(State.WAITING, State.SENDING), member__in=members)
        .exclude(channel=Channel.INBOX)
        .order_by("pk")
    )
    found, of_notes = [], []
    for step, pk, member, case, *rest in rows.values_list("follow_up_id", *ROW_COLUMNS):
        if step is None:
            of_notes.append(pk)
        elif case in cases:
            row = RowAhead(pk, members[member], cases[case], None, *rest)
            row.follow_up = _step_of(row, step)
            found.append(row)
    return [*found, *_mentions(of_notes, household, members, cases)] if of_notes else found


def _step_of(row: RowAhead, key: int) -> StepAhead:
    """It has fired, so it stays as its row has it, and neither fires nor becomes anything again."""
    names = (row.kind, row.rung, row.cycle, row.target_at)
    return StepAhead(key, row.case, *names, becomes="", origin="", fired_at=None)


def _mentions(
    keys: Iterable[int],
    household: Household,
    members: Mapping[int, Membership],
    cases: Mapping[int, CaseAhead],
) -> list[RowAhead]:
    rows = Notification.objects.of(household).filter(kind=MENTION, pk__in=keys).order_by("pk")
    of_case = [f"case__{name}" for name in CASE_COLUMNS]
    columns = (*ROW_COLUMNS, "reason")
    found = []
    for row in rows.values_list(*columns, *of_case):
        pk, member, key, *rest = row[: len(columns)]
        case = cases.get(key) or CaseAhead(household, *row[len(columns) :])
        found.append(RowAhead(pk, members[member], case, None, *rest))
    return found


def _add_rulings(
    steps: Iterable[StepAhead], waiting: Iterable[RowAhead], cases: Mapping[int, CaseAhead]
) -> None:
    """Only steps that look at the marketplace's answer ask whether it has decided."""
    asked = {step.case_id for step in steps if step.kind == FollowUpKind.PLATFORM_CHECK}
    asked |= {row.case_id for row in waiting if row.kind == FollowUpKind.PLATFORM_CHECK}
    rulings = Escalation.objects.filter(case__in=asked).order_by()
    for case, opened_at, pk, ruling in rulings.values_list("case_id", "opened_at", "pk", "ruling"):
        cases[case].escalations.append(RulingAhead(opened_at, pk, ruling))


def _memory(household: Household, waiting: Sequence[RowAhead], now: datetime) -> Memory:
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
        .filter(case__settled_at__isnull=True)
        .values_list("member_id", "channel", "case_id")
        .annotate(newest=Max("target_at"))
        .order_by()
    )
    for member, channel, case, newest in told:
        memory.targets[member, channel, case] = newest
    return memory
