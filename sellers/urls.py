from typing import Any

from django.urls import URLPattern, path

from sellers import check_views, views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = views
_checks: Any = check_views

urlpatterns: list[URLPattern] = [
    path("sellers/", _views.seller_list, name="seller_list"),
    path("sellers/new/", _views.seller_new, name="seller_new"),
    path("sellers/check/", _checks.seller_check_start, name="seller_check_start"),
    path("sellers/<uuid:seller>/checks/new/", _checks.seller_check_new, name="seller_check_new"),
    path("sellers/<uuid:seller>/checks/<uuid:check>/", _checks.seller_check, name="seller_check"),
    path("sellers/<uuid:seller>/", _views.seller_detail, name="seller_detail"),
    path("sellers/<uuid:seller>/edit/", _views.seller_edit, name="seller_edit"),
    path("sellers/<uuid:seller>/archive/", _views.seller_archive, name="seller_archive"),
    path("sellers/<uuid:seller>/restore/", _views.seller_restore, name="seller_restore"),
]
