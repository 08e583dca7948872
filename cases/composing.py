"""What the composer of a case shows: both texts, what the checker says, and when it is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.blanks import fill, words_for_blanks
from cases.check_words import Advice, advice_of, summary
from cases.drafts import (
    Wording,
    draft_joint_message,
    draft_message,
    language_of,
    message_facts,
    tone_for_seller,
)
from cases.message_check import CheckFacts, check_message
from cases.messages import TO_MARKETPLACE, Draft
from cases.models import Case, Evidence
from cases.own_messages import OwnMessage
from cases.send_window import SendWindow, send_window
from languages.names import city_name
from sellers.facts import seller_facts
from sellers.forecast import working_calendar
from sellers.profiles import Channel, get_profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When it is read, in words; `remind_at` where waiting for the opening is worth a reminder."""

    words: str
    remind_at: datetime | None


@dataclass(frozen=True, slots=True)
class Check:
    """What the checker says of what was typed."""

    summary: str
    hints: list[Advice]
    good: list[Advice]


def write_own(
    message: OwnMessage, case: Case, *, wording: Wording, zone: ZoneInfo, now: datetime
) -> Draft:
    """A household's own message, filled in from the case."""
    facts = message_facts(case, zone=zone, now=now, tone=wording.tone)

    def filled(text: str, language: str) -> str:
        return fill(text, words_for_blanks(facts, case.seller.name, language))

    theirs = filled(message.theirs, message.language) if message.theirs else ""
    return Draft(filled(message.body, "en"), theirs, message.language if theirs else "")


def write(
    cases: Sequence[Case],
    *,
    own: OwnMessage | None,
    wording: Wording,
    zone: ZoneInfo,
    now: datetime,
) -> Draft:
    """The draft as wished: of one case or of several together, in our words or the household's."""
    if own is not None:
        return write_own(own, cases[0], wording=wording, zone=zone, now=now)
    if len(cases) > 1:
        return draft_joint_message(cases, zone=zone, now=now, wording=wording)
    return draft_message(cases[0], zone=zone, now=now, wording=wording)


def as_wished(wording: Wording, case: Case) -> Wording:
    """The wording with what fits the case where nothing was wished."""
    return replace(
        wording,
        tone=wording.tone or tone_for_seller(case),
        language=wording.language or language_of(case.seller),
    )


def check_facts(
    cases: Sequence[Case],
    evidence: Iterable[Evidence],
    *,
    channel: Channel | None,
    wording: Wording,
) -> CheckFacts:
    """Needs cases of `cases_with_lines`, and the evidence of the first one."""
    first = cases[0]
    issue = get_profile(first.seller.marketplace).issues.get(first.issue)
    orders = [case.order for case in cases if case.order]
    pictures = [e for e in evidence if e.content_type.startswith(("image/", "video/"))]
    to_marketplace = wording.tone in TO_MARKETPLACE
    most = channel.advised_letters if channel else CheckFacts().most_letters
    return CheckFacts(
        order_numbers=tuple(dict.fromkeys(order.number for order in orders)),
        tracking_numbers=tuple(p.tracking_number for o in orders for p in o.parcels.all()),
        names=tuple(item.title for order in orders for item in order.items.all()),
        reads=frozenset(first.seller.languages or {"en", language_of(first.seller)}),
        pictures=len(pictures),
        asks_pictures=bool(issue and issue.evidence) and len(first.attempts.all()) == 0,
        is_partial=first.goal == "partial_refund",
        is_joint=len(cases) > 1,
        to_marketplace=to_marketplace,
        most_letters=2 * most if to_marketplace or len(cases) > 1 else most,
    )


def check(facts: CheckFacts, *, body: str, theirs: str, which: str) -> Check:
    """Of the text that is to be sent; of both, the English one, which the member wrote."""
    text, also = (theirs, "") if which == "theirs" else (body, theirs if which == "both" else "")
    advice = advice_of(check_message(text, facts, also=also))
    return Check(
        summary(advice),
        [one for one in advice if not one.is_good],
        [one for one in advice if one.is_good],
    )


def window_of(case: Case, *, now: datetime) -> Window:
    calendar = working_calendar(seller_facts(case.seller), get_profile(case.seller.marketplace))
    window = send_window(calendar, now=now, escalate_by=case.escalate_by)
    # Who may not wait any longer is not tempted to.
    waits = not window.is_open and window.may_wait and not case.is_settled
    return Window(
        words=_window_words(window, calendar.zone), remind_at=window.opens_at if waits else None
    )


def _window_words(window: SendWindow, zone: ZoneInfo) -> str:
    figures = {
        "city": city_name(zone.key, get_language() or "en"),
        "there": date_format(window.there, "H:i"),
        "day": date_format(window.there, "l"),
        "waits": _duration(window),
        "opens": date_format(timezone.localtime(window.opens_at), "D j M, H:i"),
    }
    if window.is_open:
        return _("%(city)s, %(day)s %(there)s: they are at work. Now is a good time.") % figures
    if not window.may_wait:
        return (
            _(
                "%(city)s, %(day)s %(there)s: they open in %(waits)s, after the last safe moment "
                "to escalate. Do not wait for that."
            )
            % figures
        )
    return (
        _("%(city)s, %(day)s %(there)s: they open in %(waits)s (%(opens)s on your clock).")
        % figures
    )


def _duration(window: SendWindow) -> str:
    minutes = int(window.waits.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)d min") % {"minutes": rest}
