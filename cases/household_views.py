"""Pages about a household's members and its cases: who did what, and handing all cases over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cases.activity import read_activity, read_by, who_can_be_named
from cases.errors import CaseError
from cases.forms import HandOverForm
from cases.models import Case
from cases.services import hand_over_cases
from households.requests import MemberRequest, writers_only

UNPROCESSABLE = 422
CASES_SHOWN = 20


@require_GET
def activity(request: MemberRequest) -> HttpResponse:
    by = read_by(request.GET.get("by", ""))
    context = {
        "page": read_activity(request.household, by=by, after=request.GET.get("after", "")),
        "people": who_can_be_named(request.household),
        "by": by,
    }
    return render(request, "cases/activity.html", context)


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def cases_hand_over(request: MemberRequest, membership: UUID) -> HttpResponse:
    """All open cases of one member to another."""
    members = request.household.memberships.active().select_related("user", "household")
    of = get_object_or_404(members, public_id=membership)
    form = HandOverForm(of, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = hand_over_cases(
                member=request.member, of=of, to=form.cleaned_data["to"], now=request.now
            )
        except CaseError as fault:
            form.add_error("to", str(fault))
        else:
            words = ngettext("One case is handed over.", "%(n)d cases are handed over.", count)
            messages.success(
                request,
                words % {"n": count} if count else _("There was no open case to hand over."),
            )
            return redirect("household_settings", household=request.household.public_id)
    cases = Case.objects.of(request.household).filter(assignee=of).open().order_by("pk")
    context = {
        "of": of,
        "form": form,
        "count": cases.count(),
        "cases": cases.select_related("seller")[:CASES_SHOWN],
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "cases/cases_hand_over.html", context, status=status)
