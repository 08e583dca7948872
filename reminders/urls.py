"""Addresses of the inbox, below /h/<household>/."""

from typing import Any

from django.urls import URLPattern, path

from reminders import ahead_views, calendar_views, choice_views, target_views, views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = views

_choices: Any = choice_views
_calendar: Any = calendar_views
_targets: Any = target_views
_ahead: Any = ahead_views

urlpatterns: list[URLPattern] = [
    path("household/calendar/", _calendar.calendar_settings, name="calendar_settings"),
    path("household/calendar/end/", _calendar.calendar_end, name="calendar_end"),
    path("household/targets/", _targets.targets, name="targets"),
    path("household/targets/push/", _targets.push_new, name="push_new"),
    path("household/targets/<uuid:target>/test/", _targets.target_test, name="target_test"),
    path("household/targets/<uuid:target>/remove/", _targets.target_remove, name="target_remove"),
    path("household/reminders/", _choices.reminder_settings, name="reminder_settings"),
    path("household/reminders/address/", _choices.address_on, name="address_on"),
    path("ahead/", _ahead.ahead, name="ahead"),
    path("inbox/", _views.inbox, name="inbox"),
    path("inbox/read/", _views.notifications_read_all, name="notifications_read_all"),
    path("inbox/<uuid:notification>/", _views.notification_read, name="notification_read"),
]
