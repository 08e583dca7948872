"""Cases and what happened to them, for the operator. Events are looked at, never changed."""

from django.contrib import admin

from cases.models import (
    Case,
    CaseEvent,
    ContactAttempt,
    Escalation,
    Evidence,
    FollowUp,
    OwnMessage,
    Reply,
    SavedView,
    ViewerLink,
)
from cases.people_models import CasePresence
from households.admin import ReadOnlyAdmin


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """A case is changed through its verbs, which write the event; so not here."""

    list_display = ["title", "household", "seller", "stage", "outcome", "escalate_by", "opened_at"]
    list_filter = ["stage", "outcome", "issue", "seller__marketplace"]
    search_fields = ["title", "seller__name", "order__number", "household__name"]
    list_select_related = ["household", "seller"]
    date_hierarchy = "opened_at"


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnlyAdmin):
    list_display = ["kind", "rung", "case", "due_at", "status", "origin", "fired_at"]
    list_filter = ["status", "kind", "origin"]
    search_fields = ["case__title", "reason", "error"]
    list_select_related = ["case"]
    date_hierarchy = "due_at"


@admin.register(CaseEvent)
class CaseEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "case", "stage", "actor"]
    list_filter = ["kind", "stage"]
    search_fields = ["case__title", "reason"]
    list_select_related = ["case", "actor__user"]
    date_hierarchy = "at"


@admin.register(ContactAttempt)
class ContactAttemptAdmin(ReadOnlyAdmin):
    list_display = ["case", "channel", "sent_at", "band", "expected_by", "replied_at"]
    list_filter = ["channel", "band", ("replied_at", admin.EmptyFieldListFilter)]
    search_fields = ["case__title"]
    list_select_related = ["case"]
    date_hierarchy = "sent_at"


@admin.register(Reply)
class ReplyAdmin(ReadOnlyAdmin):
    list_display = ["case", "channel", "received_at", "is_automatic"]
    list_filter = ["channel", "is_automatic"]
    search_fields = ["case__title"]
    list_select_related = ["case"]
    date_hierarchy = "received_at"


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ["case", "kind", "opened_at", "reference"]
    list_filter = ["kind"]
    search_fields = ["case__title", "reference"]
    list_select_related = ["case"]
    date_hierarchy = "opened_at"


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "caption", "household", "content_type", "size", "added_at"]
    list_filter = ["content_type"]
    search_fields = ["file_name", "caption", "sha256", "household__name"]
    list_select_related = ["household"]
    date_hierarchy = "added_at"
    # The file itself is the household's.
    exclude = ["file", "text"]


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    list_display = ["name", "member", "query"]
    list_select_related = ["member__user"]


@admin.register(OwnMessage)
class OwnMessageAdmin(ReadOnlyAdmin):
    list_display = ["name", "household", "language", "changed_at"]
    search_fields = ["name", "household__name"]
    list_select_related = ["household"]
    # The words are the household's.
    exclude = ["body", "theirs"]


@admin.register(ViewerLink)
class ViewerLinkAdmin(ReadOnlyAdmin):
    list_display = ["label", "case", "made_at", "expires_at", "last_used_at", "ended_at"]
    search_fields = ["case__title", "household__name"]
    list_select_related = ["case"]
    date_hierarchy = "made_at"
    exclude = ["token_hash"]


@admin.register(CasePresence)
class CasePresenceAdmin(ReadOnlyAdmin):
    list_display = ["case", "member", "doing", "until"]
    list_filter = ["doing"]
    list_select_related = ["case", "member__user"]
