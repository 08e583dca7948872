"""Addresses of what members do together, below /h/<household>/."""

from typing import Any

from django.urls import URLPattern, path

from cases import household_views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_household: Any = household_views

urlpatterns: list[URLPattern] = [
    path("household/activity/", _household.activity, name="activity"),
    path(
        "household/members/<uuid:membership>/cases/",
        _household.cases_hand_over,
        name="cases_hand_over",
    ),
]
