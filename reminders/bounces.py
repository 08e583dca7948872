"""Mails that came back: the address is turned off, says so on the member's page, and can be turned on."""

import re
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from households.models import Household, User
from reminders.mail import host
from reminders.models import MailBounce, Notification

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
    MailBounce.objects.update_or_create(
        user=row.member.user, defaults={"at": now, "detail": detail[:300]}
    )
    return row.household


def turn_on_again(user: User) -> None:
    """The member says that the address works."""
    MailBounce.objects.filter(user=user).delete()
