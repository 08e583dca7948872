"""Asking a seller before buying, and tying the question to the order that came of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.errors import CaseError
from cases.models import Case, Goal
from cases.question_forms import OrderOfQuestionForm, QuestionForm
from cases.services import attach_order, open_case
from households.requests import MemberRequest, writers_only
from sellers.models import Seller, SellerCheck

QUESTION = "question"
UNPROCESSABLE = 422


@writers_only
@require_http_methods(["GET", "POST"])
def question_new(request: MemberRequest, seller: UUID) -> HttpResponse:
    found = get_object_or_404(Seller.objects.of(request.household), public_id=seller)
    form = QuestionForm(request.POST or None, initial={"item": _checked_item(request, found)})
    if request.method == "POST" and form.is_valid():
        try:
            case = open_case(
                member=request.member,
                seller=found,
                title=form.cleaned_data["item"],
                issue=QUESTION,
                goal=Goal.ANSWER,
                details=form.cleaned_data["question"],
                now=request.now,
            )
        except CaseError as fault:
            form.add_error(None, str(fault))
        else:
            return _to_case(request, case)
    status = UNPROCESSABLE if form.is_bound else 200
    context = {"form": form, "seller": found}
    return render(request, "cases/question_form.html", context, status=status)


@writers_only
@require_http_methods(["GET", "POST"])
def case_take_order(request: MemberRequest, case: UUID) -> HttpResponse:
    rows = Case.objects.of(request.household).select_related("seller", "order", "household")
    found = get_object_or_404(rows, public_id=case)
    if found.order is not None and request.method == "GET":
        return _to_case(request, found)
    form = OrderOfQuestionForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        order = form.cleaned_data["order"]
        try:
            attach_order(member=request.member, case=found, order=order, now=request.now)
        except CaseError as fault:
            form.add_error("order", str(fault))
        else:
            said = _("The case is about order %(number)s now, and follows its protection.")
            messages.success(request, said % {"number": order.number})
            return _to_case(request, found)
    status = UNPROCESSABLE if form.is_bound else 200
    context = {"form": form, "case": found, "has_orders": form.fields["order"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "cases/case_take_order.html", context, status=status)


def _checked_item(request: MemberRequest, seller: Seller) -> str:
    """What the check that led here was about (?check=…)."""
    try:
        wanted = UUID(request.GET.get("check", ""))
    except ValueError:
        return ""
    checks = SellerCheck.objects.of(request.household).filter(seller=seller)
    return next((check.item_title for check in checks.filter(public_id=wanted)), "")


def _to_case(request: MemberRequest, case: Case) -> HttpResponse:
    return redirect("case_detail", household=request.household.public_id, case=case.public_id)
