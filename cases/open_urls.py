"""Addresses that an outsider opens without signing in: each begins with a link's secret."""

from typing import Any

from django.urls import URLPattern, path

from cases import shared_views

# Views take PersonRequest, which the middleware makes of every request.
_shared: Any = shared_views

urlpatterns: list[URLPattern] = [
    path("shared/<str:token>/", _shared.shared_case, name="shared_case"),
    path("shared/<str:token>/pack.pdf", _shared.shared_pack, name="shared_pack"),
    path(
        "shared/<str:token>/evidence/<uuid:evidence>/",
        _shared.shared_evidence,
        name="shared_evidence",
    ),
    path(
        "shared/<str:token>/evidence/<uuid:evidence>/file/",
        _shared.shared_file,
        name="shared_file",
    ),
    path(
        "shared/<str:token>/evidence/<uuid:evidence>/playing/",
        _shared.shared_played,
        name="shared_played",
    ),
]
