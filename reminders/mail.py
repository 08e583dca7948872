"""Makes the e-mail of a notification: what to do, why, until when, and the way there."""

import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case
from cases.vocabulary import FollowUpKind
from languages import moments
from languages.saying import said, written
from reminders.because import because
from reminders.choices import zone_of
from reminders.letters import Letter
from reminders.mail_links import button_urls, unsubscribe_url
from reminders.mail_pages import filled_page
from reminders.models import MENTION, Notification
from reminders.timing import URGENT_KINDS
from sellers.profiles import get_profile

# A digest of more than this says how many more there are, and where.
MOST_IN_A_DIGEST = 50
MOST_IN_A_MESSAGE = 10
# Stand for a household and a case in the pattern of an address.
NOBODY, NOTHING = UUID(int=0), UUID(int=1)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a kind of step asks for, in a few words."""

    subject: str
    action: str


def wording(notification: Notification, zone: zoneinfo.ZoneInfo) -> Wording:
    """In the active language. What cannot wait says until when."""
    ends = notification.case.escalate_by
    if notification.kind in URGENT_KINDS and ends is not None and ends > notification.created_at:
        return _urgent_wording(notification, _day(ends, zone))
    match notification.kind:
        case FollowUpKind.RETRY:
            return Wording(_("Write again"), _("Write to the seller again."))
        case FollowUpKind.ESCALATE:
            market = _market(notification)
            return Wording(
                _("Take it to %(market)s") % market, _("Take the case to %(market)s.") % market
            )
        case FollowUpKind.PROTECTION_WARNING:
            return Wording(
                _("Protection ends soon"), _("Decide now: escalate, or settle the case.")
            )
        case FollowUpKind.PLATFORM_CHECK:
            return Wording(
                _("Look at %(market)s's answer") % _market(notification),
                _("Look whether there is an answer, and note it."),
            )
        case FollowUpKind.SETTLE_CHECK:
            return Wording(_("Is it solved?"), _("Settle the case, or go on with it."))
        case kind if kind == MENTION:
            return Wording(_("A note for you"), _("Read the note, and answer in the case."))
        case _kind:
            return Wording(_("Your reminder"), _("You asked for this."))


def _urgent_wording(notification: Notification, day: str) -> Wording:
    if notification.kind == FollowUpKind.ESCALATE:
        words = {"day": day, **_market(notification)}
        return Wording(
            _("Take it to %(market)s by %(day)s") % words, _("Take the case to %(market)s.") % words
        )
    return Wording(
        _("Protection ends soon, decide by %(day)s") % {"day": day},
        _("Decide now: escalate, or settle the case."),
    )


def _market(notification: Notification) -> dict[str, str]:
    return {"market": said(get_profile(notification.case.seller.marketplace).support_name)}


def message_id(letter: Letter[Notification]) -> str:
    """The same for every try, so that a copy can be told as one."""
    identity = letter.digest or letter.rows[0].public_id
    return f"<parley.{identity.hex}@{host()}>"


def thread_id(case: Case) -> str:
    """What every mail about a case refers to, so that a mail program shows them as one thread."""
    return f"<parley.case.{case.public_id.hex}@{host()}>"


def host() -> str:
    """The right side of the ids of our mails."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def build_mail(
    letter: Letter[Notification], connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    """Needs each case with seller and order, the household and the member's user at hand."""
    member = letter.rows[0].member
    zone = zone_of(member)
    with translation.override(member.user.language), timezone.override(zone):
        if letter.digest is None:
            return _reminder(letter, zone, connection)
        return _digest(letter, zone, connection)


@dataclass(frozen=True, slots=True)
class Message:
    """What a service that shows a few lines shows, where it leads, and what it replaces there."""

    title: str
    body: str
    url: str
    tag: str


def short_message(letter: Letter[Notification]) -> Message:
    """Needs what `build_mail` needs."""
    member = letter.rows[0].member
    zone = zone_of(member)
    with translation.override(member.user.language), timezone.override(zone):
        entries = [_entry(row, zone) for row in _by_urgency(letter.rows)[:MOST_IN_A_MESSAGE]]
        if letter.digest is None:
            (entry,) = entries
            lines = [said(entry.notification.reason), entry.until and _until(entry)]
            body = "\n".join(line for line in lines if line)
            return Message(_subject(entry), body, entry.url, entry.case.public_id.hex)
        today = settings.BASE_URL + reverse("today", args=[letter.rows[0].household.public_id])
        body = "\n".join(f"• {_subject(entry)}" for entry in entries)
        return Message(_digest_subject(letter, zone), body, today, letter.digest.hex)


def _until(entry: "Entry") -> str:
    return _("Last safe moment to escalate: %(moment)s") % {"moment": entry.until}


def _subject(entry: "Entry") -> str:
    return f"{entry.words.subject}: {entry.title}"


def _day(moment: datetime, zone: zoneinfo.ZoneInfo) -> str:
    """'Sat 5 Dec', on the reader's clock."""
    return written(moment, "D j M", zone)


