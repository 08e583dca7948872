"""The site as it is when a provider's webhook is set up."""

from django.urls import include, path

from config.urls import urlpatterns as site

urlpatterns = [*site, path("inbound/", include("anymail.urls"))]
