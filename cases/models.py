"""Cases and all that happens to them: attempts, replies, follow-ups, escalations, evidence, events."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.labels import (
    ESCALATION_LABELS,
    FOLLOW_UP_LABELS,
    OUTCOME_LABELS,
    RULING_LABELS,
    STAGE_LABELS,
    step_label,
)
from cases.own_messages import OwnMessage as OwnMessage
from cases.people_models import CasePresence as CasePresence
from cases.people_models import ViewerLink as ViewerLink
from cases.querysets import (
    CaseEventQuerySet,
    CaseQuerySet,
    EvidenceQuerySet,
    FollowUpQuerySet,
    SavedViewQuerySet,
)
from cases.vocabulary import TURN_OF_STAGE, Stage, Turn
from households.models import HouseholdOwned, Membership
from languages.fields import SentenceField
from languages.sentences import Sentence, say
from money import Money
from orders.models import Order
from sellers.models import Seller


class Goal(models.TextChoices):
    REFUND = "refund", _("full refund")
    PARTIAL_REFUND = "partial_refund", _("partial refund")
    REPLACEMENT = "replacement", _("replacement or missing part")
    DELIVERY = "delivery", _("delivery")
    ANSWER = "answer", _("an answer")
    CANCELLATION = "cancellation", _("cancellation")


class Case(HouseholdOwned):
    """One problem or question with one seller."""

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="cases")
    order = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="cases")
    title = models.CharField(_("title"), max_length=200)
    # A key of the marketplace profile's [issues] table.
    issue = models.CharField(_("what is wrong"), max_length=40)
    goal = models.CharField(_("what you want"), max_length=20, choices=Goal, default=Goal.REFUND)
    details = models.TextField(_("details"), blank=True, max_length=10_000)
    stage = models.CharField(max_length=20, choices=STAGE_LABELS, default=Stage.DRAFTING)
    outcome = models.CharField(max_length=20, choices=OUTCOME_LABELS, blank=True)
    value_minor = models.BigIntegerField(_("money at stake"), null=True, blank=True)
    refunded_minor = models.BigIntegerField(_("refunded"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    assignee = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="assigned_cases"
    )
    # Counts the attempts (and escalations): each rung of the ladder fires once in each cycle.
    cycle = models.PositiveIntegerField(default=0, editable=False)
    escalate_by = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(editable=False)
    stage_since = models.DateTimeField(editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Made for looking around: its reminders must not pass for real ones.
    is_example = models.BooleanField(default=False, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage="settled", settled_at__isnull=False) & ~Q(outcome="")
                | ~Q(stage="settled") & Q(settled_at__isnull=True, outcome=""),
                name="case_settled_has_outcome_and_time",
            )
        ]
        indexes = [
            models.Index(fields=["household", "stage", "escalate_by"]),
            models.Index(fields=["household", "-opened_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def turn(self) -> Turn:
        return TURN_OF_STAGE[Stage(self.stage)]

    @property
    def is_settled(self) -> bool:
        return self.stage == Stage.SETTLED

    @property
    def value(self) -> Money | None:
        if self.value_minor is None or not self.currency:
            return None
        return Money(self.value_minor, self.currency)

    @property
    def refunded(self) -> Money | None:
        if self.refunded_minor is None or not self.currency:
            return None
        return Money(self.refunded_minor, self.currency)


class ContactAttempt(models.Model):
    """One message to the seller: its channel, its expected window and (perhaps) its reply."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="attempts")
    cycle = models.PositiveIntegerField()
    channel = models.CharField(_("channel"), max_length=40)
    sent_at = models.DateTimeField(_("sent"))
    body = models.TextField(_("message"), blank=True, max_length=20_000)
    sent_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    # What was forecast when it was sent; kept, so that a forecast can be held against the answer.
    band = models.CharField(max_length=20)
    expected_by = models.DateTimeField()
    reply_probability = models.FloatField()
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "cycle"], name="attempt_once_per_cycle")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.sent_at:%Y-%m-%d}"


