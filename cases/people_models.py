"""Rows about who may look at a case from outside, and who is at it now."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.querysets import CasePresenceQuerySet, ViewerLinkQuerySet
from households.models import HouseholdOwned, Membership


class ViewerLink(HouseholdOwned):
    """A secret link to one case for somebody outside, to read; only a hash of it is kept."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="viewer_links")
    label = models.CharField(_("for whom"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(Membership, models.RESTRICT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # When it was withdrawn, or noted as expired.
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ViewerLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(ended_at__isnull=True), name="viewer_link_open"
            )
        ]

    def __str__(self) -> str:
        return self.label

    def is_over(self, now: datetime) -> bool:
        return self.ended_at is not None or self.expires_at <= now


class CasePresence(HouseholdOwned):
    """A member is at a case until the lease ends: looking, or about to write to its seller."""

    class Doing(models.TextChoices):
        LOOKING = "looking", _("looking at it")
        WRITING = "writing", _("about to write to the seller")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="presences")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    doing = models.CharField(max_length=10, choices=Doing)
    until = models.DateTimeField()

    objects = CasePresenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "member"], name="presence_once_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.doing} until {self.until:%H:%M:%S}"
