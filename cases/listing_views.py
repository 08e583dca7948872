"""Keeping a listing as it was when it was bought: its text and its link, with the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.errors import CaseError
from cases.evidence import MAX_TEXT, add_text
from cases.models import LISTING
from households.requests import MemberRequest, writers_only
from orders.models import Order, OrderItem
from sellers.forms import WebAddressField
from sellers.profiles import load_profiles

UNPROCESSABLE = 422


class ListingForm(forms.Form):
    """What the page of the product says; kept as it was pasted."""

    item = forms.ChoiceField(label=gettext_lazy("Which item"), required=False)
    link = WebAddressField(label=gettext_lazy("Its page"), max_length=1000, required=False)
    text = forms.CharField(
        label=gettext_lazy("The listing's text"),
        max_length=MAX_TEXT,
        strip=False,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Open the page, select everything (Ctrl+A), copy it (Ctrl+C) and paste it here: title, "
            "options, price, promises and days of delivery."
        ),
    )

    def __init__(self, items: Sequence[OrderItem], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titles = {str(item.position): item.title for item in items}
        if len(items) > 1:
            choices = [(key, title[:80]) for key, title in self.titles.items()]
            self.fields["item"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["item"]

    def caption(self) -> str:
        """Which item it is the listing of."""
        return self.titles.get(
            self.cleaned_data.get("item", ""), next(iter(self.titles.values()), "")
        )


@writers_only
@require_http_methods(["GET", "POST"])
def listing_new(request: MemberRequest, order: UUID) -> HttpResponse:
    found = get_object_or_404(Order.objects.of(request.household), public_id=order)
    items = list(found.items.all())
    chosen = _named(items, request.GET.get("item", ""))
    initial = {"item": str(chosen.position), "link": _page(found, chosen)} if chosen else {}
    form = ListingForm(items, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            add_text(
                member=request.member,
                order=found,
                text=form.cleaned_data["text"],
                caption=form.caption(),
                shows=LISTING,
                link=form.cleaned_data["link"],
                now=request.now,
            )
        except CaseError as fault:
            form.add_error("text", str(fault))
        else:
            messages.success(request, _("The listing is kept with the order."))
            return redirect("order_detail", household=request.household.public_id, order=order)
    context = {
        "form": form,
        "order": found,
        "snapshot": chosen.snapshot_url if chosen else "",
        "piece": LISTING,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "cases/listing_new.html", context, status=status)


def _named(items: Sequence[OrderItem], position: str) -> OrderItem | None:
    return next((item for item in items if str(item.position) == position), next(iter(items), None))


def _page(order: Order, item: OrderItem) -> str:
    """The listing's address: the item's own, else the marketplace's for its number."""
    profile = load_profiles().get(order.marketplace)
    if item.url or profile is None:
        return item.url
    return profile.link("item", item=item.product_id) or ""
