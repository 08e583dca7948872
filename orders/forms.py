"""The order's form, its items and the tracking number."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import Household
from languages.saying import said
from money import Money, MoneyError, parse_decimal
from orders.fields import DayTimeField, on_clock, read_amount, shown_on_clock
from orders.models import Order, OrderStatus, ProtectionSource
from orders.parcels import is_rounded
from orders.services import ItemEntry, profile_of
from sellers.forms import WebAddressField, marketplace_choices
from sellers.models import Seller
from sellers.profiles import Profile, load_profiles

MOMENTS = ("placed_at", "shipped_at", "delivered_at", "confirmed_at", "protection_ends_at")
EXTRA_ITEMS = 3
MOST_ITEMS = 200


class OrderForm(forms.Form):
    """Holds the household to which the order belongs; `fields_to_save` is what services take."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    marketplace = forms.ChoiceField(label=gettext_lazy("Marketplace"))
    number = forms.CharField(label=gettext_lazy("Order number"), max_length=40)
    seller = forms.ModelChoiceField(
        Seller.objects.none(),
        label=gettext_lazy("Seller"),
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("not known yet"),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=OrderStatus.choices, initial=OrderStatus.UNKNOWN
    )
    total = forms.CharField(
        label=gettext_lazy("Total"),
        required=False,
        max_length=30,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        help_text=gettext_lazy("Three letters, like EUR or USD."),
    )
    placed_at = DayTimeField(label=gettext_lazy("Ordered"))
    shipped_at = DayTimeField(
        label=gettext_lazy("Shipped"),
        help_text=gettext_lazy("The last parcel, where there are several."),
    )
    delivered_at = DayTimeField(label=gettext_lazy("Delivered"))
    confirmed_at = DayTimeField(
        label=gettext_lazy("Receipt confirmed"),
        help_text=gettext_lazy("Confirming receipt ends Buyer Protection."),
    )
    protection_ends_at = DayTimeField(
        label=gettext_lazy("Buyer Protection ends"),
        help_text=gettext_lazy(
            "As the order's page on the marketplace shows it. A day without a time counts from its "
            "start, which is the safe side. Left empty, the end is worked out from the dates above."
        ),
    )
    url = WebAddressField(label=gettext_lazy("Order page"), max_length=500, required=False)
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, household: Household, order: Order | None = None, **kwargs: Any):
        self.household, self.order = household, order
        first = _initial(order) if order else {"currency": household.currency}
        kwargs["initial"] = first | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["marketplace"]).choices = marketplace_choices()
        sellers = Seller.objects.of(household)
        known = sellers.current()
        if order and order.seller_id:
            known |= sellers.filter(pk=order.seller_id)
        cast(forms.ModelChoiceField, self.fields["seller"]).queryset = known.order_by("name")  # type: ignore[type-arg]

    @property
    def clocks(self) -> list[tuple[str, ZoneInfo]]:
        """Each marketplace and the clock by which it counts, for the page to say."""
        return [(profile.name, profile.clock) for profile in load_profiles().values()]

    def clean_number(self) -> str:
        number = "".join(str(self.cleaned_data["number"]).split())
        if is_rounded(number):
            raise forms.ValidationError(
                _(
                    "%(number)s is an order number that a spreadsheet has shortened, and its last "
                    "digits are lost. Copy the whole number from the order's page."
                ),
                params={"number": number},
            )
        same = Order.objects.of(self.household).filter(
            marketplace=self.cleaned_data.get("marketplace", ""), number=number
        )
        if self.order:
            same = same.exclude(pk=self.order.pk)
        if same.exists():
            raise forms.ValidationError(_("You have an order with this number already."))
        return number

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).strip().upper()
        try:
            parse_decimal("0", currency)
        except MoneyError as error:
            raise forms.ValidationError(
                _("%(code)s is not a currency; write three letters, like EUR or USD."),
                params={"code": currency},
            ) from error
        return currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._read_total(cleaned)
        seller: Seller | None = cleaned.get("seller")
        if seller and seller.marketplace != cleaned.get("marketplace", seller.marketplace):
            self.add_error("seller", _("This seller is on another marketplace."))
        return cleaned

    def _read_total(self, cleaned: dict[str, Any]) -> None:
        text, currency = cleaned.get("total", ""), cleaned.get("currency")
        cleaned["total"] = None
        if text and currency:
            try:
                cleaned["total"] = read_amount(text, currency)
            except ValueError as error:
                self.add_error("total", str(error))

    @property
    def profile(self) -> Profile | None:
        return load_profiles().get(self.cleaned_data.get("marketplace", ""))

    def advice(self) -> str:
        """What looks unusual but may be right; empty when nothing does."""
        profile = self.profile
        number = self.cleaned_data["number"]
        if profile is None or not profile.order_number_pattern:
            return ""
        if re.fullmatch(profile.order_number_pattern, number):
            return ""
        return _(
            "%(number)s does not look like an order number of %(name)s; check it once more."
        ) % {
            "number": number,
            "name": said(profile.name),
        }

    def fields_to_save(self) -> Mapping[str, object]:
        cleaned = self.cleaned_data
        total: Money | None = cleaned["total"]
        plain = "marketplace number seller status currency url notes"
        fields: dict[str, object] = {name: cleaned[name] for name in plain.split()}
        fields["total_minor"] = total.minor if total else None
        clock = self.profile.clock if self.profile else ZoneInfo("UTC")
        return fields | {name: self._moment(name, clock) for name in MOMENTS}

    def _moment(self, name: str, clock: ZoneInfo) -> object:
        # What was not touched keeps the seconds that the form does not show.
        if self.order and name not in self.changed_data and _shows(self.order, name):
            return getattr(self.order, name)
        return on_clock(self.cleaned_data[name], clock)


