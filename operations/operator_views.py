"""What the operator presses to let the instance go on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from operations.clock import believe_clock


@require_POST
def believe_clock_page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("operations.change_clockmark"):
        raise PermissionDenied
    believe_clock(now=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("The clock is believed; what came due is told with the next tick."))
    return redirect("admin:index")
