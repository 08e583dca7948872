"""Addresses of people: the way in, and what needs no household."""

from django.urls import path

from households import views

urlpatterns = [
    path("", views.home, name="home"),
    path("household/new/", views.household_new, name="household_new"),
    path("you/", views.person_settings, name="person_settings"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("join/<str:token>/", views.invitation_accept, name="invitation_accept"),
]
