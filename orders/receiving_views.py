"""'It arrived' with one tap, and 'I confirmed receipt' after saying what that gives away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from households.requests import MemberRequest, writers_only
from orders.receiving import confirm_receipt, mark_arrived, protection_lost
from orders.services import OrderError, profile_of
from orders.views import find_order, to_order

CLAIM_WINDOW = "claim_after_protection"


@writers_only
@require_POST
def order_arrived(request: MemberRequest, order: UUID) -> HttpResponse:
    found = mark_arrived(member=request.member, order=find_order(request, order), now=request.now)
    messages.success(
        request,
        _("%(number)s has arrived. Count, try and photograph it before you confirm receipt.")
        % {"number": found.number},
    )
    if "stay" in request.POST:
        return redirect("order_list", household=request.household.public_id)
    return to_order(request, found)


@writers_only
@require_http_methods(["GET", "POST"])
def order_confirm(request: MemberRequest, order: UUID) -> HttpResponse:
    """The page warns; its button only notes what the member did at the marketplace."""
    found = find_order(request, order)
    fault = ""
    if request.method == "POST":
        try:
            confirm_receipt(member=request.member, order=found, now=request.now)
        except OrderError as error:
            fault = str(error)
        else:
            messages.success(request, _("It is noted that receipt was confirmed."))
            return to_order(request, found)
    profile = profile_of(found)
    claim = profile.windows.get(CLAIM_WINDOW) if profile else None
    context = {
        "order": found,
        "profile": profile,
        "lost": protection_lost(found, now=request.now),
        "claim_days": claim.closes_after.days if claim and claim.closes_after else None,
        "open_cases": found.cases.filter(settled_at__isnull=True).order_by("opened_at"),
        "fault": fault,
    }
    return render(request, "orders/order_confirm.html", context, status=422 if fault else 200)
