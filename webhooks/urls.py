"""Addresses of a household's webhooks, below /h/<household>/."""

from typing import Any

from django.urls import URLPattern, path

from webhooks import views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = views
_HOOK = "household/webhooks/<uuid:webhook>/"

urlpatterns: list[URLPattern] = [
    path("household/webhooks/", _views.webhooks, name="webhooks"),
    path(f"{_HOOK}test/", _views.webhook_test, name="webhook_test"),
    path(f"{_HOOK}on/", _views.webhook_on, name="webhook_on"),
    path(f"{_HOOK}remove/", _views.webhook_remove, name="webhook_remove"),
    path(
        "household/webhooks/messages/<uuid:message>/again/",
        _views.webhook_again,
        name="webhook_again",
    ),
]
