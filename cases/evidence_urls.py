from typing import Any

from django.urls import URLPattern, path

from cases import evidence_views, listing_views, translation_views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = evidence_views
_listings: Any = listing_views
_translations: Any = translation_views

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
    path("orders/<uuid:order>/listing/", _listings.listing_new, name="listing_new"),
    path("cases/<uuid:case>/pack/", _views.pack_page, name="pack_page"),
    path(
        "cases/<uuid:case>/pack/translations/",
        _translations.pack_translations,
        name="pack_translations",
    ),
    path("cases/<uuid:case>/pack/pack.pdf", _views.pack_pdf, name="pack_pdf"),
    path("cases/<uuid:case>/pack/pack.zip", _views.pack_zip, name="pack_zip"),
    path("evidence/<uuid:evidence>/shown/", _views.evidence_shown, name="evidence_shown"),
    path("evidence/<uuid:evidence>/played/", _views.evidence_played, name="evidence_played"),
    path("evidence/<uuid:evidence>/", _views.evidence_file, name="evidence_file"),
]
