"""The forms of a seller check: whom to check, and the seven checks as one guided form."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from households.models import Household
from sellers.check import Answers, Reaction, RedFlag
from sellers.check_words import FLAGS, REACTIONS
from sellers.forms import PercentField, WebAddressField, marketplace_choices
from sellers.models import Seller, SellerCheck
from sellers.profiles import Profile

STORE_NUMBER = re.compile(r"/store/(\d{4,12})")
NONE = "none"
FIRST_YEAR = 1990
# What is the store's, and not one product's or one day's, is carried over from the check before.
CARRIED = ("described", "communication", "shipping")


class WhomForm(forms.Form):
    """A seller of the household, or a new one by name and page."""

    seller: Any = forms.ModelChoiceField(
        label=_("A seller you know"),
        queryset=Seller.objects.none(),
        required=False,
        empty_label=_("a new one"),
        to_field_name="public_id",
    )
    name = forms.CharField(label=_("New store's name"), max_length=160, required=False)
    url = WebAddressField(
        label=_("Its page"),
        max_length=500,
        required=False,
        help_text=_("Copied from the browser; the store's number is read from it."),
    )
    marketplace = forms.ChoiceField(label=_("Marketplace"))

    def __init__(self, household: Household, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household
        known = Seller.objects.of(household).current().order_by("name")
        self.fields["seller"].queryset = known  # type: ignore[attr-defined]
        cast(forms.ChoiceField, self.fields["marketplace"]).choices = marketplace_choices()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("seller") and not cleaned.get("name") and not self.errors:
            self.add_error("name", _("Choose a seller, or write the new store's name."))
        return cleaned

    def known_seller(self) -> Seller | None:
        """The one that was chosen, or whom the new name or number turns out to be."""
        cleaned = self.cleaned_data
        if cleaned["seller"]:
            return cast(Seller, cleaned["seller"])
        there = Seller.objects.of(self.household).filter(marketplace=cleaned["marketplace"])
        number = self.store_number
        if number and (same := there.filter(store_id=number).first()):
            return same
        namesakes = there.filter(name__iexact=cleaned["name"].strip())
        return None if number else namesakes.first()

    @property
    def store_number(self) -> str:
        found = STORE_NUMBER.search(self.cleaned_data["url"])
        return found[1] if found else ""

    def fields_to_save(self) -> Mapping[str, object]:
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "url": cleaned["url"],
            "store_id": self.store_number,
            "marketplace": cleaned["marketplace"],
        }


class _Number(forms.DecimalField):
    """An amount, a rating or the like as people write it: '4,8' or '4.8'."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(min_value=0, required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = value.replace(",", ".").strip()
        return super().to_python(value)


def _stars(label: Any) -> _Number:
    return _Number(label=label, max_value=5, decimal_places=2)


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=365, required=False)


def _boxes(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


def _yes_no(label: Any, yes: Any, no: Any) -> forms.ChoiceField:
    choices = [("", _("not looked up")), ("yes", yes), ("no", no)]
    return forms.ChoiceField(label=label, required=False, choices=choices)


class CheckForm(forms.Form):
    """The seven checks; everything may stay empty, which is 'unknown'."""

    item_title = forms.CharField(
        label=_("What do you want to buy?"), max_length=200, required=False
    )
    item_url = WebAddressField(label=_("Its page"), max_length=1000, required=False)
    positive_feedback = PercentField(label=_("Positive feedback, %"), required=False)
    comments = _boxes(_("Did several buyers write of"))
    badges = _boxes(_("Which do you see?"))
    open_since = forms.IntegerField(
        label=_("Open since, year"), min_value=FIRST_YEAR, required=False
    )
    described = _stars(_("Item as described, of 5"))
    communication = _stars(_("Communication, of 5"))
    shipping = _stars(_("Shipping speed, of 5"))
    estimates = _yes_no(
        _("Does the page name days of delivery?"),
        _("yes, clearly"),
        _("no, or so wide that they say nothing"),
    )
    reaction = forms.ChoiceField(
        label=_("How did they answer?"),
        required=False,
        choices=[
            ("", _("not asked yet")),
            *((code.value, text) for code, text in REACTIONS.items()),
        ],
    )
    price = _Number(label=_("Price here, with shipping"), max_digits=12, decimal_places=3)
    usual_price = _Number(
        label=_("What others ask, in the same currency"), max_digits=12, decimal_places=3
    )
    delivery_days = _days(_("Days of delivery here"))
    usual_days = _days(_("Days of delivery elsewhere"))
    protected = _yes_no(_("Is the order protected?"), _("yes"), _("no, nothing is shown"))
    notes = forms.CharField(
        label=_("Notes"), max_length=5_000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        seller: Seller,
        profile: Profile,
        year: int,
        before: SellerCheck | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _known_of(seller, before) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.year = year
        flags = [(flag.value, text) for flag, text in FLAGS.items()]
        read = (NONE, _("I read them: nothing like this"))
        cast(forms.ChoiceField, self.fields["comments"]).choices = [*flags, read]
        badges = [(name, name) for name in profile.checks.badges]
        looked = (NONE, _("I looked: none of them"))
        cast(forms.ChoiceField, self.fields["badges"]).choices = [*badges, looked]

    def clean_open_since(self) -> int | None:
        year: int | None = self.cleaned_data["open_since"]
        if year is not None and year > self.year:
            raise forms.ValidationError(_("That year is still to come."))
        return year

    def answers(self) -> Answers:
        cleaned = self.cleaned_data
        flags, badges = _named(cleaned["comments"]), _named(cleaned["badges"])
        return Answers(
            positive_feedback=_as_float(cleaned["positive_feedback"]),
            comments_read=bool(cleaned["comments"]),
            red_flags=tuple(RedFlag(flag) for flag in flags),
            badges_looked_for=bool(cleaned["badges"]),
            badges=tuple(badges),
            open_since=cleaned["open_since"],
            described=_as_float(cleaned["described"]),
            communication=_as_float(cleaned["communication"]),
            shipping=_as_float(cleaned["shipping"]),
            estimates_are_clear=YES_NO[cleaned["estimates"]],
            reaction=Reaction(cleaned["reaction"]) if cleaned["reaction"] else None,
            price=_as_float(cleaned["price"]),
            usual_price=_as_float(cleaned["usual_price"]),
            delivery_days=cleaned["delivery_days"],
            usual_days=cleaned["usual_days"],
            is_protected=YES_NO[cleaned["protected"]],
        )


YES_NO = {"": None, "yes": True, "no": False}


def _named(chosen: list[str]) -> list[str]:
    """Without 'none of these', which says only that somebody looked."""
    return [name for name in chosen if name != NONE]


def _as_float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _known_of(seller: Seller, before: SellerCheck | None) -> dict[str, Any]:
    known: dict[str, Any] = {
        "positive_feedback": seller.positive_feedback,
        "open_since": seller.open_since,
    }
    if before is not None:
        known |= {name: before.answers.get(name) for name in CARRIED}
    return known
