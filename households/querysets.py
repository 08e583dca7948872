"""Every named query over people and households, and the one way to a household's rows."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from households.models import Absence, Household, Invitation, Membership, MembershipEvent, User

    _Owned = TypeVar("_Owned", bound=models.Model)
else:
    _Owned = TypeVar("_Owned")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(left_at__isnull=True)

    def of_user(self, user: "User") -> Self:
        """Their households by name, at hand."""
        mine = self.filter(user=user).select_related("household", "user")
        return mine.order_by("household__name", "id")

    def writers(self) -> Self:
        """Who may change things."""
        return self.active().filter(role__in=["owner", "adult"])


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)


class HouseholdQuerySet(models.QuerySet[_Owned]):
    """The base of every queryset over rows that a household owns."""

    def of(self, household: "Household") -> Self:
        """The one scoped way in: views, forms and the API start every query here."""
        return self.filter(household=household)


class MembershipEventQuerySet(HouseholdQuerySet["MembershipEvent"]):
    pass


class AbsenceQuerySet(HouseholdQuerySet["Absence"]):
    def standing(self) -> Self:
        """Not ended early, with somebody who can be told in the member's place."""
        return self.filter(
            ended_at__isnull=True,
            stand_in__left_at__isnull=True,
            stand_in__user__is_active=True,
        ).exclude(stand_in__reminder_scope="none")

    def coming(self, now: datetime) -> Self:
        """Those that are, or are still to come."""
        return self.standing().filter(until_at__gt=now)

    def in_force(self, now: datetime) -> Self:
        return self.coming(now).filter(from_at__lte=now)
