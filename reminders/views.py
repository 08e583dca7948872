"""The inbox: what Parley had to tell the member, and what could not be mailed."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from households.paging import take_page
from households.requests import MemberRequest
from reminders.models import Notification

FAILED_SHOWN = 10


@require_GET
def inbox(request: MemberRequest) -> HttpResponse:
    rows = Notification.objects.inbox_of(request.member).select_related("case__seller")
    page = take_page(rows, by=("-created_at", "public_id"), after=request.GET.get("after", ""))
    failed = (
        Notification.objects.of(request.household)
        .filter(channel="email", state__in=["failed", "dead"])
        .select_related("case", "member__user")[:FAILED_SHOWN]
    )
    unreached = request.household.memberships.active().filter(user__mail_bounce__isnull=False)
    context = {
        "page": page,
        "failed": failed,
        "unreached": unreached.select_related("user"),
        "mail_to_files": settings.MAIL_TO_FILES,
    }
    return render(request, "reminders/inbox.html", context)


@require_POST
def notification_read(request: MemberRequest, notification: str) -> HttpResponse:
    """Mark one read and go to its case."""
    rows = Notification.objects.inbox_of(request.member)
    row = get_object_or_404(rows.select_related("case"), public_id=notification)
    rows.unread().filter(pk=row.pk).update(read_at=request.now)
    return redirect("case_detail", household=request.household.public_id, case=row.case.public_id)


@require_POST
def notifications_read_all(request: MemberRequest) -> HttpResponse:
    Notification.objects.inbox_of(request.member).unread().update(read_at=request.now)
    return redirect("inbox", household=request.household.public_id)
