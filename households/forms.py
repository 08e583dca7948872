"""Forms about people and households: shape and cleaning only."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from households.models import Household, Membership, Role, User
from languages.names import zone_name


def zone_choices() -> list[tuple[str, str]]:
    zones = sorted(z for z in zoneinfo.available_timezones() if "/" in z or z == "UTC")
    language = get_language() or "en"
    return [(zone, zone_name(zone, language)) for zone in zones if not zone.startswith("Etc/")]


class HouseholdForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the household"), max_length=80, help_text=_("For example: Home")
    )
    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=zone_choices,
        help_text=_("Reminders and times follow it."),
    )


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["name", "time_zone", "language"]


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.ADULT)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class HeirForm(forms.Form):
    """Who takes over the open cases of somebody who leaves."""

    heir: Any = forms.ModelChoiceField(
        queryset=Membership.objects.none(), required=False, to_field_name="public_id"
    )

    def __init__(self, household: Household, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heir"].queryset = household.memberships.writers()  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    from_on = forms.DateField(
        label=_("Away from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=_("Until"),
        help_text=_("That day is one of yours away too."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    stand_in: Any = forms.ModelChoiceField(
        label=_("Who stands in?"),
        queryset=Membership.objects.none(),
        empty_label=_("choose"),
        to_field_name="public_id",
        help_text=_("They get the reminders of the cases that you are in charge of."),
    )
    urgent_still_told = forms.BooleanField(
        label=_("Escalations and protection warnings still reach me"), required=False, initial=True
    )

    def __init__(self, member: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = member.household.memberships.writers().exclude(pk=member.pk)
        self.fields["stand_in"].queryset = others.select_related("user")  # type: ignore[attr-defined]
