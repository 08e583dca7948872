"""Addresses of the instance itself."""

from django.urls import path

from operations import install_views, views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("manifest.webmanifest", install_views.manifest, name="manifest"),
    path("sw.js", install_views.service_worker, name="service_worker"),
    path("offline/", install_views.offline, name="offline"),
    path("readyz", views.readyz, name="readyz"),
]
