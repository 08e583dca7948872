"""Webhooks, for the operator: what waits, was taken or given up; without addresses and secrets."""

from django.contrib import admin

from households.admin import ReadOnlyAdmin
from webhooks.models import HouseholdWebhook, WebhookMessage, WebhookTry


@admin.register(HouseholdWebhook)
class HouseholdWebhookAdmin(ReadOnlyAdmin):
    list_display = ["household", "created_at", "ended_at"]
    list_select_related = ["household"]
    exclude = ["url", "secret"]


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin):
    list_display = ["type", "webhook", "state", "happened_at", "next_try_at", "failures"]
    list_filter = ["state", "type"]
    list_select_related = ["webhook"]
    date_hierarchy = "happened_at"


@admin.register(WebhookTry)
class WebhookTryAdmin(ReadOnlyAdmin):
    list_display = ["at", "status", "detail", "message"]
    list_filter = ["status"]
    list_select_related = ["message"]
    date_hierarchy = "at"
