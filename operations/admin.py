"""The signs of life, and who has examples, for the operator."""

from django.contrib import admin

from households.admin import ReadOnlyAdmin
from operations.models import ClockMark, Examples, Pulse, Tally


@admin.register(Pulse)
class PulseAdmin(ReadOnlyAdmin):
    list_display = ["name", "at", "source", "figures"]


@admin.register(ClockMark)
class ClockMarkAdmin(ReadOnlyAdmin):
    list_display = ["machine", "at", "uptime", "doubted_at"]


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    list_display = ["ticks", "instance"]


@admin.register(Examples)
class ExamplesAdmin(ReadOnlyAdmin):
    list_display = ["household", "made_at"]
    search_fields = ["household__name"]
    list_select_related = ["household"]
