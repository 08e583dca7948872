"""What every page shows of the inbox."""

from django.http import HttpRequest

from reminders.models import Notification


def unread_reminders(request: HttpRequest) -> dict[str, int]:
    """How many reminders the member has not read; nothing outside a household."""
    member = getattr(request, "member", None)
    if member is None:
        return {}
    return {"unread_reminders": Notification.objects.inbox_of(member).unread().count()}
