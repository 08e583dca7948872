"""Webhooks: which programs are told, what each is to be told, and each try to do so."""

import uuid
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import CaseEvent
from households.models import HouseholdOwned
from webhooks.querysets import HouseholdWebhookQuerySet


class HouseholdWebhook(HouseholdOwned):
    """A program of the household's own that is told what happens to its cases."""

    url = models.CharField(_("address"), max_length=500)
    # Messages are signed with it, so it is kept as it is; shown once.
    secret = models.CharField(max_length=80, editable=False)
    created_at = models.DateTimeField()
    # Events up to this id have their messages.
    collected_to = models.BigIntegerField(default=0, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HouseholdWebhookQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return urlsplit(self.url).hostname or ""


class WebhookMessage(models.Model):
    """What one webhook is to be told: once for each event."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TOLD = "told", _("taken")
        DEAD = "dead", _("given up")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(HouseholdWebhook, models.CASCADE, related_name="messages")
    event = models.ForeignKey(CaseEvent, models.CASCADE, null=True, related_name="+")
    type = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State)
    next_try_at = models.DateTimeField()
    # Each claim raises it: who finishes must still hold the number that they claimed.
    tries_made = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event"], name="webhook_message_once")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="webhook_waiting"
            ),
            models.Index(fields=["webhook", "-happened_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.type} to {self.webhook_id}"


class WebhookTry(models.Model):
    """One try to tell, and what came of it."""

    message = models.ForeignKey(WebhookMessage, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    # The HTTP status; 0 where no answer came.
    status = models.PositiveIntegerField()
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "webhook tries"

    def __str__(self) -> str:
        return f"{self.status} at {self.at:%Y-%m-%d %H:%M}"
