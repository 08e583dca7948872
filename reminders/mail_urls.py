"""Addresses behind the links of mails: signed, and outside /h/<household>/."""

from typing import Any

from django.urls import URLPattern, path

from reminders import mail_views

# Views take PersonRequest, which the middleware makes of every request.
_views: Any = mail_views

urlpatterns: list[URLPattern] = [
    path("mail/act/<str:token>/", _views.mail_action, name="mail_action"),
    path("mail/leave/<str:token>/", _views.mail_leave, name="mail_leave"),
]
