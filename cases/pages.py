"""What a case says in a line, gathered with a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.drafts import draft_message
from cases.fuse import Fuse, Moments, lay_out
from cases.messages import Draft
from cases.models import Case, FollowUp
from cases.vocabulary import FollowUpKind, Stage, Turn
from households.models import Household
from languages.directions import isolated
from languages.saying import said as say_now
from languages.saying import written
from languages.sentences import say
from sellers.profiles import Channel, Profile, get_profile

MOST_TOGETHER = 5
QUOTED_LENGTH = 120
FUSE_KINDS = (FollowUpKind.RETRY, FollowUpKind.ESCALATE, FollowUpKind.PLATFORM_CHECK)
WRITING_STAGES = (Stage.DRAFTING, Stage.RETRY_DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case as a line: what to do and why, whose turn, and until when."""

    case: Case
    reason: str
    left: str
    # What one acts by; a line of what is with others has none of it.
    heading: str = ""
    fuse: Fuse | None = None
    fuse_label: str = ""
    draft: Draft | None = None
    channel: Channel | None = None
    channel_url: str | None = None


def cases_with_lines(household: Household) -> Any:
    return shown_cases(household).prefetch_related(*_beside())


def shown_cases(household: Household) -> Any:
    return Case.objects.of(household).select_related("seller", "order", "assignee__user")


def _beside() -> tuple[Any, ...]:
    """What a line says of its case that stands in other tables."""
    return (
        *("attempts", "escalations", "order__items", "order__parcels", "evidence", "replies"),
        Prefetch("follow_ups", queryset=steps_of_cases(), to_attr="steps"),
    )


def steps_of_cases() -> Any:
    return FollowUp.objects.filter(status__in=["pending", "fired"]).order_by("due_at")


def companions_of(case: Case) -> list[Case]:
    """Other cases with the same seller that wait for a message of ours too: by name alone.

    `with_what_is_beside` brings what a message about them needs."""
    if case.stage not in WRITING_STAGES:
        return []
    rows = Case.objects.of(case.household).filter(seller=case.seller, stage__in=WRITING_STAGES)
    others = rows.exclude(pk=case.pk).order_by("pk")
    return list(others.only("public_id", "title", "seller_id")[:MOST_TOGETHER])


def with_what_is_beside(case: Case, others: Iterable[Case]) -> list[Case]:
    """The others, of the same household, as of `cases_with_lines`."""
    rows = cases_with_lines(case.household).filter(pk__in=[other.pk for other in others])
    return list(rows.order_by("pk")) if others else []


def line_of(case: Case, *, zone: ZoneInfo, now: datetime) -> CaseLine:
    """Needs a case of `cases_with_lines`."""
    profile = get_profile(case.seller.marketplace)
    steps: Sequence[FollowUp] = case.steps  # type: ignore[attr-defined]
    pending = _pending(steps)
    channel = next_channel(case, profile, steps)
    moments = _moments(case, pending, now)
    todo = heading(case, profile)
    return CaseLine(
        case=case,
        heading=todo,
        # Said once: many a reason ends with what to do.
        reason=_why(case, steps, pending, profile, now=now).removesuffix(f" {todo}"),
        left=time_left(case, now),
        fuse=lay_out(moments, _words(moments, zone)),
        fuse_label=_fuse_label(moments),
        draft=draft_message(case, zone=zone, now=now) if case.stage in WRITING_STAGES else None,
        channel=channel,
        channel_url=channel_url(case, channel),
    )


def quiet_line_of(case: Case, *, now: datetime) -> CaseLine:
    """Of a case that is with others or was put off: needs its attempts and steps alone."""
    profile = get_profile(case.seller.marketplace)
    steps: Sequence[FollowUp] = case.steps  # type: ignore[attr-defined]
    why = _why(case, steps, _pending(steps), profile, now=now)
    return CaseLine(case=case, reason=why, left=time_left(case, now))


def _pending(steps: Sequence[FollowUp]) -> list[FollowUp]:
    return [step for step in steps if step.status == FollowUp.Status.PENDING]


def _why(
    case: Case,
    steps: Sequence[FollowUp],
    pending: Sequence[FollowUp],
    profile: Profile,
    *,
    now: datetime,
) -> str:
    snooze = next((step for step in pending if step.rung.startswith("snooze:")), None)
    return _snoozed(snooze) if snooze else reason(case, steps, pending, profile, now=now)


def _snoozed(step: FollowUp) -> str:
    return _("You left it until %(when)s.") % {"when": said(step.due_at)}


def next_channel(case: Case, profile: Profile, steps: Iterable[FollowUp]) -> Channel | None:
    """The channel that the newest retry step names, else the first that reaches the seller."""
    named = [s.channel for s in steps if s.kind == FollowUpKind.RETRY and s.cycle == case.cycle]
    for code in [*reversed(named), *profile.channels]:
        channel = profile.channels.get(code)
        if channel is not None and channel.reaches == "seller":
            return channel
    return None


def channel_url(case: Case, channel: Channel | None) -> str | None:
    if channel is None:
        return None
    order = case.order.number if case.order else ""
    return channel.url_for(order=order, store=case.seller.store_id) or case.seller.url or None


def heading(case: Case, profile: Profile) -> str:
    """What to do, in a few words."""
    match Stage(case.stage):
        case Stage.DRAFTING:
            return _("Write to the seller.")
        case Stage.RETRY_DUE:
            return _("Write again.")
        case Stage.SELLER_REPLIED:
            return _("They answered.")
        case Stage.AWAITING_SELLER:
            return _("Seller's turn.")
        case Stage.SETTLED:
            return _("Settled.")
    support = say_now(profile.support_name)
    if case.stage == Stage.AWAITING_PLATFORM:
        return _("%(market)s's turn.") % {"market": support}
    if ruling_of(case):
        return _("%(market)s has decided.") % {"market": support}
    # In the words of the plan's reasons, so that it can be left out of them (`line_of`).
    return say_now(say("Take it to {support}.", support=support))