def _reminder(
    letter: Letter[Notification], zone: zoneinfo.ZoneInfo, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    (notification,) = letter.rows
    entry, case = _entry(notification, zone), notification.case
    thread, urls, kind = thread_id(case), button_urls(notification), notification.kind
    values = {
        "action": entry.words.action,
        "title": entry.title,
        "seller": case.seller.name,
        "order": case.order.number if case.order else "",
        "reason": said(notification.reason),
        "until": entry.until,
        "protection_ends": entry.protection_ends,
        "at_stake": entry.at_stake,
        "url": entry.url,
    }
    return _mail(
        letter,
        connection,
        subject=_subject(entry),
        page=lambda form, foot: filled_page(f"reminder.{form}", values | foot, kind, urls),
        headers={"In-Reply-To": thread, "References": thread},
    )


def _digest(
    letter: Letter[Notification], zone: zoneinfo.ZoneInfo, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    rows = _by_urgency(letter.rows)
    subject, count = _digest_subject(letter, zone), len(rows)
    shown = [_entry(row, zone) for row in rows[:MOST_IN_A_DIGEST]]
    context = {
        "entries": shown,
        "more": count - len(shown),
        "heading": subject,
        "today_url": settings.BASE_URL
        + reverse("today", args=[letter.rows[0].household.public_id]),
    }
    return _mail(
        letter,
        connection,
        subject=subject,
        page=lambda kind, foot: render_to_string(f"reminders/mail/digest.{kind}", context | foot),
        headers={},
    )


def _by_urgency(rows: Sequence[Notification]) -> list[Notification]:
    """What is urgent first; then what must go on soonest."""
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(
        rows,
        key=lambda row: (row.kind not in URGENT_KINDS, row.case.escalate_by or never, row.pk),
    )


def _digest_subject(letter: Letter[Notification], zone: zoneinfo.ZoneInfo) -> str:
    count = len(letter.rows)
    things = ngettext("%(count)s thing is yours", "%(count)s things are yours", count)
    things %= {"count": count}
    ends = [row.case.escalate_by for row in letter.rows if row.case.escalate_by]
    if not ends:
        return things
    return _("%(things)s, the first by %(day)s") % {
        "things": things,
        "day": _day(min(ends), zone),
    }


def _mail(
    letter: Letter[Notification],
    connection: BaseEmailBackend,
    *,
    subject: str,
    page: Callable[[str, dict[str, str]], str],
    headers: dict[str, str],
) -> EmailMultiAlternatives:
    member = letter.rows[0].member
    leave = unsubscribe_url(member)
    foot = {
        "because": because(letter),
        "clock": _("All times are those of %(zone)s.") % {"zone": zone_of(member).key},
        "settings_url": settings.BASE_URL + _settings_path(letter.rows[0]),
        "unsubscribe_url": leave,
        "subject": subject,
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=page("txt", foot),
        to=[member.user.email],
        connection=connection,
        headers={
            **headers,
            "Message-ID": message_id(letter),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            # RFC 8058: mail programs offer one button that posts to this address.
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(page("html", foot), "text/html")
    return mail


@dataclass(frozen=True, slots=True)
class Entry:
    """One notification as a mail shows it."""

    notification: Notification
    case: Case
    title: str
    words: Wording
    url: str
    until: str
    protection_ends: str
    at_stake: str


def _entry(notification: Notification, zone: zoneinfo.ZoneInfo) -> Entry:
    case = notification.case
    ends = case.order.protection_ends_at if case.order else None
    return Entry(
        notification=notification,
        case=case,
        title=_title(case),
        words=wording(notification, zone),
        url=settings.BASE_URL + _case_path(notification),
        until=_said(case.escalate_by, zone),
        protection_ends=_said(ends, zone),
        at_stake=case.value.formatted(translation.get_language() or "en") if case.value else "",
    )


def _title(case: Case) -> str:
    title = " ".join(case.title.split())
    return _("%(title)s (example)") % {"title": title} if case.is_example else title


def _case_path(notification: Notification) -> str:
    pattern = _path("case_detail", NOBODY, NOTHING)
    household = pattern.replace(str(NOBODY), str(notification.household.public_id))
    return household.replace(str(NOTHING), str(notification.case.public_id))


def _settings_path(notification: Notification) -> str:
    pattern = _path("reminder_settings", NOBODY)
    return pattern.replace(str(NOBODY), str(notification.household.public_id))


@lru_cache
def _path(name: str, *keys: UUID) -> str:
    """The pattern of an address, looked up once: mails are many and addresses few."""
    return reverse(name, args=keys)


def _said(moment: datetime | None, zone: zoneinfo.ZoneInfo) -> str:
    """'Saturday 5 December 2026, 10:00 (Europe/Madrid)': absolute, since mail is read late."""
    return "" if moment is None else _in_full(moment, zone, translation.get_language() or "en")


# The members of a household are told of the same moments, one after the other.
@lru_cache(maxsize=2048)
def _in_full(moment: datetime, zone: zoneinfo.ZoneInfo, language: str) -> str:
    return f"{moments.written(moment.astimezone(zone), 'l j F Y, H:i', language)} ({zone.key})"
