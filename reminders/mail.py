"""Makes the e-mail of a notification: what to do, why, until when, and the way there."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from households.models import ReminderScope
from reminders.models import Notification
from sellers.profiles import get_profile


@dataclass(frozen=True, slots=True)
class Wording:
    """What a kind of step asks for, in a few words."""

    subject: str
    action: str


def wording(notification: Notification) -> Wording:
    """In the active language."""
    case = notification.case
    market = get_profile(case.seller.marketplace).support_name
    words = {
        "retry": Wording(_("Write again"), _("Write to the seller again.")),
        "escalate": Wording(
            _("Take it to %(market)s") % {"market": market},
            _("Take the case to %(market)s.") % {"market": market},
        ),
        "protection_warning": Wording(
            _("Protection ends soon"), _("Decide now: escalate, or settle the case.")
        ),
        "platform_check": Wording(
            _("Look at %(market)s's answer") % {"market": market},
            _("Look whether there is an answer, and note it."),
        ),
        "settle_check": Wording(_("Is it solved?"), _("Settle the case, or go on with it.")),
    }
    return words.get(notification.kind, Wording(_("Your reminder"), _("You asked for this.")))


def message_id(notification: Notification) -> str:
    """The same for every try, so that a copy can be told as one."""
    return f"<parley.{notification.public_id.hex}@{urlsplit(settings.BASE_URL).hostname}>"


def build_mail(notification: Notification, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """Needs the case with seller and order, the household and the member's user at hand."""
    user = notification.member.user
    zone = _zone(user.time_zone)
    with translation.override(user.language), timezone.override(zone):
        words = wording(notification)
        case = notification.case
        context = {
            "notification": notification,
            "case": case,
            "words": words,
            "url": settings.BASE_URL + _case_path(notification),
            "until": _said(case.escalate_by, zone),
            "protection_ends": _said(case.order.protection_ends_at if case.order else None, zone),
            "because": _because(notification),
            "settings_url": settings.BASE_URL + _settings_path(notification),
        }
        title = " ".join(case.title.split())
        mail = EmailMultiAlternatives(
            subject=f"{words.subject}: {title}",
            body=render_to_string("reminders/mail/reminder.txt", context),
            to=[user.email],
            connection=connection,
            headers={
                "Message-ID": message_id(notification),
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
            },
        )
        html = render_to_string("reminders/mail/reminder.html", context)
        mail.attach_alternative(html, "text/html")
    return mail


def _case_path(notification: Notification) -> str:
    return reverse(
        "case_detail", args=[notification.household.public_id, notification.case.public_id]
    )


def _settings_path(notification: Notification) -> str:
    return reverse("reminder_settings", args=[notification.household.public_id])


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def _said(moment: datetime | None, zone: zoneinfo.ZoneInfo) -> str:
    """'Saturday 5 December 2026, 10:00 (Europe/Madrid)': absolute, since mail is read late."""
    if moment is None:
        return ""
    return f"{date_format(timezone.localtime(moment, zone), 'l j F Y, H:i')} ({zone.key})"


def _because(notification: Notification) -> str:
    member, household = notification.member, notification.household
    if notification.case.assignee_id == member.pk:
        return _("You get this because the case is assigned to you in %(household)s.") % {
            "household": household
        }
    if member.reminder_scope == ReminderScope.ALL:
        return _("You get this because you follow all cases of %(household)s.") % {
            "household": household
        }
    return _("You get this because nobody else is in charge of the case, or money is at risk.")
