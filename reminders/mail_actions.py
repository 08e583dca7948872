"""Does what a button of a mail says, once, as the member whom the mail was written to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases import services
from cases.errors import CaseError
from cases.models import Case
from cases.services.one_voice import hold_voice
from households.models import Membership
from languages.sentences import say
from reminders.letters import has_moved_on
from reminders.mail_links import Verb
from reminders.models import Channel, MailAction, Notification

A_DAY = timedelta(days=1)


class MovedOn(CaseError):
    """What the mail asked for is not asked for any more."""


def is_done(notification: Notification, verb: Verb) -> bool:
    return MailAction.objects.filter(notification=notification, verb=verb).exists()


def do_by_mail(
    *, notification: Notification, verb: Verb, said: dict[str, Any], now: datetime
) -> None:
    """`said`: the cleaned fields of the verb's form. Raises CaseError if it cannot be, or was, done,
    and AnotherWrote where another member has just written to the seller."""
    member, case = notification.member, notification.case
    if not member.may_write or not member.user.is_active:
        raise CaseError(_("You are no longer among those who may change this case."))
    who: dict[str, Any] = {"member": member, "case": case, "now": now}
    acts: dict[Verb, Callable[[], object]] = {
        Verb.SENT: lambda: services.log_as_one_voice(
            member=member,
            cases=[case],
            channel=said["channel"],
            sent_at=said["sent_at"] or now,
            body=said["body"],
            knows_of_others=said["knows_of_others"],
            now=now,
        ),
        Verb.SNOOZE: lambda: services.snooze_case(**who, until=now + A_DAY),
        Verb.ESCALATED: lambda: services.escalate_case(
            **who,
            kind=said["kind"],
            opened_at=said["opened_at"] or now,
            reference=said["reference"],
            statement=said["statement"],
        ),
        Verb.ANSWERED: lambda: services.log_reply(
            **who,
            channel=said["channel"],
            received_at=said["received_at"] or now,
            body=said["body"],
            is_automatic=said["is_automatic"],
        ),
        Verb.SETTLE: lambda: services.settle_case(
            **who, outcome=said["outcome"], refunded=said["refunded"], note=said["note"]
        ),
    }
    with transaction.atomic():
        _use_up(notification, verb, now)
        if verb is Verb.SENT:
            hold_voice(case.seller)
        # Locked, so that two who press at once do not both find it as it was.
        notification.case = Case.objects.locked().get(pk=case.pk)
        if has_moved_on(notification):
            raise MovedOn(_("The case has moved on since this mail was written."))
        acts[verb]()


def _use_up(notification: Notification, verb: Verb, now: datetime) -> None:
    try:
        with transaction.atomic():
            MailAction.objects.create(notification=notification, verb=verb, done_at=now)
    except IntegrityError as fault:
        raise CaseError(_("This was done already, with the same button.")) from fault


def stop_mail(member: Membership) -> None:
    """No more reminders by e-mail for this member of this household; what waits is dropped."""
    Membership.objects.filter(pk=member.pk).update(reminds_by_email=False)
    Notification.objects.waiting().filter(member=member, channel=Channel.EMAIL).update(
        state=Notification.State.DROPPED,
        last_error=say("the member has switched e-mail reminders off"),
    )
