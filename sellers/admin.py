"""Sellers, for the operator."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from sellers.models import Seller, SellerCheck


@admin.register(Seller)
class SellerAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    list_display = ["name", "marketplace", "store_id", "household", "country", "archived_at"]
    list_filter = ["marketplace", "country", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "store_id", "household__name"]
    raw_id_fields = ["household"]
    list_select_related = ["household"]
    date_hierarchy = "created_at"


@admin.register(SellerCheck)
class SellerCheckAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["seller", "item_title", "household", "checked_by", "checked_at"]
    search_fields = ["seller__name", "item_title", "household__name"]
    raw_id_fields = ["household", "seller", "checked_by"]
    list_select_related = ["seller", "household", "checked_by__user"]
    date_hierarchy = "checked_at"
