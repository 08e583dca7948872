"""What comes: every step that will fire, and every message that will go out, to whom and when.

Nothing is written and nothing is sent. The judgement is the real run's own: `sort_out` of delivery
(what goes now, together, later or not at all, with quiet hours, digests and the cap inside it) and
`next_ones` of the relay, over rows that are never saved. What the sweep does to a thousand
rows in one statement is said for one case in `cases.firing` and `reminders.audience`. A test
fast-forwards the real run and asserts that flags and messages are equal.

The other way, the real services in a transaction that is undone, would take some hundred statements
for each day ahead and hold SQLite's one writer, or PostgreSQL's rows, for as long.

Taken for granted: nobody acts, nobody chooses anew, and each message is taken at the first try.
Moments are those of the ticks, on whole multiples of the tick's length.
"""

import heapq
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.conf import settings

from cases.firing import is_void, stage_after
from cases.models import FollowUp
from cases.vocabulary import OUR_STAGES
from households.models import Household, Membership
from reminders.ahead_facts import AheadFacts, Memory, gather_facts
from reminders.ahead_rows import RowAhead, StepAhead
from reminders.audience import Heard, audience_of, channels_of, told_of_batch
from reminders.away import Away
from reminders.choices import Chosen
from reminders.letters import Letter, sort_out
from reminders.models import Channel, Notification
from reminders.relay import NEXT_AFTER, RELAY_ENDS, next_ones
from reminders.timing import URGENT_KINDS, Moment, quiet_ends

DAYS_AHEAD = 14
# A message is on its way a moment after its tick; what may follow an hour later, follows after that.
ON_ITS_WAY = timedelta(seconds=1)
State = Notification.State
# Looked up for each of thousands.
INBOX, WAITING = Channel.INBOX, State.WAITING


@dataclass(slots=True, kw_only=True)
class Flag:
    """A step that fires, and the stage that its case has then."""

    at: datetime
    step: StepAhead
    stage: str
    is_new_stage: bool


@dataclass(slots=True, kw_only=True)
class Telling:
    """One message to one member, of a step, of a note that mentions them, or of several in one."""

    at: datetime
    member: Membership
    channel: str
    steps: Sequence[StepAhead]
    mentions: Sequence[RowAhead] = ()
    # Because whoever is in charge will not have done anything.
    is_relayed: bool = False
    # Because whoever is in charge is away.
    is_covering: bool = False
    is_after_quiet_hours: bool = False
    is_late: bool = False
    digest: Moment | None = None


@dataclass(slots=True)
class Ahead:
    until: datetime
    flags: list[Flag] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)


@dataclass(slots=True)
class _Tick:
    """What is to be looked at in one tick."""

    steps: list[StepAhead] = field(default_factory=list)
    lying: list[StepAhead] = field(default_factory=list)
    rows: list[RowAhead] = field(default_factory=list)
    # Somebody goes away or comes back: whose turn it is to be told may be another's.
    is_of_absence: bool = False


def look_ahead(household: Household, *, now: datetime, days: int = DAYS_AHEAD) -> Ahead:
    """The days from `now` on, with a constant number of queries."""
    until = now + timedelta(days=days)
    return _Run(gather_facts(household, now=now, until=until), now, until).run()


def tick_of(moment: datetime) -> datetime:
    """The first tick at or after the moment."""
    length = settings.TICK_SECONDS
    return datetime.fromtimestamp(math.ceil(moment.timestamp() / length) * length, UTC)


