"""Orders, items and parcels, for the operator."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from orders.models import ImportDraft, Order, OrderItem, Parcel


class ItemInline(admin.TabularInline):  # type: ignore[type-arg]
    model = OrderItem
    extra = 0


@admin.register(Order)
class OrderAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    list_display = ["number", "marketplace", "seller", "household", "status", "protection_ends_at"]
    list_filter = ["marketplace", "status", "protection_source"]
    search_fields = ["number", "seller__name", "household__name"]
    raw_id_fields = ["household", "seller"]
    list_select_related = ["seller", "household"]
    date_hierarchy = "placed_at"
    inlines = [ItemInline]


@admin.register(OrderItem)
class OrderItemAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["title", "order", "quantity", "product_id"]
    search_fields = ["title", "product_id", "order__number"]
    raw_id_fields = ["order"]
    list_select_related = ["order"]


@admin.register(Parcel)
class ParcelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["tracking_number", "carrier", "household", "status_text", "created_at"]
    list_filter = ["carrier"]
    search_fields = ["tracking_number", "household__name"]
    raw_id_fields = ["household", "orders"]
    list_select_related = ["household"]


@admin.register(ImportDraft)
class ImportDraftAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["file_name", "format", "household", "created_at", "confirmed_at"]
    list_filter = ["format", ("confirmed_at", admin.EmptyFieldListFilter)]
    search_fields = ["file_name", "household__name"]
    raw_id_fields = ["household", "uploaded_by"]
    list_select_related = ["household"]
    date_hierarchy = "created_at"
