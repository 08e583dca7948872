"""People, households, who belongs to them with which role, and how they are invited."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from households.querysets import (
    AbsenceQuerySet,
    InvitationQuerySet,
    MembershipEventQuerySet,
    MembershipQuerySet,
    UserManager,
)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail address; may belong to several households."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=12, default="en")
    # The first password of a seeded owner works once; it must be replaced at that sign-in.
    password_is_one_time = models.BooleanField(default=False, editable=False)
    is_staff = models.BooleanField(_("operator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_its_case")
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Household(models.Model):
    """Who shares the orders. Everything it owns is reached through it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    is_demo = models.BooleanField(default=False, editable=False)
    # Examples are among its rows; operations.Examples says which.
    has_examples = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @cached_property
    def people(self) -> "list[Membership]":
        """Who is a member now, with their names: read once, since a page names them often."""
        return list(self.memberships.active().select_related("user"))


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    ADULT = "adult", _("adult")
    VIEWER = "viewer", _("viewer")


class ReminderScope(models.TextChoices):
    ALL = "all", _("all cases")
    ASSIGNED = "assigned", _("cases assigned to me or to nobody")
    NONE = "none", _("none")


class Membership(models.Model):
    """A member: a person in a household. Kept after leaving, so that events keep their actor."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    reminder_scope = models.CharField(
        _("remind me of"), max_length=10, choices=ReminderScope, default=ReminderScope.ALL
    )
    reminds_by_email = models.BooleanField(_("by e-mail"), default=True)
    reminds_in_inbox = models.BooleanField(_("in Parley's inbox"), default=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    # Where the first tour stands; nothing: never begun, or over.
    tour_step = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "user"],
                condition=Q(left_at__isnull=True),
                name="membership_active_once_per_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def may_write(self) -> bool:
        return self.left_at is None and self.role in {Role.OWNER, Role.ADULT}

    @property
    def is_owner(self) -> bool:
        return self.left_at is None and self.role == Role.OWNER


class Invitation(models.Model):
    """An invitation by e-mail: bound to the address, single use, expiring; only a hash is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.ADULT)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Membership, models.CASCADE, related_name="invitations_sent")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.email


class SignInLink(models.Model):
    """A link that signs one person in, once, until it expires; only a hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"


class MembershipEvent(models.Model):
    """What happened to the household itself, above all who is in it: append-only, beside the
    events of cases."""

    class Kind(models.TextChoices):
        FOUNDED = "founded", _("made the household")
        INVITED = "invited", _("invited somebody")
        UNINVITED = "uninvited", _("withdrew an invitation")
        JOINED = "joined", _("joined")
        ROLE_CHANGED = "role_changed", _("changed a role")
        HANDED_OVER = "handed_over", _("handed the household over")
        REMOVED = "removed", _("removed a member")
        LEFT = "left", _("left")
        AWAY = "away", _("noted an absence")
        BACK = "back", _("ended an absence")
        EXAMPLES_ADDED = "examples_added", _("put examples in")
        EXAMPLES_REMOVED = "examples_removed", _("removed the examples")

    household = models.ForeignKey(Household, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(Membership, models.RESTRICT, related_name="+")
    # Whom it was done to, where that is somebody else.
    member = models.ForeignKey(Membership, models.RESTRICT, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    # The address that was invited, and the role that was given.
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=10, choices=Role, blank=True)

    objects = MembershipEventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["household", "-at", "-id"], name="membership_event_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class HouseholdOwned(models.Model):
    """A row that one household owns: found by its opaque id, and only through the household."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class Absence(HouseholdOwned):
    """A member is away for whole days on their own clock, and another stands in."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="absences")
    stand_in = models.ForeignKey(Membership, models.CASCADE, related_name="stands_in")
    from_on = models.DateField(_("away from"))
    until_on = models.DateField(_("until"))
    # The same days as moments, for the statement that asks for whole batches who is told.
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    urgent_still_told = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["from_at", "id"]
        indexes = [
            models.Index(
                fields=["member", "until_at"],
                condition=Q(ended_at__isnull=True),
                name="absence_of_member",
            ),
            models.Index(
                fields=["stand_in", "until_at"],
                condition=Q(ended_at__isnull=True),
                name="absence_stood_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} from {self.from_on} until {self.until_on}"
