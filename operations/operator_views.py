"""What the operator presses to let the instance go on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from operations.clock import believe_clock
from operations.outbox_hold import discard, release


@require_POST
def believe_clock_page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("operations.change_clockmark"):
        raise PermissionDenied
    believe_clock(now=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("The clock is believed; what came due is told with the next tick."))
    return redirect("admin:index")


@require_POST
def held_outbox_page(request: HttpRequest) -> HttpResponse:
    """`what`: 'send' or 'discard'."""
    if not request.user.has_perm("reminders.change_notification"):
        raise PermissionDenied
    if request.POST.get("what") == "discard":
        count = discard(by=str(request.user))
        messages.success(request, _("Dropped: %(count)d. The outbox goes on.") % {"count": count})
    elif request.POST.get("what") == "send":
        release()
        messages.success(request, _("The outbox goes on; what is still true is sent."))
    return redirect("admin:index")
