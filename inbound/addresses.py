"""The address to which a household's mail is forwarded, and whose mail it is that came."""

import re
import secrets
from datetime import datetime

from django.conf import settings

from households.models import Household, Membership
from inbound.models import InboundAddress
from inbound.reading import ReadMail

# 26 letters of 32 kinds: 130 bits.
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
LETTERS = 26
TOKEN = re.compile(r"(?:^|\+)([a-z2-7]{26})(?=@)")


def address_of(household: Household) -> str:
    """The household's address; '' before an owner has made one, or where no mail can come in."""
    row = InboundAddress.objects.filter(household=household).first()
    if row is None or not settings.INBOUND_ADDRESS:
        return ""
    local, _, domain = settings.INBOUND_ADDRESS.rpartition("@")
    return f"{local}+{row.token}@{domain}"


def renew_address(household: Household, *, now: datetime) -> None:
    """Make an address; if there was one, it leads nowhere from now on."""
    InboundAddress.objects.update_or_create(
        household=household, defaults={"token": _new_token(), "created_at": now}
    )


def household_of(mail: ReadMail) -> Household | None:
    """By the secret in the address; without one, the only household that there is.

    Where several share an instance, a mail without the secret is nobody's.
    """
    tokens = {token for address in mail.recipients for token in TOKEN.findall(address)}
    if tokens:
        found = Household.objects.filter(inbound_address__token__in=tokens)[:2]
        return found[0] if len(found) == 1 else None
    real = Household.objects.filter(is_demo=False)[:2]
    return real[0] if len(real) == 1 else None


def writer_of(mail: ReadMail, household: Household) -> Membership | None:
    """The member who sent it, if the receiving server vouches for that and they may write."""
    if not mail.authenticated:
        return None
    members = household.memberships.filter(left_at__isnull=True, user__is_active=True)
    member = members.select_related("user", "household").filter(user__email=mail.sender).first()
    return member if member is not None and member.may_write else None


def _new_token() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
