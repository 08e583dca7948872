"""Addresses of one household's own settings, below /h/<household>/."""

from typing import Any

from django.urls import path

from households import absence_views, views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_away: Any = absence_views

urlpatterns = [
    path("household/", views.household_settings, name="household_settings"),
    path("household/invitations/", views.invitation_new, name="invitation_new"),
    path(
        "household/invitations/<uuid:invitation>/revoke/",
        views.invitation_revoke,
        name="invitation_revoke",
    ),
    path("household/members/<uuid:membership>/role/", views.member_role, name="member_role"),
    path("household/members/<uuid:membership>/remove/", views.member_remove, name="member_remove"),
    path(
        "household/members/<uuid:membership>/hand-over/",
        views.household_hand_over,
        name="household_hand_over",
    ),
    path("household/away/", _away.away, name="away"),
    path("household/away/<uuid:absence>/end/", _away.away_end, name="away_end"),
    path("household/leave/", views.household_leave, name="household_leave"),
]
