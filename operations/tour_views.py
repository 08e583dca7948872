"""The tour, and the examples that it is taken on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from households.requests import MemberRequest, writers_only
from operations.examples import ExamplesError, add_examples, remove_examples, rows_of
from operations.tour import address_of_step, move_tour


@require_http_methods(["GET", "HEAD", "POST"])
def tour(request: MemberRequest) -> HttpResponse:
    """GET leads to the step that the member is at; POST goes to another, or ends it."""
    if request.method == "POST":
        wished = request.POST.get("step", "")
        is_number = wished.isascii() and wished.isdecimal() and len(wished) < 3
        move_tour(member=request.member, step=int(wished) if is_number else None)
    return redirect(address_of_step(request.member))


@writers_only
@require_POST
def examples_new(request: MemberRequest) -> HttpResponse:
    try:
        add_examples(member=request.member, now=request.now)
    except ExamplesError as fault:
        messages.warning(request, str(fault))
    return redirect("today", household=request.household.public_id)


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def examples_remove(request: MemberRequest) -> HttpResponse:
    """GET says what will go; POST removes it."""
    if request.method == "POST":
        try:
            remove_examples(member=request.member, now=request.now)
        except ExamplesError as fault:
            messages.warning(request, str(fault))
        else:
            messages.success(request, _("The examples are gone. What is here now is yours."))
        return redirect("today", household=request.household.public_id)
    if not request.household.has_examples:
        return redirect("today", household=request.household.public_id)
    return render(request, "operations/examples_remove.html", {"rows": rows_of(request.household)})
