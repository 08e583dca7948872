"""Addresses of questions before buying, below /h/<household>/."""

from typing import Any

from django.urls import URLPattern, path

from cases import question_views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = question_views

urlpatterns: list[URLPattern] = [
    path("sellers/<uuid:seller>/question/", _views.question_new, name="question_new"),
    path("cases/<uuid:case>/order/", _views.case_take_order, name="case_take_order"),
]
