"""The answer to 'What if I wait?' by itself, for the slider that asks while it moves."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.case_page import find_case
from cases.prospects import planned
from cases.what_if import read_days, what_if
from households.requests import MemberRequest


@require_GET
def case_what_if(request: MemberRequest, case: str) -> HttpResponse:
    """The fragment; whoever opens the address itself comes to the case's page."""
    row = find_case(request, case)
    days = read_days(request.GET.get("wait", ""))
    if not request.htmx:
        address = reverse("case_detail", args=[request.household.public_id, row.public_id])
        return redirect(f"{address}?wait={days}#what-if" if days else address)
    known = planned(row, now=request.now)
    answer = what_if(row, known.facts, days=days, now=request.now) if known and days else None
    return render(request, "cases/_what_if_answer.html", {"what_if": answer})
