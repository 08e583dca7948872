"""The days ahead as their page shows them: by the reader's own days, with who is told and why then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _

from cases.models import FollowUp
from households.models import Membership
from languages.saying import said
from reminders.ahead import Ahead, Flag, Telling
from reminders.models import TARGET_PREFIX, Channel, Notification
from reminders.timing import Moment

# A full day has a page of its own.
SHOWN_A_DAY = 6
# Of what one message tells, and of the words of a note.
SHOWN_A_MESSAGE, LONGEST_QUOTE = 5, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLine:
    """A step that fires; `inbox` names who finds it in Parley at once."""

    at: datetime
    flag: Flag
    inbox: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingLine:
    at: datetime
    heading: str
    why: str
    steps: Sequence[FollowUp]
    mentions: Sequence[Notification] = ()

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
    on: date
    steps: list[FlagLine] = field(default_factory=list)
    messages: list[TellingLine] = field(default_factory=list)
    is_whole: bool = True

    @property
    def shown_steps(self) -> list[FlagLine]:
        return self.steps if self.is_whole else self.steps[:SHOWN_A_DAY]

    @property
    def shown_messages(self) -> list[TellingLine]:
        return self.messages if self.is_whole else self.messages[:SHOWN_A_DAY]

    @property
    def is_cut(self) -> bool:
        return not self.is_whole and max(len(self.steps), len(self.messages)) > SHOWN_A_DAY


def days_of(ahead: Ahead, reader: Membership, *, only: date | None = None) -> list[Day]:
    """By the reader's days; `only` one of them, whole, or all of them, each cut where it is long."""
    days: dict[date, Day] = {}

    def day_at(moment: datetime) -> Day | None:
        on = timezone.localtime(moment).date()
        if only is not None and on != only:
            return None
        return days.setdefault(on, Day(on, is_whole=only is not None))

    inbox = _in_inbox(ahead.tellings)
    for flag in ahead.flags:
        if day := day_at(flag.at):
            names = inbox.get((flag.step.pk, flag.at), [])
            day.steps.append(FlagLine(at=flag.at, flag=flag, inbox=get_text_list(names, _("and"))))
    for telling in ahead.tellings:
        if telling.channel == Channel.INBOX and not telling.is_relayed:
            continue
        if day := day_at(telling.at):
            day.messages.append(_line(telling, reader))
    return [days[on] for on in sorted(days)]


def _in_inbox(tellings: Iterable[Telling]) -> dict[tuple[int, datetime], list[str]]:
    names: dict[tuple[int, datetime], list[str]] = {}
    for telling in tellings:
        if telling.channel == Channel.INBOX and not telling.is_relayed:
            key = (telling.steps[0].pk, telling.at)
            names.setdefault(key, []).append(str(telling.member))
    return names


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
