"""The outbox, for the operator: what waits, was sent, failed, and each try."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from households.admin import ReadOnlyAdmin
from languages.saying import said, written
from reminders.failures import explained
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


class TryInline(admin.TabularInline):  # type: ignore[type-arg]
    model = DeliveryTry
    fields = ["started_at", "ended_at", "result", "detail"]
    readonly_fields = ("started_at", "ended_at", "result", "detail")
    extra = 0
    can_delete = False

    def has_add_permission(self, *_args: Any, **_kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any, **_kwargs: Any) -> bool:
        return False


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    # What is wrong comes first: on a narrow screen the rest is out of sight.
    list_display = ["state_and_why", "due_or_sent", "member", "kind", "channel"]
    list_display_links = ["state_and_why"]
    list_filter = ["state", "channel", "kind"]
    search_fields = ["member__user__email", "case__title", "last_error"]
    list_select_related = ["member__user"]
    date_hierarchy = "created_at"
    actions = ["send_again", "drop"]
    inlines = [TryInline]
    fieldsets = [
        (None, {"fields": ["state", "why", "answer", "member", "case", "kind", "channel"]}),
        (_("When"), {"fields": ["created_at", "next_try_at", "sent_at", "read_at"]}),
        (
            _("What it tells, and its key"),
            {
                "classes": ["collapse"],
                "fields": [
                    *("household", "reason", "follow_up", "note", "cycle", "rung", "target_at"),
                    *("lease_until", "token", "refusals", "relayed_from", "stands_in_for"),
                ],
            },
        ),
    ]
    readonly_fields = ["why", "answer"]

    class Media:
        css = {"all": ["operations/admin.css"]}

    @admin.display(description=_("state"), ordering="state")
    def state_and_why(self, row: Notification) -> str:
        if not row.last_error:
            return row.get_state_display()
        means, answer = said(explained(row.last_error)), said(row.last_error)
        return format_html(
            '{}<span class="operator-why">{}</span>',
            row.get_state_display(),
            f"{means} ({answer[:120]})" if means else answer[:200],
        )

    @admin.display(description=_("what that means"))
    def why(self, row: Notification) -> str:
        return said(explained(row.last_error)) or "-"

    @admin.display(description=_("the server's answer, or why it was dropped"))
    def answer(self, row: Notification) -> str:
        return said(row.last_error) or "-"

    @admin.display(description=_("sent, or due"), ordering="next_try_at")
    def due_or_sent(self, row: Notification) -> str:
        return written(row.sent_at or row.next_try_at, "D j M, H:i")

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
    list_display = ["at", "why"]
    fields = ["at", "why"]

    @admin.display(description=_("reason"))
    def why(self, hold: OutboxHold) -> str:
        return gettext(hold.reason)


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
