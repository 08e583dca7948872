"""Every address of the site. All that a household owns is below /h/<household>/."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

household_urls = [
    path("", include("cases.urls")),
    path("", include("orders.urls")),
    path("", include("sellers.urls")),
    path("", include("reminders.urls")),
    path("", include("inbound.urls")),
    path("", include("webhooks.urls")),
    path("", include("households.household_urls")),
    path("", include("operations.household_urls")),
]

urlpatterns = [
    path("", include("households.urls")),
    path("", include("operations.urls")),
    path("", include("reminders.open_urls")),
    path("", include("cases.open_urls")),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("h/<uuid:household>/", include(household_urls)),
]

if settings.ANYMAIL["WEBHOOK_SECRET"]:
    urlpatterns.append(path("inbound/", include("anymail.urls")))
