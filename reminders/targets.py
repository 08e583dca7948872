"""A member's own targets: whatever Apprise speaks (Telegram, ntfy, Matrix, Home Assistant, ...)."""

import logging
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from households.models import Membership
from reminders import web_push
from reminders.letters import Letter
from reminders.mail import Message, short_message
from reminders.models import TARGET_PREFIX, DeliveryTry, Notification, ReminderTarget
from reminders.outside import LeadsInside, TooSlow, call_outside, refuse_inside
from reminders.target_schemes import ALLOWED

log = logging.getLogger(__name__)
Result = DeliveryTry.Result
MOST_TARGETS = 5
LONGEST_ADDRESS = 1000
# A service that takes longer holds up those behind it.
SECONDS_A_TRY = 20.0


class TargetError(ValueError):
    """What is wrong with a target, in words for the person who set it."""


def add_target(*, member: Membership, name: str, url: str, now: datetime) -> ReminderTarget:
    """Raises TargetError if the address names no service, or one that must not be told."""
    if member.reminder_targets.count() >= MOST_TARGETS:
        raise TargetError(
            _("You have %(most)d already. Remove one first.") % {"most": MOST_TARGETS}
        )
    if not url.startswith(web_push.PREFIX):
        service_at(url)
    elif len(url) > LONGEST_ADDRESS:
        raise TargetError(_("This browser gave an address that is too long."))
    return ReminderTarget.objects.create(member=member, name=name, url=url.strip(), created_at=now)


def remove_target(target: ReminderTarget) -> None:
    """What waits for it is dropped when its turn comes."""
    target.delete()


def service_at(url: str) -> Any:
    """Apprise's service for an address. Raises TargetError."""
    import apprise  # 0.3 seconds that only who uses it should wait

    scheme, is_address, _rest = url.strip().partition("://")
    if is_address and scheme.lower() not in ALLOWED:
        raise TargetError(
            _(
                "Parley tells no service of that kind. An address looks like ntfy://ntfy.sh/my-topic."
            )
        )
    # One after another in this thread: the guard is the thread's.
    asset = apprise.AppriseAsset(async_mode=False)
    service = apprise.Apprise.instantiate(url.strip(), asset=asset, suppress_exceptions=True)
    if service is None:
        raise TargetError(
            _("That is no address that Parley can tell. It looks like ntfy://ntfy.sh/my-topic.")
        )
    try:
        refuse_inside(service.host, service.port)
    except LeadsInside as fault:
        raise TargetError(str(fault)) from fault
    # Or an outside service could lead Parley to an address that was not looked at.
    service.redirects = False
    return service


def shown_address(target: ReminderTarget) -> str:
    """The address without its keys."""
    if target.url.startswith(web_push.PREFIX):
        return _("notifications of a browser")
    try:
        service = service_at(target.url)
    except TargetError:
        return urlsplit(target.url).scheme
    return str(service.url(privacy=True)).partition("?")[0]


def test_target(target: ReminderTarget, *, now: datetime) -> str:
    """Tell the target that this is a test; what went wrong, empty if it was taken."""
    words = _("If you read this, reminders reach you here.")
    fault = _tell(target, Message(_("A test from Parley"), words, settings.BASE_URL, "test"))
    _note(target, fault, now)
    return fault


def tell_target(letter: Letter[Notification], *, now: datetime) -> tuple[str, str]:
    """Hand one letter to its target; the result as `DeliveryTry.Result`, and why not."""
    key = letter.channel.removeprefix(TARGET_PREFIX)
    target = ReminderTarget.objects.filter(pk=key, member=letter.rows[0].member_id).first()
    if target is None:
        return Result.REFUSED, "the target was removed"
    fault = _tell(target, short_message(letter))
    _note(target, fault, now)
    return (Result.DEFERRED, fault) if fault else (Result.ACCEPTED, "")


def _note(target: ReminderTarget, fault: str, now: datetime) -> None:
    changed: dict[str, Any] = {"last_error": fault[:300]}
    if not fault:
        changed["last_told_at"] = now
    ReminderTarget.objects.filter(pk=target.pk).update(**changed)


def _tell(target: ReminderTarget, message: Message) -> str:
    if target.url.startswith(web_push.PREFIX):
        return _push(target, message)
    try:
        service = service_at(target.url)
        body = f"{message.body}\n{message.url}"
        is_taken = call_outside(
            lambda: service.notify(title=message.title, body=body), seconds=SECONDS_A_TRY
        )
    except (TargetError, TooSlow) as fault:
        return str(fault)
    except Exception as fault:  # each service raises errors of its own kind
        log.warning("target %s was not told: %s", target.pk, type(fault).__name__)
        return _("The service could not be told.")
    return "" if is_taken else _("The service did not take it. Is the address right?")


def _push(target: ReminderTarget, message: Message) -> str:
    try:
        web_push.push(
            target.url, title=message.title, body=message.body, url=message.url, tag=message.tag
        )
    except web_push.PushError as fault:
        if fault.is_gone:
            # The browser has ended it: the member switched it off, or signed out there.
            target.delete()
            return _("That browser is not reminded any more.")
        return _("The browser was not told: %(why)s.") % {"why": fault}
    return ""
