"""Addresses of what members do together, below /h/<household>/."""

from typing import Any

from django.urls import URLPattern, path

from cases import household_views, presence_views, viewer_link_views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_household: Any = household_views
_links: Any = viewer_link_views
_presence: Any = presence_views
_CASE = "cases/<uuid:case>/"

urlpatterns: list[URLPattern] = [
    path("household/activity/", _household.activity, name="activity"),
    path(
        "household/members/<uuid:membership>/cases/",
        _household.cases_hand_over,
        name="cases_hand_over",
    ),
    path(f"{_CASE}presence/", _presence.presence, name="presence"),
    path(f"{_CASE}links/", _links.viewer_links, name="viewer_links"),
    path(f"{_CASE}links/new/", _links.viewer_link_new, name="viewer_link_new"),
    path(f"{_CASE}links/<uuid:link>/end/", _links.viewer_link_end, name="viewer_link_end"),
]
