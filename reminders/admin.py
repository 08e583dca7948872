"""The outbox, for the operator: what waits, was sent, failed, and each try."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from households.admin import ReadOnlyAdmin
from reminders.models import (
    CalendarFeed,
    DeliveryTry,
    MailAction,
    MailBounce,
    Notification,
    OutboxHold,
    ReminderChoice,
    ReminderTarget,
    ReminderTiming,
)
from reminders.querysets import NotificationQuerySet
from reminders.repair import drop, send_again


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["kind", "channel", "member", "state", "next_try_at", "sent_at", "last_error"]
    list_filter = ["state", "channel", "kind"]
    search_fields = ["member__user__email", "case__title", "last_error"]
    list_select_related = ["member__user"]
    date_hierarchy = "created_at"
    actions = ["send_again", "drop"]

    def has_repair_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reminders.change_notification"))

    @admin.action(description=_("Send again now"), permissions=["repair"])
    def send_again(self, request: HttpRequest, rows: NotificationQuerySet) -> None:
        count = send_again(rows, now=request.now)  # type: ignore[attr-defined]
        self.message_user(request, _("Put back to be sent: %(count)d.") % {"count": count})

    @admin.action(description=_("Drop, do not send"), permissions=["repair"])
    def drop(self, request: HttpRequest, rows: NotificationQuerySet) -> None:
        count = drop(rows, by=str(request.user))
        self.message_user(request, _("Dropped: %(count)d.") % {"count": count})


@admin.register(DeliveryTry)
class DeliveryTryAdmin(ReadOnlyAdmin):
    list_display = ["started_at", "result", "notification", "detail"]
    list_filter = ["result"]
    search_fields = ["detail"]
    list_select_related = ["notification"]
    date_hierarchy = "started_at"


@admin.register(OutboxHold)
class OutboxHoldAdmin(ReadOnlyAdmin):
    list_display = ["at", "reason"]


@admin.register(MailBounce)
class MailBounceAdmin(ReadOnlyAdmin):
    list_display = ["user", "at", "detail"]
    list_select_related = ["user"]


@admin.register(ReminderTiming)
class ReminderTimingAdmin(ReadOnlyAdmin):
    list_display = ["member", "quiet_from", "quiet_until", "digest_at", "digest_weekday"]
    list_select_related = ["member__user"]


@admin.register(ReminderChoice)
class ReminderChoiceAdmin(ReadOnlyAdmin):
    list_display = ["member", "kind", "channel", "moment"]
    list_select_related = ["member__user"]


@admin.register(MailAction)
class MailActionAdmin(ReadOnlyAdmin):
    list_display = ["notification", "verb", "done_at"]
    list_select_related = ["notification"]


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    list_display = ["member", "created_at", "last_read_at"]
    list_select_related = ["member__user"]


@admin.register(ReminderTarget)
class ReminderTargetAdmin(ReadOnlyAdmin):
    list_display = ["name", "member", "last_told_at", "last_error"]
    list_select_related = ["member__user"]
    # The address holds the member's keys.
    exclude = ["url"]
