from typing import Any

from django.urls import URLPattern, path

from orders import import_views, receiving_views, views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = views
_import_views: Any = import_views
_receiving: Any = receiving_views

urlpatterns: list[URLPattern] = [
    path("orders/import/", _import_views.import_new, name="import_new"),
    path("orders/import/<uuid:draft>/", _import_views.import_preview, name="import_preview"),
    path("orders/", _views.order_list, name="order_list"),
    path("orders/new/", _views.order_new, name="order_new"),
    path("orders/<uuid:order>/", _views.order_detail, name="order_detail"),
    path("orders/<uuid:order>/edit/", _views.order_edit, name="order_edit"),
    path("orders/<uuid:order>/arrived/", _receiving.order_arrived, name="order_arrived"),
    path("orders/<uuid:order>/confirm/", _receiving.order_confirm, name="order_confirm"),
    path("orders/<uuid:order>/archive/", _views.order_archive, name="order_archive"),
    path("orders/<uuid:order>/restore/", _views.order_restore, name="order_restore"),
    path("orders/<uuid:order>/parcels/new/", _views.parcel_new, name="parcel_new"),
    path(
        "orders/<uuid:order>/parcels/<uuid:parcel>/remove/",
        _views.parcel_remove,
        name="parcel_remove",
    ),
]
