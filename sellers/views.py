"""The pages about sellers."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from households.conflicts import EditConflict
from households.paging import take_page
from households.requests import MemberRequest, writers_only
from sellers.check_page import newest_check
from sellers.forms import WEEKDAY_NAMES, SellerForm
from sellers.models import Seller
from sellers.profiles import Profile, load_profiles
from sellers.record import own_record
from sellers.services import (
    WEEKDAYS,
    SellerError,
    archive_seller,
    create_seller,
    edit_seller,
    restore_seller,
)

SHOWN_ORDERS = 20
SHOWN_OPEN_CASES = 100
SHOWN_CASES = 20


@require_GET
def seller_list(request: MemberRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "")[:100]
    shows_archived = request.GET.get("archived") == "1"
    sellers = Seller.objects.of(request.household).search(words)
    sellers = sellers.archived() if shows_archived else sellers.current()
    page = take_page(
        sellers.with_sort_name().with_open_cases(),
        by=("sort_name", "public_id"),
        after=request.GET.get("after", ""),
    )
    context = {"page": page, "words": words, "shows_archived": shows_archived}
    return render(request, "sellers/seller_list.html", context)


@writers_only
@require_http_methods(["GET", "POST"])
def seller_new(request: MemberRequest) -> HttpResponse:
    form = SellerForm(request.POST or None, household=request.household)
    if request.method == "POST" and form.is_valid():
        try:
            seller = create_seller(
                member=request.member, fields=form.fields_to_save(), now=request.now
            )
        except SellerError as error:
            form.add_error("store_id", str(error))
        else:
            messages.success(request, _("%(name)s is kept.") % {"name": seller.name})
            return _to_seller(request, seller)
    return render(request, "sellers/seller_form.html", {"form": form})


@require_GET
def seller_detail(request: MemberRequest, seller: UUID) -> HttpResponse:
    found = _find(request, seller)
    cases = found.cases.select_related("order", "assignee__user").order_by("-opened_at")
    record = own_record(found, now=request.now)
    context = {
        **newest_check(found, record, now=request.now),
        "seller": found,
        "profile": _profile(found),
        "local_time": _local_time(found, request.now),
        "hours": _hours(found),
        "record": record,
        "open_cases": cases.filter(settled_at__isnull=True)[:SHOWN_OPEN_CASES],
        "past_cases": cases.filter(settled_at__isnull=False)[:SHOWN_CASES],
        "orders": _newest_orders(found),
    }
    return render(request, "sellers/seller_detail.html", context)


@writers_only
@require_http_methods(["GET", "POST"])
def seller_edit(request: MemberRequest, seller: UUID) -> HttpResponse:
    found = _find(request, seller)
    form = SellerForm(request.POST or None, household=request.household, seller=found)
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            edit_seller(
                member=request.member,
                seller=found,
                version=form.cleaned_data["version"] or 0,
                changes=form.fields_to_save(),
                now=request.now,
            )
        except EditConflict as error:
            conflict = error
            form = SellerForm(
                typed_anew(request.POST, error), household=request.household, seller=found
            )
        except SellerError as error:
            form.add_error("store_id", str(error))
        else:
            messages.success(request, _("Saved."))
            return _to_seller(request, found)
    context = {"form": form, "seller": found, "conflict": conflict}
    status = 409 if conflict else 200
    return render(request, "sellers/seller_form.html", context, status=status)


@writers_only
@require_POST
def seller_archive(request: MemberRequest, seller: UUID) -> HttpResponse:
    found = archive_seller(member=request.member, seller=_find(request, seller), now=request.now)
    open_cases = found.cases.filter(settled_at__isnull=True).count()
    if open_cases:
        messages.warning(
            request,
            _("%(name)s is archived. Open cases with this seller go on: %(count)d.")
            % {"name": found.name, "count": open_cases},
        )
    else:
        messages.success(request, _("%(name)s is archived.") % {"name": found.name})
    return _to_seller(request, found)


@writers_only
@require_POST
def seller_restore(request: MemberRequest, seller: UUID) -> HttpResponse:
    found = restore_seller(member=request.member, seller=_find(request, seller), now=request.now)
    messages.success(request, _("%(name)s is back in the list.") % {"name": found.name})
    return _to_seller(request, found)


def typed_anew(typed: QueryDict, conflict: EditConflict) -> QueryDict:
    """What was typed, with the row's present version: saving it again then means it."""
    copy = typed.copy()
    copy["version"] = str(conflict.version)
    return copy


def _find(request: MemberRequest, public_id: UUID) -> Seller:
    return get_object_or_404(Seller.objects.of(request.household), public_id=public_id)


def _to_seller(request: MemberRequest, seller: Seller) -> HttpResponse:
    return redirect("seller_detail", household=request.household.public_id, seller=seller.public_id)


def _profile(seller: Seller) -> Profile | None:
    return load_profiles().get(seller.marketplace)


def _local_time(seller: Seller, now: datetime) -> datetime | None:
    """Their wall clock, without a zone: a template would turn it back into the reader's."""
    try:
        return now.astimezone(ZoneInfo(seller.time_zone)).replace(tzinfo=None)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _hours(seller: Seller) -> list[tuple[object, str]]:
    hours = seller.business_hours or {}
    if not hours:
        return []
    return [(WEEKDAY_NAMES[day], "–".join(hours.get(day) or [])) for day in WEEKDAYS]


def _newest_orders(seller: Seller) -> QuerySet:  # type: ignore[type-arg]
    orders = seller.orders.filter(archived_at__isnull=True).prefetch_related("items")
    return orders.order_by("-placed_at", "-id")[:SHOWN_ORDERS]
