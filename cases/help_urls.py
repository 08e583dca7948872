"""Addresses of the help, below /h/<household>/help/."""

from typing import Any

from django.urls import path

from cases import help_views

_views: Any = help_views

urlpatterns = [
    path("", _views.help_index, name="help"),
    path("stages/", _views.help_stages, name="help_stages"),
    path("channels/", _views.help_channels, name="help_channels"),
    path("afterwards/", _views.help_afterwards, name="help_afterwards"),
    path("questions/", _views.help_questions, name="help_questions"),
]
