"""Addresses of the inbox, below /h/<household>/."""

from typing import Any

from django.urls import URLPattern, path

from reminders import choice_views, views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = views

_choices: Any = choice_views

urlpatterns: list[URLPattern] = [
    path("household/reminders/", _choices.reminder_settings, name="reminder_settings"),
    path("inbox/", _views.inbox, name="inbox"),
    path("inbox/read/", _views.notifications_read_all, name="notifications_read_all"),
    path("inbox/<uuid:notification>/", _views.notification_read, name="notification_read"),
]
