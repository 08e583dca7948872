"""Addresses of mail that came in, below /h/<household>/."""

from typing import Any

from django.urls import URLPattern, path

from inbound import views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = views

urlpatterns: list[URLPattern] = [
    path("mail/", _views.mail_list, name="mail_list"),
    path("mail/<uuid:mail>/", _views.mail_sort, name="mail_sort"),
    path("household/mail/", _views.mail_settings, name="mail_settings"),
    path("household/mail/renew/", _views.mail_renew, name="mail_renew"),
]
