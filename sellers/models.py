"""Sellers as a household knows them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from households.models import HouseholdOwned, Membership
from sellers.querysets import SellerCheckQuerySet, SellerQuerySet


class InquiryVolume(models.TextChoices):
    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")


class Seller(HouseholdOwned):
    """A store on a marketplace: identity, hours, what is known of its replies, credibility."""

    marketplace = models.CharField(_("marketplace"), max_length=30, default="aliexpress")
    name = models.CharField(_("store name"), max_length=160)
    store_id = models.CharField(_("store number"), max_length=40, blank=True)
    url = models.URLField(_("store page"), max_length=500, blank=True)
    country = models.CharField(_("country"), max_length=2, default="CN")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Shanghai")
    languages = models.JSONField(_("languages"), default=list, blank=True)
    # {"mon": ["09:00", "18:00"], …}; an empty object means the marketplace's usual hours.
    business_hours = models.JSONField(_("business hours"), default=dict, blank=True)
    response_rate = models.FloatField(
        _("share of messages answered"),
        null=True,
        blank=True,
        help_text=_("0 to 1, as the store shows it or as you know it"),
    )
    inquiry_volume = models.CharField(
        _("inquiry volume"), max_length=10, choices=InquiryVolume, default=InquiryVolume.NORMAL
    )
    positive_feedback = models.DecimalField(
        _("positive feedback, %"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    open_since = models.PositiveSmallIntegerField(_("open since, year"), null=True, blank=True)
    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_until = models.DateField(_("away until"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True, max_length=10_000)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()
    objects = SellerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "marketplace", "store_id"],
                condition=~Q(store_id=""),
                name="seller_store_once_per_household",
            ),
            models.CheckConstraint(
                condition=Q(response_rate__isnull=True)
                | Q(response_rate__gte=0, response_rate__lte=1),
                name="seller_response_rate_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(away_from__isnull=True, away_until__isnull=True)
                | Q(away_from__lte=F("away_until")),
                name="seller_away_from_before_until",
            ),
        ]
        indexes = [models.Index(fields=["household", "name"])]

    def __str__(self) -> str:
        return self.name


class SellerCheck(HouseholdOwned):
    """What a member looked up about a seller before buying; each is kept, the newest counts."""

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="checks")
    item_title = models.CharField(_("what you want to buy"), max_length=200, blank=True)
    item_url = models.URLField(_("its page"), max_length=1000, blank=True)
    # sellers.check.Answers, without what was not looked up. The judgement is made from it anew.
    answers = models.JSONField(default=dict)
    notes = models.TextField(_("notes"), blank=True, max_length=5_000)
    checked_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    objects = SellerCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at", "-id"]
        indexes = [models.Index(fields=["seller", "-checked_at", "-id"])]

    def __str__(self) -> str:
        return self.item_title or f"{self.checked_at:%Y-%m-%d}"
