"""Opening a case, reading it, and changing what it says."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases import services
from cases.case_page import case_page, find_case
from cases.errors import CaseError
from cases.forms import (
    CaseForm,
)
from cases.models import Case
from households.conflicts import EditConflict
from households.requests import MemberRequest, writers_only
from orders.models import Order
from sellers.services import create_seller

UNPROCESSABLE = 422
CONFLICT = 409


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def case_new(request: MemberRequest) -> HttpResponse:
    initial = {
        "currency": request.household.currency,
        "order": request.GET.get("order"),
        "seller": request.GET.get("seller"),
        "issue": "question" if request.GET.get("seller") else None,
        **_from_order(request),
    }
    form = CaseForm(request.household, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            case = _open(request, form.cleaned_data)
        except CaseError as fault:
            form.add_error("issue", str(fault))
        else:
            return redirect(
                "case_detail", household=request.household.public_id, case=case.public_id
            )
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "cases/case_form.html", {"form": form}, status=status)


def _from_order(request: MemberRequest) -> dict[str, Any]:
    number = request.GET.get("order", "")
    orders = Order.objects.of(request.household).select_related("seller")
    order = next((o for o in orders.filter(public_id=number)), None) if _is_id(number) else None
    if order is None or order.total is None:
        return {}
    return {"amount": str(order.total), "currency": order.currency}


def _is_id(text: str) -> bool:
    return len(text) == 36 and all(c in "0123456789abcdef-" for c in text)


def _open(request: MemberRequest, cleaned: dict[str, Any]) -> Case:
    order = cleaned["order"]
    seller = cleaned["seller"] or (order.seller if order else None)
    if seller is None:
        fields = {"name": cleaned["new_seller"], "marketplace": "aliexpress"}
        seller = create_seller(member=request.member, fields=fields, now=request.now)
    return services.open_case(
        member=request.member,
        seller=seller,
        order=order,
        title=cleaned["title"],
        issue=cleaned["issue"],
        goal=cleaned["goal"],
        details=cleaned["details"],
        value=cleaned["value"],
        now=request.now,
    )


@require_GET
def case_detail(request: MemberRequest, case: str) -> HttpResponse:
    return case_page(request, find_case(request, case))


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def case_edit(request: MemberRequest, case: str) -> HttpResponse:
    row = find_case(request, case)
    form = CaseForm(request.household, request.POST or None, case=row, initial=_as_typed(row))
    conflict: EditConflict | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _edit(request, row, form.cleaned_data)
        except EditConflict as raised:
            conflict = raised
            # Sent again, the form says: having seen what changed, save mine.
            form.data = {**request.POST.dict(), "version": raised.version}
        except CaseError as fault:
            form.add_error("issue", str(fault))
        else:
            messages.success(request, _("Saved."))
            return redirect(
                "case_detail", household=request.household.public_id, case=row.public_id
            )
    status = CONFLICT if conflict else UNPROCESSABLE if form.is_bound else 200
    context = {"form": form, "case": row, "conflict": conflict}
    return render(request, "cases/case_form.html", context, status=status)


def _as_typed(case: Case) -> dict[str, Any]:
    return {
        "order": case.order.public_id if case.order else None,
        "issue": case.issue,
        "goal": case.goal,
        "title": case.title,
        "details": case.details,
        "amount": str(case.value) if case.value else "",
        "currency": case.currency or case.household.currency,
        "version": case.version,
    }


def _edit(request: MemberRequest, case: Case, cleaned: dict[str, Any]) -> None:
    value = cleaned["value"]
    services.edit_case(
        member=request.member,
        case=case,
        version=cleaned["version"] or 0,
        changes={
            "title": cleaned["title"],
            "issue": cleaned["issue"],
            "goal": cleaned["goal"],
            "details": cleaned["details"],
            "order": cleaned["order"],
            "value_minor": value.minor if value else None,
            "currency": value.currency if value else case.currency,
        },
        now=request.now,
    )
