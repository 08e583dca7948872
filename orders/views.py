"""The pages about orders and their parcels."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from households.conflicts import EditConflict
from households.paging import take_page
from households.requests import MemberRequest, writers_only
from orders.filters import KINDS, SORTS, OrderFilter
from orders.forms import BaseItemFormSet, ItemFormSet, OrderForm, ParcelForm, first_items
from orders.models import Order, Parcel
from orders.parcels import recognise_carrier, tracking_url
from orders.services import (
    ItemEntry,
    OrderError,
    add_parcel,
    archive_order,
    create_order,
    edit_order,
    profile_of,
    remove_parcel,
    restore_order,
)
from sellers.models import Seller
from sellers.profiles import Profile, load_profiles
from sellers.views import typed_anew

QUESTION = "question"
SHOWN_QUESTIONS = 5


@require_GET
def order_list(request: MemberRequest) -> HttpResponse:
    chosen = OrderFilter.read(request.GET)
    orders = chosen.apply(request.household, now=request.now)
    page = take_page(
        orders.select_related("seller")
        # Of the seller only the name is shown, and reading JSON fifty times takes its time.
        .defer("seller__languages", "seller__business_hours", "seller__notes", "notes")
        .prefetch_related("items"),
        by=chosen.by,
        after=request.GET.get("after", ""),
    )
    context = {
        "page": page,
        "chosen": chosen,
        "kinds": KINDS.items(),
        "sorts": [(code, label) for code, (label, _by) in SORTS.items()],
        "profiles": load_profiles().values(),
        "stay": True,
    }
    return render(request, "orders/order_list.html", context)


@writers_only
@require_http_methods(["GET", "POST"])
def order_new(request: MemberRequest) -> HttpResponse:
    seller = _seller_named(request)
    first = {"seller": seller.public_id, "marketplace": seller.marketplace} if seller else {}
    form = OrderForm(request.POST or None, household=request.household, initial=first)
    items = ItemFormSet(request.POST or None, prefix="items")
    if request.method == "POST":
        order = _saved(request, form, items, order=None)
        if order:
            return to_order(request, order)
    return render(request, "orders/order_form.html", {"form": form, "items": items})


@require_GET
def order_detail(request: MemberRequest, order: UUID) -> HttpResponse:
    return _order_page(request, find_order(request, order), ParcelForm())


@writers_only
@require_http_methods(["GET", "POST"])
def order_edit(request: MemberRequest, order: UUID) -> HttpResponse:
    found = find_order(request, order)
    form = OrderForm(request.POST or None, household=request.household, order=found)
    items = ItemFormSet(request.POST or None, prefix="items", initial=first_items(found))
    conflict = None
    if request.method == "POST":
        try:
            if _saved(request, form, items, order=found):
                return to_order(request, found)
        except EditConflict as error:
            conflict = error
            typed = typed_anew(request.POST, error)
            form = OrderForm(typed, household=request.household, order=found)
    context = {"form": form, "items": items, "order": found, "conflict": conflict}
    status = 409 if conflict else 200
    return render(request, "orders/order_form.html", context, status=status)


@writers_only
@require_POST
def order_archive(request: MemberRequest, order: UUID) -> HttpResponse:
    found = archive_order(member=request.member, order=find_order(request, order), now=request.now)
    open_cases = found.cases.filter(settled_at__isnull=True).count()
    if open_cases:
        messages.warning(
            request,
            _("The order is archived. Its open cases go on: %(count)d.") % {"count": open_cases},
        )
    else:
        messages.success(request, _("The order is archived."))
    return to_order(request, found)


@writers_only
@require_POST
def order_restore(request: MemberRequest, order: UUID) -> HttpResponse:
    found = restore_order(member=request.member, order=find_order(request, order), now=request.now)
    messages.success(request, _("The order is back in the list."))
    return to_order(request, found)


@writers_only
@require_http_methods(["GET", "POST"])
def parcel_new(request: MemberRequest, order: UUID) -> HttpResponse:
    found = find_order(request, order)
    form = ParcelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_parcel(member=request.member, order=found, now=request.now, **form.cleaned_data)
        except OrderError as error:
            form.add_error("tracking_number", str(error))
        else:
            messages.success(request, _("The parcel is followed with this order."))
            return to_order(request, found)
    return _order_page(request, found, form)


@writers_only
@require_POST
def parcel_remove(request: MemberRequest, order: UUID, parcel: UUID) -> HttpResponse:
    found = find_order(request, order)
    parcels = Parcel.objects.of(request.household).filter(orders=found)
    remove_parcel(
        member=request.member, order=found, parcel=get_object_or_404(parcels, public_id=parcel)
    )
    messages.success(request, _("The tracking number is taken off this order."))
    return to_order(request, found)


@dataclass(frozen=True, slots=True)
class _TrackedParcel:
    """A parcel as the page shows it."""

    parcel: Parcel
    carrier: str
    url: str
    other_orders: list[Order]


def _order_page(request: MemberRequest, order: Order, parcel_form: ParcelForm) -> HttpResponse:
    profile = profile_of(order)
    cases = order.cases.select_related("seller", "assignee__user").order_by("-opened_at")
    context = {
        "order": order,
        "items": order.items.all(),
        "profile": profile,
        "marketplace_page": order.url
        or (profile.link("order", order=order.number) if profile else ""),
        "parcels": _tracked(order, profile),
        "parcel_form": parcel_form,
        "cases": cases,
        "questions": _questions(order),
        "evidence": order.evidence.select_related("added_by__user"),
    }
    return render(request, "orders/order_detail.html", context)


def _questions(order: Order) -> Any:
    """What was asked the seller without an order, the newest first."""
    if order.seller is None:
        return []
    asked = order.seller.cases.filter(order=None, issue=QUESTION)
    return asked.order_by("-opened_at")[:SHOWN_QUESTIONS]


def _tracked(order: Order, profile: Profile | None) -> list[_TrackedParcel]:
    parcels = order.parcels.order_by("created_at", "pk").prefetch_related(
        Prefetch("orders", Order.objects.of(order.household).exclude(pk=order.pk))
    )
    return [
        _TrackedParcel(
            parcel=parcel,
            carrier=parcel.carrier or _carrier_name(profile, parcel.tracking_number),
            url=tracking_url(profile, parcel.tracking_number, parcel.carrier),
            other_orders=list(parcel.orders.all()),
        )
        for parcel in parcels
    ]


def _carrier_name(profile: Profile | None, number: str) -> str:
    carrier = recognise_carrier(profile, number)
    return carrier.name if carrier else ""


def _saved(
    request: MemberRequest, form: OrderForm, items: BaseItemFormSet, *, order: Order | None
) -> Order | None:
    """The order, created or changed; None when something that was typed must be mended first."""
    is_valid = form.is_valid() and items.is_valid()
    entries = items.entries(form.cleaned_data["currency"], form.profile) if is_valid else None
    if entries is None:
        return None
    try:
        saved = _save(request, form, entries, order)
    except OrderError as error:
        form.add_error("number", str(error))
        return None
    messages.success(request, _("The order is saved."))
    if advice := form.advice():
        messages.warning(request, advice)
    return saved


def _save(
    request: MemberRequest, form: OrderForm, entries: list[ItemEntry], order: Order | None
) -> Order:
    fields = form.fields_to_save()
    if order is None:
        return create_order(member=request.member, fields=fields, items=entries, now=request.now)
    return edit_order(
        member=request.member,
        order=order,
        version=form.cleaned_data["version"] or 0,
        changes=fields,
        items=entries,
        now=request.now,
    )


def _seller_named(request: MemberRequest) -> Seller | None:
    """The seller that the address asks for (?seller=…), when it is one of the household."""
    try:
        wanted = UUID(request.GET.get("seller", ""))
    except ValueError:
        return None
    return Seller.objects.of(request.household).filter(public_id=wanted).first()


def find_order(request: MemberRequest, public_id: UUID) -> Order:
    orders = Order.objects.of(request.household).select_related("seller", "household")
    return get_object_or_404(orders, public_id=public_id)


def to_order(request: MemberRequest, order: Order) -> HttpResponse:
    return redirect("order_detail", household=request.household.public_id, order=order.public_id)
