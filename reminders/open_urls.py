"""Addresses that work without signing in: links of mails, and the calendar's secret one."""

from typing import Any

from django.urls import URLPattern, path

from reminders import calendar_views, mail_views

# Views take PersonRequest, which the middleware makes of every request.
_views: Any = mail_views
_calendar: Any = calendar_views

urlpatterns: list[URLPattern] = [
    path("calendar/<str:token>.ics", _calendar.calendar_feed, name="calendar_feed"),
    path("mail/act/<str:token>/", _views.mail_action, name="mail_action"),
    path("mail/leave/<str:token>/", _views.mail_leave, name="mail_leave"),
]