class _Run:
    def __init__(self, facts: AheadFacts, now: datetime, until: datetime) -> None:
        self.facts, self.now = facts, now
        self.ahead = Ahead(until)
        self.ticks: dict[datetime, _Tick] = {}
        self.moments: list[datetime] = []
        self.memory: Memory = facts.memory
        self.lying: dict[int, list[StepAhead]] = {}
        self.snoozes: dict[int, int] = {}
        self.held: set[int] = set()
        self.numbers = iter(range(10**15, 10**16))
        for step in facts.pending:
            self._at(step.due_at).steps.append(step)
            if step.is_snooze:
                self.snoozes[step.case_id] = self.snoozes.get(step.case_id, 0) + 1
        for row in facts.waiting:
            self._at(row.next_try_at).rows.append(row)
        for step in facts.lying:
            self._leave_lying(step)
        self.heard: dict[tuple[object, ...], list[Heard]] = {}
        self.away_now: tuple[bool, ...] = ()
        self.absences = {away for chosen in facts.chosen.values() for away in chosen.absences}
        for away in self.absences:
            for moment in (away.from_at, away.until_at):
                if moment > now:
                    self._at(moment).is_of_absence = True

    def run(self) -> Ahead:
        while self.moments:
            at = heapq.heappop(self.moments)
            if at > self.ahead.until:
                break
            tick = self.ticks.pop(at)
            self.away_now = tuple(away.is_at(at) for away in self.absences)
            touched = self._sweep(tick, at)
            if tick.is_of_absence:
                touched = list(self.lying)
            again = [step for case in touched for step in self.lying.get(case, ())]
            self._relay([*tick.lying, *again], tick, at)
            self._pass_on(tick, at)
            self._deliver(tick.rows, at)
        return self.ahead

    def _at(self, moment: datetime) -> _Tick:
        at = tick_of(max(moment, self.now))
        if at not in self.ticks:
            self.ticks[at] = _Tick()
            heapq.heappush(self.moments, at)
        return self.ticks[at]

    def _sweep(self, tick: _Tick, at: datetime) -> list[int]:
        """Fire what is due; the cases that it happened to."""
        for step in tick.steps:
            if step.is_snooze:
                self.snoozes[step.case_id] -= 1
        fired = [step for step in tick.steps if not _is_void(step)]
        by_case: dict[int, list[StepAhead]] = {}
        for step in fired:
            by_case.setdefault(step.case_id, []).append(step)
        for steps in by_case.values():
            case = steps[0].case
            before, case.stage = case.stage, stage_after(case.stage, [s.becomes for s in steps])
            for step in steps:
                step.fired_at = at
                self._leave_lying(step)
                is_new = step.becomes == case.stage != before
                flag = Flag(at=at, step=step, stage=case.stage, is_new_stage=is_new)
                self.ahead.flags.append(flag)
        told = {step.pk for step in told_of_batch(fired)}
        for step in fired:
            is_told = step.pk in told
            for heard in self._audience(step, at):
                self._write(step, heard, tick, at, is_told=is_told)
        return list({step.case_id for step in tick.steps})

    def _audience(self, step: StepAhead, at: datetime) -> Sequence[Heard]:
        """Asked once for all steps of a kind in one member's charge, while the same are away."""
        case = step.case
        key = (step.kind, case.assignee_id, self.away_now)
        if key not in self.heard:
            self.heard[key] = list(audience_of(step, self.facts.audience, now=at))
        return self.heard[key]

    def _leave_lying(self, step: StepAhead) -> None:
        """Look again on each day on which one member more would be told of it."""
        is_planned = step.origin == FollowUp.Origin.PLAN
        if not (self.facts.is_relayed and is_planned and step.case.assignee_id is not None):
            return
        self.lying.setdefault(step.case_id, []).append(step)
        fired_at = step.fired_at or self.now
        for days in range(1, RELAY_ENDS // NEXT_AFTER):
            if fired_at + days * NEXT_AFTER >= self.now - NEXT_AFTER:
                self._at(fired_at + days * NEXT_AFTER).lying.append(step)

    def _relay(self, steps: Iterable[StepAhead], tick: _Tick, at: datetime) -> None:
        for step in steps:
            if not self._is_left(step, at):
                continue
            for member in next_ones(step, self._there(at), at):
                chosen = self.facts.chosen[member.pk]
                for channel in channels_of(member):
                    is_refused = chosen.moment_of(step.kind, channel) is Moment.NEVER
                    if not is_refused and (step.pk, member.pk, channel) not in self.facts.known:
                        heard = Heard(member, channel)
                        self._write(step, heard, tick, at, is_relayed=True)

    def _there(self, at: datetime) -> list[Membership]:
        """Whoever is not away then."""
        return [
            member
            for member in self.facts.next_ones
            if not any(
                away.member == member.pk and away.is_at(at)
                for away in self.facts.chosen[member.pk].absences
            )
        ]

    def _is_left(self, step: StepAhead, at: datetime) -> bool:
        """As the relay's own query asks."""
        return (
            step.fired_at is not None
            and at - RELAY_ENDS < step.fired_at <= at - NEXT_AFTER
            and step.cycle == step.case.cycle
            and step.case.stage in OUR_STAGES
            and not self.snoozes.get(step.case_id)
        )

    def _write(
        self,
        step: StepAhead,
        heard: Heard,
        tick: _Tick,
        at: datetime,
        *,
        is_told: bool = True,
        is_relayed: bool = False,
    ) -> None:
        """As the outbox: what waits goes with this tick's delivery, the inbox has it at once."""
        self.facts.known.add((step.pk, heard.member.id, heard.channel))
        if not is_told:
            return
        if heard.channel == INBOX:
            telling = Telling(
                at=at,
                member=heard.member,
                channel=heard.channel,
                steps=[step],
                is_relayed=is_relayed,
                is_covering=heard.covering is not None,
            )
            self.ahead.tellings.append(telling)
            return
        row = RowAhead(
            next(self.numbers),
            heard.member,
            step.case,
            step,
            step.kind,
            step.rung,
            step.cycle,
            heard.channel,
            target_at=step.due_at,
            state=WAITING,
            created_at=at,
            next_try_at=at,
            relayed_from_id=step.case.assignee_id if is_relayed else None,
            stands_in_for_id=heard.covering,
        )
        self.memory.add(row)
        tick.rows.append(row)

    def _pass_on(self, tick: _Tick, at: datetime) -> None:
        """What waits for whoever is away then goes to who stands in, as `standing_in.pass_on`."""
        for away in self.absences:
            if not away.is_at(at):
                continue
            passed = []
            for other in (tick, *self.ticks.values()):
                mine = [row for row in other.rows if _is_passed_on(row, away)]
                other.rows = [row for row in other.rows if not _is_passed_on(row, away)]
                passed += mine
            for row in passed:
                row.state = State.DROPPED
                self._cover(row, away, tick, at)

    def _cover(self, row: RowAhead, away: Away, tick: _Tick, at: datetime) -> None:
        step, known = row.follow_up, self.facts.known
        if step is None or step.case.assignee_id != away.member:
            return
        for listener in self.facts.audience:
            if listener.member.pk != away.stand_in:
                continue
            for channel in listener.channels:
                is_refused = listener.chosen.moment_of(row.kind, channel) is Moment.NEVER
                if not is_refused and (step.pk, away.stand_in, channel) not in known:
                    self._write(step, Heard(listener.member, channel, away.member), tick, at)

    def _deliver(self, rows: list[RowAhead], at: datetime) -> None:
        rows.sort(key=lambda row: (row.member_id, row.channel, row.target_at, row.pk))
        for (member, _channel), group in groupby(rows, key=lambda r: (r.member_id, r.channel)):
            chosen = self.facts.chosen[member]
            sorted_out = sort_out(list(group), chosen, now=at, told=self.memory)
            for row, _reason in sorted_out.dropped:
                row.state = State.DROPPED
            for row, held_until in sorted_out.held:
                self.held.add(row.pk)
                self._at(held_until).rows.append(row)
            for letter in sorted_out.letters:
                self._tell(letter, at)
                self.memory.note_mailed(letter, at + ON_ITS_WAY)

    def _tell(self, letter: Letter[RowAhead], at: datetime) -> None:
        first = letter.rows[0]
        chosen = self.facts.chosen[first.member_id]
        moment = chosen.moment_of(first.kind, letter.channel)
        is_digest = moment in (Moment.DAILY, Moment.WEEKLY)
        self.ahead.tellings.append(
            Telling(
                at=at,
                member=first.member,
                channel=letter.channel,
                steps=[row.follow_up for row in letter.rows if row.follow_up is not None],
                mentions=[row for row in letter.rows if row.follow_up is None],
                is_relayed=all(row.relayed_from_id for row in letter.rows),
                is_covering=all(row.stands_in_for_id for row in letter.rows),
                digest=moment if is_digest else None,
                is_after_quiet_hours=not is_digest and _waited_for_morning(first, chosen, at),
                is_late=first.pk in self.held,
            )
        )


def _waited_for_morning(row: RowAhead, chosen: Chosen, at: datetime) -> bool:
    return row.created_at < at and quiet_ends(chosen.timing, row.created_at) > row.created_at


def _is_passed_on(row: RowAhead, away: Away) -> bool:
    # What is said to a member stays theirs.
    is_theirs = row.follow_up is None
    is_kept = is_theirs or (away.urgent_still_told and row.kind in URGENT_KINDS)
    return row.member_id == away.member and not is_kept


def _is_void(step: StepAhead) -> bool:
    case = step.case
    return is_void(
        stage=case.stage,
        cycle=case.cycle,
        step_cycle=step.cycle,
        is_planned=step.origin == FollowUp.Origin.PLAN,
    )
