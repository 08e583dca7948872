"""Addresses of the tour and the examples, below /h/<household>/."""

from typing import Any

from django.urls import path

from operations import tour_views

_views: Any = tour_views

urlpatterns = [
    path("tour/", _views.tour, name="tour"),
    path("examples/", _views.examples_new, name="examples_new"),
    path("examples/remove/", _views.examples_remove, name="examples_remove"),
]
