"""Addresses of the composer and of the household's own messages."""

from typing import Any

from django.urls import URLPattern, path

from cases import composing_views, own_message_views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = composing_views
_own: Any = own_message_views
_WRITE = "cases/<uuid:case>/write/"

urlpatterns: list[URLPattern] = [
    path(_WRITE, _views.case_write, name="case_write"),
    path(f"{_WRITE}check/", _views.case_check, name="case_check"),
    path(f"{_WRITE}statement/", _views.case_statement, name="case_statement"),
    path("messages/", _own.own_message_list, name="own_message_list"),
    path("messages/new/", _own.own_message_new, name="own_message_new"),
    path("messages/<uuid:own_message>/", _own.own_message_edit, name="own_message_edit"),
    path("messages/<uuid:own_message>/remove/", _own.own_message_remove, name="own_message_remove"),
]
