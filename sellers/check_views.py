"""Checking a seller before buying: whom, the seven checks, and what they say."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from households.requests import MemberRequest, writers_only
from sellers.check_forms import CheckForm, WhomForm
from sellers.check_words import CHECKS, advice_of, lines_of, score_of
from sellers.checking import judge, record_check
from sellers.models import Seller, SellerCheck
from sellers.profiles import load_profiles
from sellers.services import SellerError, create_seller

UNPROCESSABLE = 422
SHOWN_CHECKS = 20


@writers_only
@require_http_methods(["GET", "POST"])
def seller_check_start(request: MemberRequest) -> HttpResponse:
    form = WhomForm(request.household, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            seller = form.known_seller() or create_seller(
                member=request.member, fields=form.fields_to_save(), now=request.now
            )
        except SellerError as error:
            form.add_error("url", str(error))
        else:
            return redirect(
                "seller_check_new",
                household=request.household.public_id,
                seller=seller.public_id,
            )
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "sellers/check_start.html", {"form": form}, status=status)


@writers_only
@require_http_methods(["GET", "POST"])
def seller_check_new(request: MemberRequest, seller: UUID) -> HttpResponse:
    found = _find(request, seller)
    profiles = load_profiles()
    profile = profiles.get(found.marketplace) or profiles["other"]
    form = CheckForm(
        request.POST or None,
        seller=found,
        profile=profile,
        year=request.now.year,
        before=found.checks.first(),
    )
    if request.method == "POST" and form.is_valid():
        check = record_check(
            member=request.member,
            seller=found,
            answers=form.answers(),
            item_title=form.cleaned_data["item_title"],
            item_url=form.cleaned_data["item_url"],
            notes=form.cleaned_data["notes"],
            now=request.now,
        )
        messages.success(request, _("The check is kept."))
        return redirect(
            "seller_check",
            household=request.household.public_id,
            seller=found.public_id,
            check=check.public_id,
        )
    rules = profile.checks.rules
    context = {
        "form": form,
        "seller": found,
        "profile": profile,
        "rules": {code: {"name": CHECKS[code], "rule": rule} for code, rule in rules.items()},
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "sellers/check_form.html", context, status=status)


@require_GET
def seller_check(request: MemberRequest, seller: UUID, check: UUID) -> HttpResponse:
    found = _find(request, seller)
    kept = SellerCheck.objects.of(request.household).filter(seller=found)
    row = get_object_or_404(kept.select_related("checked_by__user"), public_id=check)
    judgement, dealings = judge(row, found, now=request.now)
    title, why = advice_of(judgement)
    others = kept.exclude(pk=row.pk).select_related("checked_by__user")[:SHOWN_CHECKS]
    context = {
        "seller": found,
        "check": row,
        "judgement": judgement,
        "title": title,
        "why": why,
        "score": score_of(judgement),
        "lines": lines_of(judgement),
        "dealings": dealings,
        "others": others,
    }
    return render(request, "sellers/check_detail.html", context)


def _find(request: MemberRequest, public_id: UUID) -> Seller:
    return get_object_or_404(Seller.objects.of(request.household), public_id=public_id)
