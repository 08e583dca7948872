"""People and households, for the operator. Secrets are hashes here too, and nobody edits them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from households.models import (
    Absence,
    Household,
    Invitation,
    Membership,
    MembershipEvent,
    SignInLink,
    User,
)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What is a record of something that happened: looked at, never changed."""

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["email", "name", "time_zone", "language", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "language"]
    search_fields = ["email", "name"]
    date_hierarchy = "date_joined"
    # Passwords are changed by the person, through a reset.
    fields = ["email", "name", "time_zone", "language", "is_active", "is_staff", "is_superuser"]


@admin.register(Household)
class HouseholdAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "slug", "currency", "is_demo", "created_at"]
    list_filter = ["is_demo", "currency"]
    search_fields = ["name", "slug"]
    date_hierarchy = "created_at"


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["user", "household", "role", "reminder_scope", "joined_at", "left_at"]
    list_filter = ["role", "reminder_scope", ("left_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__email", "user__name", "household__name"]
    raw_id_fields = ["user", "household"]
    list_select_related = ["user", "household"]
    date_hierarchy = "joined_at"


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "household", "role", "created_at", "expires_at", "accepted_at"]
    list_filter = ["role", ("accepted_at", admin.EmptyFieldListFilter)]
    search_fields = ["email", "household__name"]
    list_select_related = ["household"]
    exclude = ["token_hash"]


@admin.register(SignInLink)
class SignInLinkAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_at", "expires_at", "used_at"]
    list_filter = [("used_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__email"]
    list_select_related = ["user"]
    exclude = ["token_hash"]


@admin.register(MembershipEvent)
class MembershipEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "household", "actor"]
    list_filter = ["kind"]
    search_fields = ["household__name"]
    list_select_related = ["household", "actor__user"]
    date_hierarchy = "at"


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin):
    list_display = ["member", "household", "from_on", "until_on"]
    search_fields = ["household__name"]
    list_select_related = ["household", "member__user"]
