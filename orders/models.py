"""What was bought and what is on its way, and the drafts of imports waiting to be confirmed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from households.models import HouseholdOwned, Membership
from languages.fields import SentenceField
from money import Money
from orders.querysets import ImportDraftQuerySet, OrderQuerySet, ParcelQuerySet
from sellers.models import Seller


class OrderStatus(models.TextChoices):
    UNPAID = "unpaid", _("awaiting payment")
    PREPARING = "preparing", _("awaiting shipment")
    SHIPPED = "shipped", _("on its way")
    DELIVERED = "delivered", _("delivered, awaiting confirmation")
    COMPLETED = "completed", _("completed")
    IN_DISPUTE = "in_dispute", _("in dispute")
    CANCELLED = "cancelled", _("cancelled or closed")
    UNKNOWN = "unknown", _("unknown")


class ProtectionSource(models.TextChoices):
    ENTERED = "entered", _("entered by a member")
    IMPORTED = "imported", _("imported")
    DERIVED = "derived", _("derived from the marketplace's rules")


class Order(HouseholdOwned):
    marketplace = models.CharField(_("marketplace"), max_length=30, default="aliexpress")
    number = models.CharField(_("order number"), max_length=40)
    seller = models.ForeignKey(
        Seller,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("seller"),
    )
    url = models.URLField(_("order page"), max_length=500, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=OrderStatus, default=OrderStatus.UNKNOWN
    )
    status_text = models.CharField(
        _("status as the marketplace words it"), max_length=80, blank=True
    )
    total_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # A date-only source is kept as the start of that day in the marketplace's zone (the safe side).
    placed_at = models.DateTimeField(_("ordered"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("receipt confirmed"), null=True, blank=True)
    protection_ends_at = models.DateTimeField(_("Buyer Protection ends"), null=True, blank=True)
    protection_source = models.CharField(max_length=10, choices=ProtectionSource, blank=True)
    # The sentence that says which rule of the profile gave a derived deadline.
    protection_rule = SentenceField(blank=True)
    notes = models.TextField(_("notes"), blank=True, max_length=10_000)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()
    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "marketplace", "number"],
                name="order_number_once_per_household",
            )
        ]
        indexes = [models.Index(fields=["household", "-placed_at", "-id"])]

    def __str__(self) -> str:
        return self.number

    @property
    def is_under_way(self) -> bool:
        """Whether somebody may still say that it arrived."""
        under_way = {OrderStatus.PREPARING, OrderStatus.SHIPPED, OrderStatus.UNKNOWN}
        return self.status in under_way and self.confirmed_at is None

    @property
    def total(self) -> Money | None:
        if self.total_minor is None or not self.currency:
            return None
        return Money(self.total_minor, self.currency)


class OrderItem(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    line_id = models.CharField(max_length=40, blank=True)
    product_id = models.CharField(_("product number"), max_length=40, blank=True)
    sku_id = models.CharField(max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=500)
    attributes = models.CharField(_("options"), max_length=500, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    url = models.URLField(_("product page"), max_length=1000, blank=True)
    image_url = models.URLField(max_length=1000, blank=True)
    snapshot_url = models.URLField(max_length=1000, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def unit_price(self) -> Money | None:
        if self.unit_price_minor is None or not self.currency:
            return None
        return Money(self.unit_price_minor, self.currency)


class Parcel(HouseholdOwned):
    """A tracking number. One parcel may carry several orders, and an order several parcels."""

    tracking_number = models.CharField(_("tracking number"), max_length=60)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    status_text = models.CharField(_("last word"), max_length=300, blank=True)
    status_at = models.DateTimeField(null=True, blank=True)
    orders = models.ManyToManyField(Order, related_name="parcels")
    created_at = models.DateTimeField()

    objects = ParcelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "tracking_number"], name="parcel_number_once_per_household"
            )
        ]

    def __str__(self) -> str:
        return self.tracking_number


class ImportDraft(HouseholdOwned):
    """An upload or paste, read but not yet confirmed; confirming twice imports once."""

    uploaded_by = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    format = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # How far a confirmed import is. Whoever runs it holds the lease; the number names the holder.
    orders_all = models.PositiveIntegerField(default=0, editable=False)
    orders_done = models.PositiveIntegerField(default=0, editable=False)
    lease = models.PositiveIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(max_length=300, blank=True, editable=False)
    # What the import did: contract.md's JSON of import_orders.
    outcome = models.JSONField(null=True, blank=True)

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["confirmed_at"],
                condition=Q(confirmed_at__isnull=False, finished_at__isnull=True),
                name="import_draft_unfinished",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
