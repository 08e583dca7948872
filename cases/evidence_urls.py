from typing import Any

from django.urls import URLPattern, path

from cases import evidence_views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = evidence_views

urlpatterns: list[URLPattern] = [
    path(
        "cases/<uuid:case>/evidence/new/",
        _views.evidence_new_for_case,
        name="evidence_new_for_case",
    ),
    path(
        "orders/<uuid:order>/evidence/new/",
        _views.evidence_new_for_order,
        name="evidence_new_for_order",
    ),
    path("evidence/<uuid:evidence>/", _views.evidence_file, name="evidence_file"),
]
