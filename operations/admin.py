"""The signs of life, for the operator."""

from django.contrib import admin

from households.admin import ReadOnlyAdmin
from operations.models import Pulse


@admin.register(Pulse)
class PulseAdmin(ReadOnlyAdmin):
    list_display = ["name", "at", "source", "figures"]
