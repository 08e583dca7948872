"""Sellers, for the operator."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from sellers.models import Seller


@admin.register(Seller)
class SellerAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    list_display = ["name", "marketplace", "store_id", "household", "country", "archived_at"]
    list_filter = ["marketplace", "country", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "store_id", "household__name"]
    raw_id_fields = ["household"]
    list_select_related = ["household"]
    date_hierarchy = "created_at"
