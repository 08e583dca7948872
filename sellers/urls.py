from typing import Any

from django.urls import URLPattern, path

from sellers import views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = views

urlpatterns: list[URLPattern] = [
    path("sellers/", _views.seller_list, name="seller_list"),
    path("sellers/new/", _views.seller_new, name="seller_new"),
    path("sellers/<uuid:seller>/", _views.seller_detail, name="seller_detail"),
    path("sellers/<uuid:seller>/edit/", _views.seller_edit, name="seller_edit"),
    path("sellers/<uuid:seller>/archive/", _views.seller_archive, name="seller_archive"),
    path("sellers/<uuid:seller>/restore/", _views.seller_restore, name="seller_restore"),
]
