"""The outbox, for the operator: what waits, was sent, failed, and each try."""

from django.contrib import admin

from households.admin import ReadOnlyAdmin
from reminders.models import DeliveryTry, Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["kind", "channel", "member", "state", "next_try_at", "sent_at", "last_error"]
    list_filter = ["state", "channel", "kind"]
    search_fields = ["member__user__email", "case__title", "last_error"]
    list_select_related = ["member__user"]
    date_hierarchy = "created_at"


@admin.register(DeliveryTry)
class DeliveryTryAdmin(ReadOnlyAdmin):
    list_display = ["started_at", "result", "notification", "detail"]
    list_filter = ["result"]
    search_fields = ["detail"]
    list_select_related = ["notification"]
    date_hierarchy = "started_at"
