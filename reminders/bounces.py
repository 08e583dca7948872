"""Mails that came back or were refused: the address is turned off, and can be turned on again."""

import re
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from households.models import Household, User
from reminders.mail import host
from reminders.models import Channel, DeliveryTry, MailBounce, Notification
from reminders.refusals import counts, is_a_run, is_no_address

Result = DeliveryTry.Result
OUR_ID = re.compile(r"^<parley\.(?P<case>case\.)?(?P<id>[0-9a-f]{32})@(?P<host>[^>]+)>$")


def is_ours(message_id: str) -> bool:
    """Whether Parley wrote the mail of that Message-ID, or something in its name."""
    found = OUR_ID.match(message_id)
    return found is not None and found["host"] == host()


def notification_of(message_id: str) -> Notification | None:
    """A notification that went out under this Message-ID."""
    found = OUR_ID.match(message_id)
    if found is None or found["case"] or found["host"] != host():
        return None
    identity = UUID(found["id"])
    rows = Notification.objects.filter(Q(public_id=identity) | Q(digest=identity))
    return rows.select_related("member__user", "household", "case").first()


def note_bounce(*, message_id: str, recipient: str, detail: str, now: datetime) -> Household | None:
    """Turn an address off if this is a true report: of a mail that we sent, to that very address.

    Who cannot name such a mail's id, which is random, turns nothing off. The household, or None.
    """
    row = notification_of(message_id)
    if row is None or row.member.user.email.lower() != recipient.lower():
        return None
    _turn_off(row.member.user, detail, now)
    return row.household


def note_refusal(user: User, *, detail: str, now: datetime) -> None:
    """The server has refused this recipient for good, in these words; its try is on record.

    A server that knows no such address ends it at once; any other refusal of the recipient, when it
    was the third mail over at least a day and none was taken between."""
    if not counts(detail):
        return
    if is_no_address(detail) or is_a_run(_refused_since_the_last_taken(user)):
        _turn_off(user, detail, now)


def _refused_since_the_last_taken(user: User) -> Iterator[tuple[str, datetime]]:
    tries = DeliveryTry.objects.filter(
        notification__member__user=user, notification__channel=Channel.EMAIL
    )
    taken = tries.filter(result=Result.ACCEPTED).aggregate(last=Max("started_at"))["last"]
    refused = tries.filter(result=Result.TURNED_AWAY)
    if taken is not None:
        refused = refused.filter(started_at__gt=taken)
    mails = refused.annotate(mail=Coalesce("notification__digest", "notification__public_id"))
    for mail, at, detail in mails.values_list("mail", "started_at", "detail"):
        if counts(detail):
            yield str(mail), at


def _turn_off(user: User, detail: str, now: datetime) -> None:
    MailBounce.objects.update_or_create(user=user, defaults={"at": now, "detail": detail[:300]})


def turn_on_again(user: User) -> None:
    """The member says that the address works."""
    MailBounce.objects.filter(user=user).delete()
