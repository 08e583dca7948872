"""The outbox: what is to be told to whom, through which channel, and each try to do so."""

import uuid
from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.labels import FOLLOW_UP_LABELS
from cases.models import Case, CaseEvent, FollowUp
from households.models import HouseholdOwned, Membership, User
from languages.fields import SentenceField
from reminders.querysets import NotificationQuerySet
from reminders.timing import Moment


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    INBOX = "inbox", _("Parley's inbox")
    # All of a member's own targets; each is 'to:<key>' in a notification.
    TARGETS = "targets", _("your other ways")


TARGET_PREFIX = "to:"
# The kind of what is told that is no step: a note mentions the member.
MENTION = "mention"
TOLD_LABELS = [*FOLLOW_UP_LABELS, (MENTION, _("a note for you"))]
MOMENT_LABELS = [
    (Moment.AT_ONCE, _("at once")),
    (Moment.DAILY, _("in a daily digest")),
    (Moment.WEEKLY, _("in a weekly digest")),
    (Moment.NEVER, _("never")),
]


class Notification(HouseholdOwned):
    """One thing to tell one member through one channel, once.

    Written in the transaction that made it true; sent later, under a lease. `token` is the fencing
    token: it grows with each claim, and only who still holds it may finish.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("refused by the mail server")
        DEAD = "dead", _("given up")
        DROPPED = "dropped", _("no longer true, not sent")

    # Each row is written anew in every index as it waits, is being sent and is sent: those that
    # others begin with, and those of what few rows have, are left out.
    member = models.ForeignKey(
        Membership, models.CASCADE, related_name="notifications", db_index=False
    )
    case = models.ForeignKey(Case, models.CASCADE, related_name="notifications", db_index=False)
    # A step that fired, or a note that mentions the member.
    follow_up = models.ForeignKey(
        FollowUp, models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    note = models.ForeignKey(
        CaseEvent, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20, choices=TOLD_LABELS)
    cycle = models.PositiveIntegerField()
    rung = models.CharField(max_length=60)
    # A Channel, or 'to:<key>' of one of the member's own targets.
    channel = models.CharField(max_length=24)
    # When the step was due: a step moved to another time is another thing to tell.
    target_at = models.DateTimeField()
    reason = SentenceField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.PositiveIntegerField(default=0)
    # Answers of the server about this mail; a dead server or a crash does not count.
    refusals = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    last_error = SentenceField(blank=True)
    # Which digest it went out with, or will: kept before sending, so that a second try is the same
    # mail under the same Message-ID.
    digest = models.UUIDField(null=True, blank=True, editable=False)
    # Who is in charge and has not acted: this member is told in their place.
    relayed_from = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    # Who is in charge and away: this member stands in for them.
    stands_in_for = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "cycle", "rung", "member", "channel", "target_at"],
                name="notification_once",
            ),
            models.CheckConstraint(
                condition=Q(follow_up__isnull=False) | Q(kind="mention", note__isnull=False),
                name="notification_tells_of_step_or_note",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state="waiting"),
                name="notification_waiting",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="sending"), name="notification_sending"
            ),
            models.Index(fields=["member", "channel", "-created_at"]),
            # What the cap of an hour counts.
            models.Index(
                fields=["member", "sent_at"],
                condition=Q(state="sent") & ~Q(channel="inbox"),
                name="notification_told",
            ),
            *(
                models.Index(
                    fields=[name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"notification_{name}",
                )
                for name in ("note", "relayed_from", "stands_in_for")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.member_id} by {self.channel}"


class OutboxHold(models.Model):
    """While there is one, nothing is sent; at most one."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="outbox_held_once")]

    def __str__(self) -> str:
        return f"since {self.at:%Y-%m-%d %H:%M}: {self.reason}"


class ReminderTarget(models.Model):
    """A service of the member's own that is told too: a chat, a phone, a house. Its address is a
    secret, so pages show it without its keys."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Membership, models.CASCADE, related_name="reminder_targets")
    name = models.CharField(_("name"), max_length=40)
    url = models.CharField(_("address"), max_length=1000)
    created_at = models.DateTimeField()
    last_told_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def channel(self) -> str:
        """As in `Notification.channel`."""
        return f"{TARGET_PREFIX}{self.pk}"


class MailBounce(models.Model):
    """Mails to this person came back, so none is sent until they say that the address works."""

    user = models.OneToOneField(User, models.CASCADE, related_name="mail_bounce")
    at = models.DateTimeField()
    detail = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.user} since {self.at:%Y-%m-%d}"


class ReminderTiming(models.Model):
    """A member's quiet hours and the hour of their digests, on their own clock."""

    member = models.OneToOneField(Membership, models.CASCADE, related_name="reminder_timing")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    # Only if the member says so.
    urgent_breaks_through = models.BooleanField(default=False)
    digest_at = models.TimeField(_("digest at"), default=time(8))
    digest_weekday = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.member_id}: quiet {self.quiet_from} to {self.quiet_until}"


class ReminderChoice(models.Model):
    """When a kind of step is told to a member through a channel; without a row, at once."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="reminder_choices")
    kind = models.CharField(max_length=20, choices=TOLD_LABELS)
    channel = models.CharField(max_length=10, choices=Channel)
    moment = models.CharField(max_length=10, choices=MOMENT_LABELS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "channel"], name="reminder_choice_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind} by {self.channel} {self.moment}"


class DeliveryTry(models.Model):
    """One try to send one notification; the row exists before the socket opens."""

    class Result(models.TextChoices):
        STARTED = "started", _("started")
        ACCEPTED = "accepted", _("accepted")
        DEFERRED = "deferred", _("put off by the server")
        REFUSED = "refused", _("refused by the server")
        TURNED_AWAY = "turned_away", _("recipient refused by the server")
        UNREACHABLE = "unreachable", _("server not reached")
        CUT = "cut", _("cut off before it was taken")
        UNCERTAIN = "uncertain", _("sent, but no answer came")
        LATE = "late", _("accepted after the lease was lost")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="tries")
    token = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=12, choices=Result, default=Result.STARTED)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["started_at", "id"]
        verbose_name_plural = "delivery tries"
        indexes = [
            models.Index(
                fields=["started_at"], condition=Q(result="started"), name="delivery_try_started"
            )
        ]

    def __str__(self) -> str:
        return f"{self.result} {self.started_at:%Y-%m-%d %H:%M:%S}"


class MailAction(models.Model):
    """A button of a reminder's mail that was used: each works once."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="mail_actions")
    verb = models.CharField(max_length=10)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "verb"], name="mail_action_once")
        ]

    def __str__(self) -> str:
        return f"{self.verb} at {self.done_at:%Y-%m-%d %H:%M}"


class CalendarFeed(models.Model):
    """The secret link of a member's calendar; a new link ends the old one. Only a hash is kept."""

    member = models.OneToOneField(Membership, models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.member_id} since {self.created_at:%Y-%m-%d}"
