"""The doctor: looks for what must never be, on live data; each check is one statement.

Invariants 4 (all who want it are told) and 8 (nothing typed is lost) cannot be seen in the rows
afterwards: one transaction holds them, and tests hold that transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import (
    Count,
    Exists,
    F,
    ForeignKey,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from cases.models import Case, CaseEvent, ContactAttempt, FollowUp
from cases.vocabulary import FollowUpKind, Stage
from households.models import Household
from operations.clock import doubted_marks
from operations.health import broker_answers
from operations.models import Pulse
from operations.pulses import BEAT, SELF_TICK, is_stale
from reminders.models import MENTION, DeliveryTry, Notification, OutboxHold

EXAMPLES = 5
SWEEP_MAY_LAG = timedelta(minutes=5)
MAIL_MAY_LAG = timedelta(minutes=15)
LEASE_MAY_LAG = timedelta(minutes=10)

Check = tuple[str, QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    ok: bool
    broken: int
    examples: list[str]


def examine(*, now: datetime) -> list[Finding]:
    """Every check with what it found."""
    return [*examine_rows(now=now), *examine_links(), *_running(now)]


def examine_rows(*, now: datetime) -> list[Finding]:
    """What the rows alone can tell: the invariants, and what is late."""
    checks = [*_plans(now), *_firing(), *_events(), *_late(now), *_outbox()]
    return [_looked(name, rows) for name, rows in checks]


def examine_links() -> list[Finding]:
    """What crosses households."""
    return [_looked(name, rows) for name, rows in _crossings()]


def _looked(name: str, rows: QuerySet[Any]) -> Finding:
    broken = rows.count()
    examples = rows.order_by("pk").values_list("pk", flat=True)[:EXAMPLES] if broken else []
    return Finding(name, broken == 0, broken, [str(pk) for pk in examples])


def _plans(now: datetime) -> Iterator[Check]:
    pending = FollowUp.objects.pending().filter(case=OuterRef("pk"))
    yield (
        "a settled case has no pending step",
        Case.objects.filter(Exists(pending), stage=Stage.SETTLED),
    )
    yield (
        "the seller's or the marketplace's turn has a pending step",
        Case.objects.filter(
            ~Exists(pending), stage__in=[Stage.AWAITING_SELLER, Stage.AWAITING_PLATFORM]
        ),
    )
    in_time = pending.filter(kind=FollowUpKind.ESCALATE, due_at__lte=OuterRef("escalate_by"))
    yield (
        "an open protected case is escalated, flagged, or has its escalation planned in time",
        Case.objects.filter(~Exists(in_time), order__protection_ends_at__gt=now).exclude(
            stage__in=[Stage.SETTLED, Stage.AWAITING_PLATFORM, Stage.ESCALATION_DUE]
        ),
    )
    yield (
        "the last safe moment lies before protection ends",
        Case.objects.open().filter(
            order__protection_ends_at__gt=now,
            order__confirmed_at__isnull=True,
            escalate_by__gte=F("order__protection_ends_at"),
        ),
    )


def _firing() -> Iterator[Check]:
    promised = ContactAttempt.objects.filter(
        case=OuterRef("case"), cycle=OuterRef("cycle"), expected_by__gt=OuterRef("fired_at")
    )
    yield (
        "no retry fired before the expected window of its message had passed",
        FollowUp.objects.filter(
            Exists(promised), becomes=Stage.RETRY_DUE, status=FollowUp.Status.FIRED
        ),
    )
    event = CaseEvent.objects.filter(follow_up=OuterRef("pk"), kind="follow_up_fired")
    yield (
        "each fired step has its event",
        FollowUp.objects.filter(~Exists(event), status=FollowUp.Status.FIRED),
    )
    twice = (
        CaseEvent.objects.filter(kind="follow_up_fired")
        .values("follow_up")
        .annotate(times=Count("id"))
        .filter(times__gt=1)
    )
    yield "no step fired twice", FollowUp.objects.filter(pk__in=twice.values("follow_up"))
    yield (
        "no step was set aside after a fault",
        FollowUp.objects.filter(status=FollowUp.Status.FAILED),
    )


def _events() -> Iterator[Check]:
    events = CaseEvent.objects.filter(case=OuterRef("pk"))
    yield "every case has an event", Case.objects.filter(~Exists(events))
    newest = Subquery(events.order_by("-pk").values("stage")[:1])
    yield (
        "the newest event of a case agrees with its stage",
        Case.objects.annotate(told=newest).exclude(told=F("stage")).filter(told__isnull=False),
    )
    yield (
        "the system gives its reason",
        CaseEvent.objects.filter(actor__isnull=True, reason=""),
    )


def _late(now: datetime) -> Iterator[Check]:
    yield (
        "nothing due is left unfired",
        FollowUp.objects.pending().filter(due_at__lt=now - SWEEP_MAY_LAG),
    )
    yield (
        "no lease is held too long",
        Notification.objects.filter(state="sending", lease_until__lt=now - LEASE_MAY_LAG),
    )
    yield (
        "nothing waits in the outbox too long",
        Notification.objects.waiting().filter(next_try_at__lt=now - MAIL_MAY_LAG),
    )


def _outbox() -> Iterator[Check]:
    twice = (
        Notification.objects.filter(follow_up__isnull=False)
        .values("follow_up", "member", "channel")
        .annotate(times=Count("id"))
        .filter(times__gt=1)
    )
    yield (
        "nobody is told of a step twice",
        FollowUp.objects.filter(pk__in=twice.values("follow_up")),
    )
    # The mark comes first, and the end of the try with those of the next mails.
    result, is_marked = DeliveryTry.Result, Q(token=OuterRef("token"))
    accepted = DeliveryTry.objects.filter(
        Q(result=result.ACCEPTED) | Q(result=result.STARTED) & is_marked,
        notification=OuterRef("pk"),
    )
    yield (
        "what is sent was accepted by the mail server",
        Notification.objects.filter(~Exists(accepted), state="sent", channel="email"),
    )
    yield (
        "no reminder was sent after its case was settled",
        Notification.objects.exclude(kind=MENTION).filter(
            sent_at__gt=F("case__settled_at") + timedelta(minutes=1), channel="email"
        ),
    )


def _crossings() -> Iterator[Check]:
    """For each link between two rows of households: both belong to the same one."""
    for model in apps.get_models(include_auto_created=True):
        own = _way_to_household(model)
        for link in _links(model):
            theirs = _way_to_household(link.related_model)
            if own is None or theirs is None or own.startswith(f"{link.name}__"):
                continue
            across = f"{link.name}__{theirs}"
            yield (
                f"{model.__name__}.{link.name} stays within the household",
                model._base_manager.filter(~Q(**{across: F(own)}), **{f"{across}__isnull": False}),
            )


def _links(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _way_to_household(model: type[Model]) -> str | None:
    """The lookup that leads from a row to the household it belongs to; None for rows of nobody's."""
    if model is Household:
        return None
    links = _links(model)
    if any(link.related_model is Household for link in links):
        return "household"
    for link in links:
        if any(further.related_model is Household for further in _links(link.related_model)):
            return f"{link.name}__household"
    return None


def _running(now: datetime) -> Iterator[Finding]:
    pulses = Pulse.objects.in_bulk([BEAT, SELF_TICK])
    # Where nothing was ever started (commands alone are used), nothing has stopped.
    ticks = not pulses or not all(is_stale(pulses.get(name), now=now) for name in (BEAT, SELF_TICK))
    beat = pulses.get(BEAT)
    last = [f"last beat: {beat.at.isoformat()}"] if beat else ["no beat yet"]
    yield Finding("the scheduler ticks", ticks, int(not ticks), [] if ticks else last)
    doubted = [str(mark) for mark in doubted_marks()]
    yield Finding("the clock has not leapt ahead", not doubted, len(doubted), doubted[:EXAMPLES])
    holds = [str(hold) for hold in OutboxHold.objects.all()]
    yield Finding("the outbox is not held", not holds, len(holds), holds)
    broker = broker_answers()
    yield Finding("the broker answers", broker, int(not broker), [])
