"""Make a household, sign in by link, and change who belongs to it and how they are reminded."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from households.absences import end_absences_of, move_absences
from households.announcements import member_left, zone_changed
from households.errors import HouseholdError
from households.models import Household, Membership, Role, SignInLink, User
from households.record import Kind, record_membership
from households.tokens import new_token, token_hash

SIGN_IN_LINK_LASTS = timedelta(hours=24)


def checked_email(text: str) -> str:
    """The address in lower case; raise HouseholdError when it is none."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise HouseholdError(
            _("%(text)s is not an e-mail address; write it like name@example.org")
            % {"text": repr(text)}
        ) from None
    return address


@transaction.atomic
def create_household(*, name: str, owner: User, now: datetime, is_demo: bool = False) -> Membership:
    """A household and its first member, who owns it."""
    tidy = " ".join(name.split())
    if not tidy:
        raise HouseholdError(_("A household needs a name."))
    if len(tidy) > 80:
        raise HouseholdError(_("The name is longer than 80 characters."))
    household = Household.objects.create(
        name=tidy, slug=_free_slug(tidy), is_demo=is_demo, created_at=now
    )
    member = Membership.objects.create(
        household=household, user=owner, role=Role.OWNER, joined_at=now
    )
    record_membership(Kind.FOUNDED, actor=member, now=now)
    return member


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "household"
    taken = set(Household.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for n in range(2, 10**9) if (slug := f"{base}-{n}") not in taken)


@transaction.atomic
def person_of(email: str) -> User:
    """The person with that address; a new one cannot sign in but by a link or a reset."""
    address = checked_email(email)
    user = User.objects.filter(email__iexact=address).first()
    return user or User.objects.create_user(address)


def make_sign_in_link(user: User, *, now: datetime) -> str:
    """An address that signs the person in once."""
    token = new_token()
    SignInLink.objects.create(
        user=user,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + SIGN_IN_LINK_LASTS,
    )
    return settings.BASE_URL + reverse("sign_in_link", args=[token])


def use_sign_in_link(token: str, *, now: datetime) -> User | None:
    """The person of an unused, unexpired link, which is used up by this; None otherwise."""
    link = SignInLink.objects.filter(token_hash=token_hash(token), expires_at__gt=now)
    if not link.filter(used_at__isnull=True).update(used_at=now):
        return None
    user = link.get().user
    if not user.is_active:
        return None
    confirm_address(user)
    return user


def confirm_address(user: User) -> None:
    """The address is the person's: a link that only they were given has been used."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


@transaction.atomic
def change_role(*, owner: Membership, member: Membership, role: str, now: datetime) -> None:
    _refuse_others(owner, member)
    if role not in Role.values:
        raise HouseholdError(_("Choose owner, adult or viewer."))
    if member.is_owner and role != Role.OWNER:
        _refuse_last_owner(member)
    # Of two presses, one changes it and is on record.
    if Membership.objects.filter(pk=member.pk).exclude(role=role).update(role=role):
        record_membership(Kind.ROLE_CHANGED, actor=owner, member=member, role=role, now=now)


@transaction.atomic
def save_person(*, user: User, zone_before: str, now: datetime) -> None:
    """Save what a person changed of themselves; a new clock moves what is planned for them."""
    user.save(update_fields=["name", "time_zone", "language"])
    if user.time_zone != zone_before:
        move_absences(user, now=now)
        zone_changed.announce(user, now)


@transaction.atomic
def remove_member(
    *, owner: Membership, member: Membership, heir: Membership | None = None, now: datetime
) -> None:
    """End a membership; the person loses access at once, and what they did stays on record."""
    _refuse_others(owner, member)
    if _end_membership(member, heir, now):
        record_membership(Kind.REMOVED, actor=owner, member=member, now=now)


@transaction.atomic
def leave_household(*, member: Membership, heir: Membership | None = None, now: datetime) -> None:
    """`heir` takes over the open cases; without one they are everybody's."""
    if _end_membership(member, heir, now):
        record_membership(Kind.LEFT, actor=member, now=now)


def _end_membership(member: Membership, heir: Membership | None, now: datetime) -> bool:
    if member.is_owner:
        _refuse_last_owner(member)
    _refuse_heir(member, heir)
    if not Membership.objects.filter(pk=member.pk, left_at__isnull=True).update(left_at=now):
        return False
    member.invitations_sent.filter(accepted_at__isnull=True).update(revoked_at=now)
    end_absences_of(member, now=now)
    member_left.announce(member, heir, now)
    return True


def _refuse_heir(member: Membership, heir: Membership | None) -> None:
    if heir is None:
        return
    if heir.household_id != member.household_id or heir.pk == member.pk or not heir.may_write:
        raise HouseholdError(
            _("Choose an owner or adult of the household to take the open cases over.")
        )


@transaction.atomic
def hand_over_household(*, owner: Membership, to: Membership, now: datetime) -> None:
    """Make another member the owner and step back to adult."""
    _refuse_others(owner, to)
    if to.pk == owner.pk:
        raise HouseholdError(_("Choose somebody else to hand the household over to."))
    Membership.objects.filter(pk=to.pk).update(role=Role.OWNER)
    Membership.objects.filter(pk=owner.pk).update(role=Role.ADULT)
    record_membership(Kind.HANDED_OVER, actor=owner, member=to, now=now)


def _refuse_others(owner: Membership, member: Membership) -> None:
    if not owner.is_owner or member.household_id != owner.household_id:
        raise HouseholdError(_("Only an owner of the household can do this."))
    if member.left_at is not None:
        raise HouseholdError(_("This person has left the household."))


def _refuse_last_owner(member: Membership) -> None:
    owners = Membership.objects.active().filter(household=member.household_id, role=Role.OWNER)
    # Both of two owners who leave at once must not find the other still there.
    if list(owners.select_for_update().values_list("pk", flat=True)) == [member.pk]:
        raise HouseholdError(_("The household needs an owner: hand it over first."))