class Reply(models.Model):
    """A message of the seller. An automatic one is kept but ends no waiting."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="replies")
    attempt = models.ForeignKey(
        ContactAttempt, models.CASCADE, null=True, blank=True, related_name="replies"
    )
    channel = models.CharField(_("channel"), max_length=40)
    received_at = models.DateTimeField(_("received"))
    body = models.TextField(_("what they wrote"), blank=True, max_length=20_000)
    is_automatic = models.BooleanField(_("an automatic reply"), default=False)
    # What was read in it when it was logged: a promise with its date, and red flags with quotes.
    promised_until = models.DateTimeField(_("promised until"), null=True, blank=True)
    promise = models.CharField(_("promise, as they wrote it"), max_length=300, blank=True)
    red_flags = models.JSONField(default=list, blank=True)
    logged_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["received_at", "id"]
        verbose_name_plural = "replies"

    def __str__(self) -> str:
        return f"{self.channel} {self.received_at:%Y-%m-%d}"


class Escalation(models.Model):
    """The case handed to the marketplace."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations")
    kind = models.CharField(_("kind"), max_length=10, choices=ESCALATION_LABELS)
    opened_at = models.DateTimeField(_("opened"))
    reference = models.CharField(_("number given by the marketplace"), max_length=60, blank=True)
    statement = models.TextField(_("what you wrote"), blank=True, max_length=20_000)
    opened_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ruling = models.CharField(_("decision"), max_length=12, choices=RULING_LABELS, blank=True)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, ruling="")
                | Q(decided_at__isnull=False) & ~Q(ruling=""),
                name="escalation_decided_has_ruling",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.opened_at:%Y-%m-%d}"