def ruling_of(case: Case) -> str:
    """The marketplace's newest decision in words; empty while there is none."""
    newest = max(case.escalations.all(), key=lambda e: (e.opened_at, e.pk), default=None)
    return str(newest.get_ruling_display()) if newest is not None and newest.ruling else ""


def reason(
    case: Case,
    steps: Sequence[FollowUp],
    pending: Sequence[FollowUp],
    profile: Profile,
    *,
    now: datetime,
) -> str:
    """Why, in a sentence with figures: the fired step's own for what is ours."""
    fired = [s for s in steps if s.status == FollowUp.Status.FIRED and s.cycle == case.cycle]
    becoming = [s for s in fired if s.becomes == case.stage]
    ruling = ruling_of(case) if case.stage == Stage.ESCALATION_DUE else ""
    if ruling:
        return _("The decision: %(ruling)s. %(next)s") % {
            "ruling": ruling,
            "next": say_now(pending[0].reason) if pending else "",
        }
    if becoming:
        return say_now(becoming[-1].reason)
    if case.stage == Stage.AWAITING_SELLER:
        return _chance(case, pending)
    if case.stage == Stage.AWAITING_PLATFORM and pending:
        return _("Next look %(when)s: %(why)s") % {
            "when": said(pending[0].due_at),
            "why": say_now(pending[0].reason),
        }
    if case.stage == Stage.SELLER_REPLIED:
        return _answer(case, now)
    if case.stage == Stage.DRAFTING:
        return say_now(profile.issues[case.issue].first_ask)
    return say_now(pending[0].reason) if pending else ""


def _answer(case: Case, now: datetime) -> str:
    """How long ago the seller answered, and how it begins."""
    last = max(case.replies.all(), key=lambda reply: (reply.received_at, reply.pk), default=None)
    then = _("Settle the case if that solves it, or write back.")
    if last is None:
        return then
    ago = timesince(last.received_at, now, depth=1)
    words = isolated(Truncator(" ".join(last.body.split())).chars(QUOTED_LENGTH))
    said_what = (
        _("%(ago)s ago: “%(words)s”") % {"ago": ago, "words": words}
        if words
        else _("%(ago)s ago.") % {"ago": ago}
    )
    return f"{said_what} {then}"


def _chance(case: Case, pending: Sequence[FollowUp]) -> str:
    attempts = list(case.attempts.all())
    if not attempts:
        return ""
    last = attempts[-1]
    chance = round(100 * last.reply_probability)
    return _("%(chance)s %% chance of an answer; without one, Parley asks you on %(when)s.") % {
        "chance": chance,
        "when": said(min((s.due_at for s in pending if s.becomes), default=last.expected_by)),
    }


def said(moment: datetime) -> str:
    return written(moment, "D j M, H:i")


def time_left(case: Case, now: datetime) -> str:
    """'14 days to escalate', '2 d 4 h to escalate', or whose turn it is."""
    if case.turn is Turn.SELLER:
        return _("seller's turn")
    if case.turn is Turn.MARKETPLACE:
        return _("marketplace's turn")
    if case.is_settled:
        return ""
    if case.escalate_by is None:
        return _("no deadline known") if case.order else _("no order yet")
    hours = int((case.escalate_by - now).total_seconds() // 3600)
    if hours < 0:
        return _("past the last safe day")
    if hours >= 72:
        days = hours // 24
        return ngettext("%(days)s day to escalate", "%(days)s days to escalate", days) % {
            "days": days
        }
    if hours < 24:
        return ngettext("%(hours)s hour to escalate", "%(hours)s hours to escalate", hours) % {
            "hours": hours
        }
    return _("%(days)s d %(hours)s h to escalate") % {"days": hours // 24, "hours": hours % 24}


def _moments(case: Case, pending: Sequence[FollowUp], now: datetime) -> Moments:
    return Moments(
        opened_at=case.opened_at,
        now=now,
        sent=[(a.sent_at, a.expected_by) for a in case.attempts.all()],
        steps=[step.due_at for step in pending if step.kind in FUSE_KINDS],
        escalate_by=case.escalate_by,
        ends_at=case.order.protection_ends_at if case.order else None,
    )


def _words(moments: Moments, zone: ZoneInfo) -> dict[str, str]:
    words = {"now": _("today"), "safe": _("last safe day")}
    ends = moments.ends_at
    words["end"] = written(ends, "j M", zone) if ends else ""
    for sent, _by in moments.sent:
        words[sent.date().isoformat()] = written(sent, "j M", zone)
    return words


def _fuse_label(moments: Moments) -> str:
    """The same facts in words, for whoever does not see the line."""

    def day(moment: datetime) -> str:
        return written(moment, "j F")

    parts = [_("Opened %(day)s") % {"day": day(moments.opened_at)}]
    if moments.sent:
        days = ", ".join(day(sent) for sent, _by in moments.sent)
        parts.append(_("written %(days)s") % {"days": days})
    parts.append(_("today %(day)s") % {"day": day(moments.now)})
    if moments.escalate_by:
        parts.append(_("last safe day %(day)s") % {"day": day(moments.escalate_by)})
    if moments.ends_at:
        parts.append(_("protection ends %(day)s") % {"day": day(moments.ends_at)})
    return ", ".join(parts)
