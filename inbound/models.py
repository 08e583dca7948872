"""Mail that came in: where it may be sent, what became of each, and how far a mailbox was read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from households.models import Household, HouseholdOwned, Membership
from inbound.querysets import InboundMailQuerySet
from languages.fields import SentenceField


class InboundAddress(models.Model):
    """The secret in the address to which a household's mail is forwarded. Knowing it lets one put a
    mail before the household, and nothing more."""

    household = models.OneToOneField(Household, models.CASCADE, related_name="inbound_address")
    token = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "inbound addresses"

    def __str__(self) -> str:
        return f"{self.household}'s address"


class InboundMail(HouseholdOwned):
    """A mail as it was read, and what was done with it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to sort")
        SORTED = "sorted", _("sorted")
        IGNORED = "ignored", _("put away")

    class Kind(models.TextChoices):
        ORDER = "order", _("about an order")
        REPLY = "reply", _("a seller's answer")
        BOUNCE = "bounce", _("a mail that came back")
        OTHER = "other", _("not understood")

    # The Message-ID, or a digest of the whole where it has none.
    identity = models.CharField(max_length=420)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    # Whether the server that received it vouches for the sender's domain.
    is_authenticated = models.BooleanField(default=False)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    forwarded = models.TextField(blank=True)
    attachments = models.JSONField(default=list, blank=True)
    # The mail as it came, while it waits; empty if it was too large to keep.
    raw = models.BinaryField(default=b"", blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State)
    # What was done with it, or why nothing was.
    outcome = SentenceField(blank=True)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="+")
    sorted_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["household", "identity"], name="inbound_mail_once")
        ]
        indexes = [
            models.Index(fields=["household", "-received_at", "public_id"]),
            models.Index(
                fields=["household"], condition=models.Q(state="waiting"), name="inbound_to_sort"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.identity


class MailboxPosition(models.Model):
    """How far a folder has been read. Nothing in it is ever changed: no mark, no move."""

    folder = models.CharField(max_length=300, unique=True)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField()
    read_at = models.DateTimeField()
    fault = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.folder
