"""The signed links of a mail: each names one reminder and one verb, or one member to be left alone.

Whoever holds the mail can use them, without signing in; so they say little, expire, and change
nothing when they are opened: programs that look for malware open every link.
"""

import json
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from cases.vocabulary import FollowUpKind
from households.models import Membership
from reminders.models import Notification

ACTION_SALT, LEAVE_SALT = "reminders.mail.action", "reminders.mail.leave"
PLACE = "place-of-the-token"
ACTIONS_HOLD = timedelta(days=14)
# As Django's signing writes it, by an encoder that is made once.
_as_json = json.JSONEncoder(separators=(",", ":")).encode


class Verb(StrEnum):
    SENT = "sent"
    SNOOZE = "snooze"
    ESCALATED = "escalated"
    ANSWERED = "answered"
    SETTLE = "settle"


VERBS_OF_KIND: dict[str, tuple[Verb, ...]] = {
    FollowUpKind.RETRY: (Verb.SENT, Verb.ANSWERED, Verb.SNOOZE, Verb.SETTLE),
    FollowUpKind.ESCALATE: (Verb.ESCALATED, Verb.ANSWERED, Verb.SNOOZE, Verb.SETTLE),
    FollowUpKind.PROTECTION_WARNING: (Verb.ESCALATED, Verb.ANSWERED, Verb.SETTLE),
    FollowUpKind.PLATFORM_CHECK: (Verb.SNOOZE, Verb.SETTLE),
    FollowUpKind.SETTLE_CHECK: (Verb.SENT, Verb.ANSWERED, Verb.SNOOZE, Verb.SETTLE),
    FollowUpKind.OWN: (Verb.SENT, Verb.ANSWERED, Verb.SNOOZE, Verb.SETTLE),
}


def verb_label(verb: Verb, kind: str) -> str:
    """In the active language; `kind` is the reminder's."""
    match verb:
        case Verb.SENT:
            return _("I sent it again") if kind == FollowUpKind.RETRY else _("I sent it")
        case Verb.SNOOZE:
            return _("Snooze for a day")
        case Verb.ESCALATED:
            return _("I took it further")
        case Verb.ANSWERED:
            return _("They answered")
        case Verb.SETTLE:
            return _("Settle the case")


def button_labels(kind: str) -> list[str]:
    """Of the buttons under a reminder of that kind, in the active language."""
    return [verb_label(verb, kind) for verb in VERBS_OF_KIND.get(kind, ())]


def button_urls(notification: Notification) -> list[str]:
    """Where each of its kind's buttons leads; none for who may only look."""
    if not notification.member.may_write:
        return []
    return [
        settings.BASE_URL + _action_path(notification, verb)
        for verb in VERBS_OF_KIND.get(notification.kind, ())
    ]


def _action_path(notification: Notification, verb: Verb) -> str:
    said = {"n": notification.public_id.hex, "v": verb.value}
    return _path("mail_action", _signed(said, ACTION_SALT))


def read_action(token: str) -> tuple[Notification, Verb] | None:
    """The reminder and the verb of a link; None if it is forged, too old, or of nothing any more."""
    said = _loads(token, ACTION_SALT, max_age=ACTIONS_HOLD)
    if said is None:
        return None
    row = (
        Notification.objects.filter(public_id=said["n"])
        .select_related("household", "member__user", "case__seller", "case__order")
        .first()
    )
    return None if row is None else (row, Verb(said["v"]))


def unsubscribe_url(member: Membership) -> str:
    """Works for as long as the mail is kept: who wants no more mail must get none."""
    token = _signed({"m": member.public_id.hex}, LEAVE_SALT)
    return settings.BASE_URL + _path("mail_leave", token)


def _path(name: str, token: str) -> str:
    return _pattern(name).replace(PLACE, token)


@lru_cache
def _pattern(name: str) -> str:
    """Looked up once: mails are many and addresses few."""
    return reverse(name, args=[PLACE])


def read_unsubscription(token: str) -> Membership | None:
    said = _loads(token, LEAVE_SALT, max_age=None)
    if said is None:
        return None
    rows = Membership.objects.filter(public_id=said["m"]).select_related("household", "user")
    return rows.first()


class _Signer(signing.TimestampSigner):
    """Signs as Django's does, with the key of a salt worked out once: a mail has five links."""

    def __init__(self, salt: str, secret: str) -> None:
        super().__init__(key=secret, salt=salt)
        self._begun = salted_hmac(f"{salt}signer", "", secret, algorithm=self.algorithm)

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        if key not in (None, self.key):
            return super().signature(value, key)
        mac = self._begun.copy()
        mac.update(force_bytes(value))
        return signing.b64_encode(mac.digest()).decode()


def _signed(said: dict[str, str], salt: str) -> str:
    text = signing.b64_encode(_as_json(said).encode("latin-1")).decode()
    return _signer(salt, settings.SECRET_KEY).sign(text)


@lru_cache
def _signer(salt: str, secret: str) -> _Signer:
    return _Signer(salt, secret)


def _loads(token: str, salt: str, *, max_age: timedelta | None) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature:
        return None
    return said
