"""Pages of many cases: Today, the list, what is done with several at once, and saved views."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cases import services
from cases import today as today_page
from cases.errors import CaseError
from cases.filters import CaseFilter, choices
from cases.forms import ManyForm, SavedViewForm, tomorrow_morning
from cases.models import Case, SavedView
from cases.saved_views import save_view
from cases.services.many import ManyDone, do_for_each
from households.paging import take_page
from households.requests import MemberRequest, writers_only

UNPROCESSABLE = 422
MOST_AT_ONCE = today_page.TODAY_MOST * 2


@require_GET
def today(request: MemberRequest) -> HttpResponse:
    return _today_page(request, CaseFilter.read(request.GET))


def _today_page(
    request: MemberRequest, chosen: CaseFilter, *, status: int = 200, **bound: Any
) -> HttpResponse:
    """Today; `bound` puts a form that was refused back with what was typed."""
    zone = ZoneInfo(timezone.get_current_timezone_name())
    most = today_page.TODAY_MOST if "more" in request.GET else today_page.TODAY_LIMIT
    view = today_page.today(request.household, chosen=chosen, zone=zone, now=request.now, most=most)
    context = {
        "today": view,
        "headline": today_page.headline(view.ours_count),
        "now": request.now,
        "chosen": chosen,
        "choices": choices(request.household, chosen),
        "saved_views": SavedView.objects.of_member(request.member),
        "many_form": ManyForm(
            request.household,
            initial={"until": tomorrow_morning(request.now), "back": chosen.query},
        ),
        "view_form": SavedViewForm(initial={"back": chosen.query}),
        "picked": request.POST.getlist("case"),
    }
    return render(request, "cases/today.html", {**context, **bound}, status=status)


@require_GET
def case_list(request: MemberRequest) -> HttpResponse:
    chosen = CaseFilter.read(request.GET)
    rows = chosen.apply(
        Case.objects.of(request.household).select_related("seller", "order", "assignee__user")
    )
    page = take_page(rows, by=("-opened_at", "public_id"), after=request.GET.get("after", ""))
    context = {"page": page, "chosen": chosen, "choices": choices(request.household, chosen)}
    return render(request, "cases/case_list.html", context)


def back_to_today(request: MemberRequest, query: str) -> HttpResponseRedirect:
    """Today as it was narrowed; only what a filter understands comes back into the address."""
    chosen = CaseFilter.read(QueryDict(query))
    address = reverse("today", args=[request.household.public_id])
    return HttpResponseRedirect(f"{address}?{chosen.query}" if chosen else address)


@writers_only
@require_POST
def cases_together(request: MemberRequest) -> HttpResponse:
    """Snooze, hand over or settle the cases that were ticked."""
    form = ManyForm(request.household, request.POST)
    picked = [public_id for public_id in request.POST.getlist("case") if _is_public_id(public_id)]
    if not picked:
        form.add_error(None, _("Tick the cases first."))
    if not form.is_valid() or not picked:
        chosen = CaseFilter.read(QueryDict(request.POST.get("back", "")))
        return _today_page(request, chosen, status=UNPROCESSABLE, many_form=form)
    cases = Case.objects.of(request.household).filter(public_id__in=picked[:MOST_AT_ONCE])
    _tell(request, do_for_each(cases, _act_of(request, form.cleaned_data)))
    return back_to_today(request, form.cleaned_data["back"])


def _is_public_id(text: str) -> bool:
    return bool(CaseFilter.read({"seller": text}).seller)


def _act_of(request: MemberRequest, cleaned: dict[str, Any]) -> Callable[[Case], object]:
    who: dict[str, Any] = {"member": request.member, "now": request.now}
    acts: dict[str, Callable[[Case], object]] = {
        "snooze": lambda case: services.snooze_case(case=case, until=cleaned["until"], **who),
        "assign": lambda case: services.assign_case(case=case, assignee=cleaned["assignee"], **who),
        "settle": lambda case: services.settle_case(
            case=case,
            outcome=cleaned["outcome"],
            refunded=case.value if cleaned["outcome"] == "refunded" else None,
            **who,
        ),
    }
    return acts[cleaned["do"]]


def _tell(request: MemberRequest, result: ManyDone) -> None:
    count = len(result.done)
    if count:
        words = ngettext("Done for one case.", "Done for %(count)d cases.", count)
        messages.success(request, words % {"count": count})
    for case, why in result.refused:
        messages.error(request, f"{case.title}: {why}")


@require_POST
def saved_view_new(request: MemberRequest) -> HttpResponse:
    form = SavedViewForm(request.POST)
    chosen = CaseFilter.read(QueryDict(request.POST.get("back", "")))
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            save_view(member=request.member, name=name, chosen=chosen, now=request.now)
        except CaseError as fault:
            form.add_error("name", str(fault))
        else:
            return back_to_today(request, chosen.query)
    return _today_page(request, chosen, status=UNPROCESSABLE, view_form=form)


@require_POST
def saved_view_remove(request: MemberRequest, view: str) -> HttpResponse:
    get_object_or_404(SavedView.objects.of_member(request.member), public_id=view).delete()
    return redirect("today", household=request.household.public_id)
