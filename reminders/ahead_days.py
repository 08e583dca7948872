"""The days ahead as their page shows them: by the reader's own days, with who is told and why then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _

from households.models import Membership
from languages.saying import said
from reminders.ahead import Ahead, Flag, Telling
from reminders.ahead_rows import RowAhead, StepAhead
from reminders.models import TARGET_PREFIX, Channel
from reminders.timing import Moment

INBOX = Channel.INBOX
# A full day has a page of its own.
SHOWN_A_DAY = 3
# Of what one message tells, and of the words of a note.
SHOWN_A_MESSAGE, LONGEST_QUOTE = 3, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLine:
    """A step that fires; `inbox` says who finds it in Parley at once."""

    at: datetime
    flag: Flag
    inbox: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingLine:
    at: datetime
    heading: str
    why: str
    steps: Sequence[StepAhead]
    mentions: Sequence[RowAhead] = ()

    @property
    def count(self) -> int:
        return len(self.steps) + len(self.mentions)

    @property
    def is_cut(self) -> bool:
        return self.count > SHOWN_A_MESSAGE

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The first of what it tells: the case and what is told of it."""
        told = [(step.case.title, step.label) for step in self.steps[:SHOWN_A_MESSAGE]]
        for row in self.mentions[: SHOWN_A_MESSAGE - len(told)]:
            told.append((row.case.title, Truncator(said(row.reason)).chars(LONGEST_QUOTE)))
        return told


@dataclass(slots=True)
class Day:
    """One of the reader's days. What a line says is worked out for the lines that are shown."""

    on: date
    reader: Membership
    is_whole: bool
    flags: list[Flag] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)
    # Who finds which step in Parley, by its key and the moment.
    inbox: Mapping[tuple[int, datetime], list[Membership]] = field(default_factory=dict)

    # By their keys: most steps of a day are told to the same people.
    _names: dict[tuple[int, ...], str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """As in an address, '2026-12-03'."""
        return self.on.isoformat()

    @property
    def shown_steps(self) -> list[FlagLine]:
        return [
            FlagLine(
                at=flag.at,
                flag=flag,
                inbox=self._named(self.inbox.get((flag.step.pk, flag.at), [])),
            )
            for flag in self.flags[: self._most]
        ]

    @property
    def shown_messages(self) -> list[TellingLine]:
        return [_line(telling, self.reader) for telling in self.tellings[: self._most]]

    @property
    def is_cut(self) -> bool:
        return not self.is_whole and max(len(self.flags), len(self.tellings)) > SHOWN_A_DAY

    def _named(self, members: Sequence[Membership]) -> str:
        key = tuple(member.id for member in members)
        if members and key not in self._names:
            names = get_text_list([str(member) for member in members], _("and"))
            self._names[key] = _("In Parley's inbox: %(names)s.") % {"names": names}
        return self._names.get(key, "")

    @property
    def _most(self) -> int | None:
        return None if self.is_whole else SHOWN_A_DAY


def days_of(ahead: Ahead, reader: Membership, *, only: date | None = None) -> list[Day]:
    """By the reader's days; `only` one of them, whole, or all of them, each cut where it is long."""
    days: dict[date, Day] = {}
    inbox = _in_inbox(ahead.tellings)
    zone = timezone.get_current_timezone()

    def day_at(moment: datetime) -> Day | None:
        on = moment.astimezone(zone).date()
        if only is not None and on != only:
            return None
        if on not in days:
            days[on] = Day(on, reader, only is not None, inbox=inbox)
        return days[on]

    for flag in ahead.flags:
        if day := day_at(flag.at):
            day.flags.append(flag)
    for telling in ahead.tellings:
        if _is_of_inbox(telling):
            continue
        if day := day_at(telling.at):
            day.tellings.append(telling)
    return [days[on] for on in sorted(days)]


def _is_of_inbox(telling: Telling) -> bool:
    """It stands with its step, and not among the messages."""
    return telling.channel == INBOX and not telling.is_relayed


def _in_inbox(tellings: Iterable[Telling]) -> dict[tuple[int, datetime], list[Membership]]:
    told: dict[tuple[int, datetime], list[Membership]] = {}
    for telling in tellings:
        if _is_of_inbox(telling):
            told.setdefault((telling.steps[0].pk, telling.at), []).append(telling.member)
    return told


def _line(telling: Telling, reader: Membership) -> TellingLine:
    who = {"member": str(telling.member)}
    if telling.channel == Channel.EMAIL:
        heading = _("E-mail to %(member)s") % who
    elif telling.channel == Channel.INBOX:
        heading = _("In the inbox of %(member)s") % who
    elif telling.member == reader:
        heading = _("To your own target “%(name)s”") % {"name": _target(telling)}
    else:
        # What a member calls their chat or phone is theirs.
        heading = _("To a target of %(member)s's own") % who
    return TellingLine(
        at=telling.at,
        heading=heading,
        why=_why(telling),
        steps=telling.steps,
        mentions=telling.mentions,
    )


def _target(telling: Telling) -> str:
    key = telling.channel.removeprefix(TARGET_PREFIX)
    names = (t.name for t in telling.member.reminder_targets.all() if str(t.pk) == key)
    return next(names, "")


def _why(telling: Telling) -> str:
    """Why this member, at this moment."""
    if telling.is_relayed:
        return _("Because whoever is in charge will not have done anything for a day or more.")
    if telling.is_covering:
        return _("Because whoever is in charge is away.")
    if telling.digest is Moment.DAILY:
        return _("Their daily digest.")
    if telling.digest is Moment.WEEKLY:
        return _("Their weekly digest.")
    if telling.is_after_quiet_hours:
        return _("When their quiet hours end.")
    if telling.is_late:
        return _("Later, because they get no more than a few messages in an hour.")
    if len(telling.steps) + len(telling.mentions) > 1:
        return _("Together, because it is much at once.")
    return ""
