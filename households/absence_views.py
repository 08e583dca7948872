"""The page on which a member notes that they are away, and who stands in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from households.absences import end_absence, note_absence
from households.errors import HouseholdError
from households.forms import AbsenceForm
from households.models import Absence
from households.requests import MemberRequest

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: MemberRequest) -> HttpResponse:
    form = AbsenceForm(request.member, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            note_absence(member=request.member, now=request.now, **form.cleaned_data)
        except HouseholdError as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, _("Noted. Have a good time."))
            return redirect("away", household=request.household.public_id)
    coming = Absence.objects.of(request.household).coming(request.now)
    context = {
        "form": form,
        "absences": coming.select_related("member__user", "stand_in__user"),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "households/away.html", context, status=status)


@require_POST
def away_end(request: MemberRequest, absence: UUID) -> HttpResponse:
    mine = Absence.objects.of(request.household).filter(member=request.member)
    end_absence(
        member=request.member, absence=get_object_or_404(mine, public_id=absence), now=request.now
    )
    messages.success(request, _("Your reminders come to you again."))
    return redirect("away", household=request.household.public_id)
