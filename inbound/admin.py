"""Mail that came in, for the operator: what became of each, without its words."""

from django.contrib import admin

from households.admin import ReadOnlyAdmin
from inbound.models import InboundAddress, InboundMail, MailboxPosition


@admin.register(InboundMail)
class InboundMailAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "household", "kind", "state", "is_authenticated", "outcome"]
    list_filter = ["state", "kind"]
    list_select_related = ["household"]
    date_hierarchy = "received_at"
    exclude = ["raw", "text", "forwarded"]


@admin.register(InboundAddress)
class InboundAddressAdmin(ReadOnlyAdmin):
    list_display = ["household", "created_at"]
    exclude = ["token"]


@admin.register(MailboxPosition)
class MailboxPositionAdmin(ReadOnlyAdmin):
    list_display = ["folder", "last_uid", "read_at", "fault"]