def _shows(order: Order, name: str) -> bool:
    """A derived deadline is not in the form, so that it goes on being derived until one is typed."""
    return name != "protection_ends_at" or order.protection_source != ProtectionSource.DERIVED


def _initial(order: Order) -> dict[str, object]:
    plain = "version marketplace number status url notes"
    values: dict[str, object] = {name: getattr(order, name) for name in plain.split()}
    profile = profile_of(order)
    clock = profile.clock if profile else ZoneInfo("UTC")
    for name in MOMENTS:
        if _shows(order, name):
            values[name] = shown_on_clock(getattr(order, name), clock)
    values["seller"] = order.seller.public_id if order.seller else None
    values["currency"] = order.currency or order.household.currency
    values["total"] = str(order.total) if order.total else ""
    return values


class ItemForm(forms.Form):
    item = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("What"), max_length=500, required=False)
    quantity = forms.IntegerField(
        label=gettext_lazy("How many"),
        min_value=1,
        max_value=100_000,
        required=False,
        initial=1,
    )
    price = forms.CharField(
        label=gettext_lazy("Price each"),
        required=False,
        max_length=30,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    url = WebAddressField(label=gettext_lazy("Product page"), max_length=1000, required=False)
    attributes = forms.CharField(label=gettext_lazy("Options"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        says_something = any(cleaned.get(name) for name in ("price", "url", "attributes"))
        if not cleaned.get("title") and not self.errors and (says_something or cleaned.get("item")):
            self.add_error("title", _("Say what it is, or tick the box to remove it."))
        return cleaned


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[ItemForm]
else:
    _FormSet = forms.BaseFormSet


class BaseItemFormSet(_FormSet):
    """The items of an order; what was left empty is ignored."""

    def add_fields(self, form: ItemForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this item")

    def entries(self, currency: str, profile: Profile | None) -> list[ItemEntry] | None:
        """The lines to save, or None when an amount cannot be read (the form then says so)."""
        entries = [_entry(form, currency, profile) for form in self.forms if _is_filled(form)]
        return None if None in entries else [entry for entry in entries if entry is not None]


ItemFormSet = cast(
    type[BaseItemFormSet],
    forms.formset_factory(
        ItemForm,
        formset=BaseItemFormSet,
        extra=EXTRA_ITEMS,
        can_delete=True,
        max_num=MOST_ITEMS,
        absolute_max=MOST_ITEMS + EXTRA_ITEMS,
    ),
)


def first_items(order: Order) -> list[dict[str, object]]:
    """What the items' forms show when the order's form is opened."""
    return [
        {
            "item": item.pk,
            "title": item.title,
            "quantity": item.quantity,
            "price": str(item.unit_price) if item.unit_price else "",
            "url": item.url,
            "attributes": item.attributes,
        }
        for item in order.items.all()
    ]


def _is_filled(form: ItemForm) -> bool:
    return bool(form.cleaned_data.get("title") or form.cleaned_data.get("item"))


def _entry(form: ItemForm, currency: str, profile: Profile | None) -> ItemEntry | None:
    cleaned = form.cleaned_data
    if cleaned.get("DELETE"):
        return ItemEntry(item_id=cleaned["item"], is_removed=True)
    try:
        price = read_amount(cleaned["price"], currency) if cleaned["price"] else None
    except ValueError as error:
        form.add_error("price", str(error))
        return None
    return ItemEntry(
        item_id=cleaned["item"],
        title=cleaned["title"],
        product_id=_product_number(profile, cleaned["url"]),
        attributes=cleaned["attributes"],
        quantity=cleaned["quantity"] or 1,
        unit_price=price,
        url=cleaned["url"],
    )


def _product_number(profile: Profile | None, address: str) -> str:
    """The {item} of the profile's product page that this address has, if it has one."""
    template = urlsplit(profile.links.get("item", "")).path if profile else ""
    if "{item}" not in template:
        return ""
    pattern = re.escape(template).replace(re.escape("{item}"), r"(\w{1,40})")
    match = re.search(pattern, urlsplit(address).path)
    return match[1] if match else ""


class ParcelForm(forms.Form):
    tracking_number = forms.CharField(
        label=gettext_lazy("Tracking number"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    carrier = forms.CharField(
        label=gettext_lazy("Carrier"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Left empty, it is recognised from the number where that is possible."
        ),
    )
