"""A question before buying, and the order that came of it."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.order_choices import offer_orders
from orders.models import Order


class QuestionForm(forms.Form):
    item = forms.CharField(
        label=_("What do you want to buy?"),
        max_length=200,
        help_text=_("As the listing calls it, so that the seller finds it."),
    )
    question = forms.CharField(
        label=_("Your question"),
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "One clear question that only somebody with the item in hand can answer, "
            "like a size, a certificate, or the day on which it would be shipped."
        ),
    )


class OrderOfQuestionForm(forms.Form):
    """The orders that the case may be about: the seller's own, and those without a seller."""

    order: Any = forms.ModelChoiceField(
        label=_("Which order came of it?"),
        queryset=Order.objects.none(),
        empty_label=_("choose"),
        to_field_name="public_id",
    )

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        orders = Order.objects.of(case.household).filter(
            Q(seller=case.seller) | Q(seller=None), marketplace=case.seller.marketplace
        )
        self.fields["order"].queryset = orders  # type: ignore[attr-defined]
        offer_orders(self["order"], orders)
