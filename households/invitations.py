"""Invite somebody by e-mail: bound to the address, single use, expiring."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from households.errors import HouseholdError
from households.models import Household, Invitation, Membership, Role, User
from households.record import Kind, record_membership
from households.services import checked_email, confirm_address
from households.tokens import new_token, token_hash

INVITATION_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sent:
    """`was_mailed` is False when the mail server refused: then the owner hands the link over."""

    invitation: Invitation
    url: str
    was_mailed: bool


def invite(*, owner: Membership, email: str, role: str, now: datetime) -> Sent:
    """Write the invitation, then try to mail it; an older one to the same address ends."""
    if not owner.is_owner:
        raise HouseholdError(_("Only an owner can invite somebody."))
    if role not in Role.values:
        raise HouseholdError(_("Choose owner, adult or viewer."))
    address = checked_email(email)
    token = new_token()
    with transaction.atomic():
        members = Membership.objects.active().filter(household=owner.household_id)
        if members.filter(user__email__iexact=address).exists():
            raise HouseholdError(
                _("%(address)s belongs to the household already.") % {"address": address}
            )
        invitations = Invitation.objects.open(now).filter(household=owner.household_id)
        invitations.filter(email__iexact=address).update(revoked_at=now)
        invitation = Invitation.objects.create(
            household=owner.household,
            email=address,
            role=role,
            token_hash=token_hash(token),
            invited_by=owner,
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        record_membership(Kind.INVITED, actor=owner, email=address, role=role, now=now)
    url = settings.BASE_URL + reverse("invitation_accept", args=[token])
    return Sent(invitation, url, _mail(invitation, owner, url))


def _mail(invitation: Invitation, owner: Membership, url: str) -> bool:
    names = {
        "who": " ".join(str(owner.user).split()),
        "household": " ".join(owner.household.name.split()),
    }
    subject = _("%(who)s invites you to %(household)s on Parley") % names
    body = _(
        "%(who)s would like to share the orders and cases of %(household)s with you.\n\n"
        "Open this address to join; it works once, for seven days:\n%(url)s\n\n"
        "If you do not know them, there is nothing to do."
    ) % {**names, "url": url}
    try:
        send_mail(subject, body, None, [invitation.email])
    except OSError:  # SMTPException is one too
        return False
    return True


def open_invitation(token: str, *, now: datetime) -> Invitation | None:
    """The invitation of a link that can still be accepted."""
    found = Invitation.objects.open(now).filter(token_hash=token_hash(token))
    return found.select_related("household", "invited_by__user").first()


@transaction.atomic
def accept_invitation(token: str, *, user: User, now: datetime) -> Household:
    """Join the household; raise HouseholdError when the link is spent or meant for another."""
    invitation = open_invitation(token, now=now)
    if invitation is None:
        raise HouseholdError(_("This invitation has been used or has expired. Ask for a new one."))
    if invitation.email.lower() != user.email.lower():
        raise HouseholdError(
            _("This invitation is for %(email)s. Sign in with that address to accept it.")
            % {"email": invitation.email}
        )
    if not invitation.invited_by.is_owner:
        raise HouseholdError(_("Who invited you no longer owns the household. Ask for a new one."))
    # Of two clicks at once, one joins.
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).update(
        accepted_at=now
    ):
        raise HouseholdError(_("This invitation has been used."))
    confirm_address(user)
    members = Membership.objects.active().filter(household=invitation.household, user=user)
    if not members.exists():
        member = Membership.objects.create(
            household=invitation.household, user=user, role=invitation.role, joined_at=now
        )
        record_membership(
            Kind.JOINED,
            actor=member,
            member=invitation.invited_by,
            role=member.role,
            now=now,
        )
    return invitation.household


@transaction.atomic
def revoke_invitation(*, owner: Membership, invitation: Invitation, now: datetime) -> None:
    if not owner.is_owner or invitation.household_id != owner.household_id:
        raise HouseholdError(_("Only an owner can withdraw an invitation."))
    if Invitation.objects.open(now).filter(pk=invitation.pk).update(revoked_at=now):
        record_membership(Kind.UNINVITED, actor=owner, email=invitation.email, now=now)
