"""The seller's form."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from households.models import Household
from languages import names
from sellers.models import InquiryVolume, Seller
from sellers.profiles import load_profiles
from sellers.services import WEEKDAYS

WEEKDAY_NAMES = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
LANGUAGES = (
    "en",
    "zh",
    "es",
    "fr",
    "de",
    "it",
    "pt",
    "ru",
    "pl",
    "tr",
    "ar",
    "ja",
    "ko",
    "nl",
    "uk",
)
HOURS = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–—]\s*(\d{1,2})[:.](\d{2})")
MIDNIGHT = 24 * 60


class WebAddressField(forms.URLField):
    """An address that is safe to link to: http and https only."""

    default_validators = [URLValidator(schemes=["http", "https"])]
    default_error_messages = {
        "invalid": _("Write a web address that begins with https:// or http://.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class PercentField(forms.DecimalField):
    """A percentage as people write it: '97', '97,5' or '97.5 %'."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(min_value=0, max_value=100, decimal_places=1, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = value.replace("%", "").replace(",", ".").strip()
        return super().to_python(value)


class HoursField(forms.CharField):
    """A day's hours, '09:00-18:00'; empty is a day off."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "09:00-18:00", "autocomplete": "off"})
        super().__init__(required=False, max_length=20, widget=widget, **kwargs)

    def clean(self, value: Any) -> tuple[str, str] | None:
        text = super().clean(value)
        if not text:
            return None
        match = HOURS.fullmatch(text)
        if match is None:
            raise forms.ValidationError(_("Write the hours like 09:00-18:00, or leave them empty."))
        opens = _minutes(match[1], match[2])
        closes = _minutes(match[3], match[4])
        if opens is None or closes is None:
            raise forms.ValidationError(
                _("%(hours)s is no time of day; use 00:00 to 24:00."), params={"hours": text}
            )
        if opens >= closes:
            raise forms.ValidationError(
                _("The day must end after it begins; the latest end is 24:00.")
            )
        return f"{opens // 60:02}:{opens % 60:02}", f"{closes // 60:02}:{closes % 60:02}"


def _minutes(hours: str, minutes: str) -> int | None:
    total = int(hours) * 60 + int(minutes)
    return total if int(minutes) < 60 and total <= MIDNIGHT else None


@cache
def _zones() -> tuple[str, ...]:
    regions = {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic"}
    regions |= {"Australia", "Europe", "Indian", "Pacific"}
    named = (
        zone for zone in available_timezones() if zone.split("/")[0] in regions and "/" in zone
    )
    return ("UTC", *sorted(named))


def zone_choices(present: str = "") -> list[tuple[str, str]]:
    zones = list(_zones())
    if present and present not in zones:
        zones.insert(0, present)
    return [(zone, names.zone_name(zone, get_language() or "en")) for zone in zones]


def country_choices() -> list[tuple[str, str]]:
    return names.countries(get_language() or "en")


def marketplace_choices() -> list[tuple[str, str]]:
    return [(profile.code, profile.name) for profile in load_profiles().values()]


def _language_choices(present: list[str]) -> list[tuple[str, str]]:
    codes = [*LANGUAGES, *(code for code in present if code not in LANGUAGES)]
    return [(code, names.language_name(code, get_language() or "en")) for code in codes]


class SellerForm(forms.Form):
    """Holds the household to which the seller belongs; `fields_to_save` is what services take."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    marketplace = forms.ChoiceField(label=_("Marketplace"))
    name = forms.CharField(label=_("Store name"), max_length=160)
    store_id = forms.CharField(
        label=_("Store number"),
        max_length=40,
        required=False,
        help_text=_("The digits in the address of the store's page."),
    )
    url = WebAddressField(label=_("Store page"), max_length=500, required=False)
    country = forms.ChoiceField(label=_("Country"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("For a seller in China, Asia/Shanghai, wherever they live."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages they answer in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    response_rate = PercentField(
        label=_("Share of messages answered, %"),
        required=False,
        help_text=_("Leave it empty when you do not know; your own messages are counted anyway."),
    )
    inquiry_volume = forms.ChoiceField(
        label=_("How many questions they get"),
        choices=InquiryVolume.choices,
        initial=InquiryVolume.NORMAL,
        help_text=_("High for a big store or in the weeks of a sale."),
    )
    positive_feedback = PercentField(label=_("Positive feedback, %"), required=False)
    open_since = forms.IntegerField(
        label=_("Open since, year"), min_value=1990, max_value=2100, required=False
    )
    away_from = forms.DateField(
        label=_("Away from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("When the store says that it is on holiday; answers are expected after it."),
    )
    away_until = forms.DateField(
        label=_("Away until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    notes = forms.CharField(
        label=_("Notes"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 4})
    )

    def __init__(
        self, *args: Any, household: Household, seller: Seller | None = None, **kwargs: Any
    ):
        self.household, self.seller = household, seller
        kwargs["initial"] = (_initial(seller) if seller else {}) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self._set_choices()
        for day in WEEKDAYS:
            self.fields[f"hours_{day}"] = HoursField(label=WEEKDAY_NAMES[day])
        if seller is None:
            self.fields["country"].initial = "CN"
            self.fields["time_zone"].initial = "Asia/Shanghai"

    def _set_choices(self) -> None:
        seller = self.seller
        choices = {
            "marketplace": marketplace_choices(),
            "country": country_choices(),
            "time_zone": zone_choices(seller.time_zone if seller else ""),
            "languages": _language_choices(seller.languages if seller else []),
        }
        for name, options in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = options

    @property
    def hours(self) -> list[forms.BoundField]:
        return [self[f"hours_{day}"] for day in WEEKDAYS]

    def clean_store_id(self) -> str:
        number: str = self.cleaned_data["store_id"]
        same = Seller.objects.of(self.household).filter(
            store_id=number, marketplace=self.cleaned_data.get("marketplace", "")
        )
        if self.seller:
            same = same.exclude(pk=self.seller.pk)
        if number and (other := same.first()):
            raise forms.ValidationError(
                _("%(name)s has this store number already."), params={"name": other.name}
            )
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("away_from"), cleaned.get("away_until")
        if (first is None) != (last is None) and not self.errors:
            missing = "away_from" if first is None else "away_until"
            self.add_error(missing, _("Write both days, or neither."))
        elif first is not None and last is not None and last < first:
            self.add_error("away_until", _("The last day lies before the first."))
        return cleaned

    def fields_to_save(self) -> Mapping[str, object]:
        cleaned = dict(self.cleaned_data)
        cleaned.pop("version", None)
        hours = {day: cleaned.pop(f"hours_{day}") for day in WEEKDAYS}
        rate: Decimal | None = cleaned["response_rate"]
        return cleaned | {
            "business_hours": {day: list(span) for day, span in hours.items() if span},
            "response_rate": None if rate is None else float(rate / 100),
        }


def _initial(seller: Seller) -> dict[str, object]:
    plain = (
        "version marketplace name store_id url country time_zone languages inquiry_volume "
        "positive_feedback open_since away_from away_until notes"
    )
    values: dict[str, object] = {field: getattr(seller, field) for field in plain.split()}
    if seller.response_rate is not None:
        values["response_rate"] = f"{seller.response_rate * 100:.1f}".removesuffix(".0")
    for day, span in (seller.business_hours or {}).items():
        values[f"hours_{day}"] = "-".join(span)
    return values