class FollowUp(HouseholdOwned):
    """A scheduled step of a case. The sweep asks only: what is pending and due?"""

    class Status(models.TextChoices):
        PENDING = "pending", _("planned")
        FIRED = "fired", _("done")
        CANCELLED = "cancelled", _("no longer needed")
        SKIPPED = "skipped", _("skipped by a member")
        FAILED = "failed", _("set aside after a fault")

    class Origin(models.TextChoices):
        PLAN = "plan", _("planned by Parley")
        MEMBER = "member", _("added by a member")

    case = models.ForeignKey(Case, models.CASCADE, related_name="follow_ups")
    kind = models.CharField(max_length=20, choices=FOLLOW_UP_LABELS)
    # The step's name within its cycle: 'retry', 'escalate', 'protection_warning:3d', 'own:<id>'.
    rung = models.CharField(max_length=60)
    cycle = models.PositiveIntegerField()
    due_at = models.DateTimeField(_("due"))
    channel = models.CharField(max_length=40, blank=True)
    reason = SentenceField(_("why"), max_length=2_000)
    # The stage that the case takes when this fires; empty when firing only tells somebody.
    becomes = models.CharField(max_length=20, choices=STAGE_LABELS, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PLAN)
    # Set when a member moved or snoozed the step: when the plan had it.
    planned_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    # Names the batch of the sweep that fired it: events and notifications are inserted by it.
    batch = models.UUIDField(null=True, blank=True, editable=False)
    error = models.TextField(blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "cycle", "rung"],
                condition=Q(status__in=["pending", "fired"]),
                name="follow_up_rung_once_per_cycle",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(status="pending"), name="follow_up_pending_due"
            ),
            models.Index(
                fields=["batch"], condition=Q(batch__isnull=False), name="follow_up_batch"
            ),
            # What was lately told and may have been left lying.
            models.Index(
                fields=["fired_at"], condition=Q(status="fired"), name="follow_up_fired_lately"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        return step_label(self.kind, self.rung)


class CaseEvent(models.Model):
    """What happened to a case: append-only, the timeline and the audit trail in one."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("case opened")
        EDITED = "edited", _("case changed")
        ATTEMPT_LOGGED = "attempt_logged", _("you wrote")
        REPLY_LOGGED = "reply_logged", _("the seller answered")
        NOTE_ADDED = "note_added", _("note")
        EVIDENCE_ADDED = "evidence_added", _("file added")
        FOLLOW_UP_FIRED = "follow_up_fired", _("a planned step came due")
        FOLLOW_UP_ADDED = "follow_up_added", _("reminder added")
        FOLLOW_UP_MOVED = "follow_up_moved", _("step moved")
        FOLLOW_UP_SKIPPED = "follow_up_skipped", _("step skipped")
        SNOOZED = "snoozed", _("snoozed")
        ASSIGNED = "assigned", _("assigned")
        ESCALATED = "escalated", _("taken to the marketplace")
        DECIDED = "decided", _("the marketplace decided")
        SETTLED = "settled", _("settled")
        REOPENED = "reopened", _("reopened")
        REPLANNED = "replanned", _("planned anew")
        TRANSLATED = "translated", _("translation kept")
        LINK_MADE = "link_made", _("link for an outsider made")
        LINK_OPENED = "link_opened", _("outsider's link opened")
        LINK_ENDED = "link_ended", _("outsider's link ended")

    household = models.ForeignKey(
        "households.Household", models.CASCADE, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    # Nobody means the system; then `reason` says why it acted.
    actor = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    reason = SentenceField(blank=True)
    # The stage after the event, and the details that its line on the timeline shows.
    stage = models.CharField(max_length=20, choices=STAGE_LABELS)
    cycle = models.PositiveIntegerField()
    details = models.JSONField(default=dict)
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="+")

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up"],
                condition=Q(kind="follow_up_fired"),
                name="event_follow_up_fires_once",
            )
        ]
        # Who did what in a household, the newest first; it serves the household's key as well.
        indexes = [models.Index(fields=["household", "-at", "-id"], name="event_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


# Of these a copy without place can be made (evidence_copies.py).
SHOWN_AS_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/heic")


def evidence_path(evidence: "Evidence", _file_name: str) -> str:
    return f"evidence/{evidence.household.public_id}/{evidence.public_id}"


# The one piece that every order asks for: shops change their listings later.
LISTING = say("The listing as you bought it: text, pictures and link")


class Evidence(HouseholdOwned):
    """A file or pasted text kept with a case or an order, unchanged, with its checksum."""

    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="evidence")
    order = models.ForeignKey(Order, models.CASCADE, null=True, blank=True, related_name="evidence")
    caption = models.CharField(_("what it shows"), max_length=200, blank=True)
    # Which piece of the marketplace's list for this issue it is; '' for anything else.
    shows = models.CharField(_("which piece it is"), max_length=200, blank=True)
    # The page that it was copied from, like the listing's.
    link = models.URLField(_("its page"), max_length=1000, blank=True)
    # Earlier correspondence and listings are pasted as text; anything else is a file.
    text = models.TextField(_("earlier correspondence"), blank=True, max_length=100_000)
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(order__isnull=False),
                name="evidence_belongs_to_case_or_order",
            )
        ]

    def __str__(self) -> str:
        return self.caption or self.file_name or self.text[:40]

    @property
    def piece(self) -> Sentence:
        """Which piece it is, for whoever reads it: kept in the profile's words."""
        return say(self.shows)

    @property
    def is_listing(self) -> bool:
        return bool(self.shows == LISTING)

    @property
    def is_pdf(self) -> bool:
        return bool(self.file) and self.content_type == "application/pdf"

    @property
    def is_video(self) -> bool:
        return bool(self.file) and self.content_type.startswith("video/")

    @property
    def has_copy(self) -> bool:
        """Whether it is a photo that can be shown on a page."""
        return bool(self.file) and self.content_type in SHOWN_AS_PICTURES


class SavedView(HouseholdOwned):
    """A choice of cases that a member comes back to: their own, seen by nobody else."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=40)
    # As in the address of Today: what CaseFilter.query wrote.
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "name"], name="saved_view_name_once")
        ]

    def __str__(self) -> str:
        return self.name
