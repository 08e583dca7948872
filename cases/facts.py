"""A case's rows as the plain facts that the plan takes."""

import zoneinfo
from datetime import datetime

from cases.models import Case, ContactAttempt
from cases.plan import AttemptFacts, EscalationFacts, OrderFacts, PlanFacts, PromiseFacts
from cases.vocabulary import EscalationKind, Ruling, Stage
from households.models import Membership, Role
from orders.models import Order
from sellers.facts import seller_facts
from sellers.history import Observation
from sellers.models import Seller
from sellers.profiles import get_profile

# Older dealings say little about today, and a page must not slow down with the years.
HISTORY_LIMIT = 50


def plan_facts(case: Case, *, now: datetime) -> PlanFacts:
    return PlanFacts(
        profile=get_profile(case.seller.marketplace),
        issue=case.issue,
        stage=Stage(case.stage),
        opened_at=case.opened_at,
        order=_order_facts(case.order) if case.order else None,
        seller=seller_facts(case.seller),
        buyer_time_zone=buyer_zone(case),
        attempts=[_attempt_facts(attempt, now) for attempt in case.attempts.all()],
        history=seller_history(case.seller, besides=case, now=now),
        escalations=[
            EscalationFacts(
                kind=EscalationKind(e.kind),
                opened_at=e.opened_at,
                decided_at=e.decided_at,
                ruling=Ruling(e.ruling) if e.ruling else None,
            )
            for e in case.escalations.all()
        ],
        promises=_standing_promises(case),
    )


def _standing_promises(case: Case) -> list[PromiseFacts]:
    """What the newest answer promises: a later one without a promise puts an end to the earlier."""
    answers = [reply for reply in case.replies.all() if not reply.is_automatic]
    return [
        PromiseFacts(quote=reply.promise, made_at=reply.received_at, until=reply.promised_until)
        for reply in answers[-1:]
        if reply.promised_until is not None
    ]


def _attempt_facts(attempt: ContactAttempt, now: datetime) -> AttemptFacts:
    # A clock that was set back must not make yesterday's message one from the future.
    sent_at = min(attempt.sent_at, now)
    replied_at = attempt.replied_at and max(min(attempt.replied_at, now), sent_at)
    return AttemptFacts(channel=attempt.channel, sent_at=sent_at, replied_at=replied_at)


def _order_facts(order: Order) -> OrderFacts:
    return OrderFacts(
        placed_at=order.placed_at,
        shipped_at=order.shipped_at,
        delivered_at=order.delivered_at,
        confirmed_at=order.confirmed_at,
        protection_ends_at=order.protection_ends_at,
    )


def buyer_zone(case: Case) -> zoneinfo.ZoneInfo:
    """The clock of whoever is in charge: the assignee, else the household's first owner."""
    member = case.assignee
    if member is None:
        owners = Membership.objects.active().filter(household=case.household_id, role=Role.OWNER)
        member = owners.select_related("user").order_by("joined_at", "id").first()
    try:
        return zoneinfo.ZoneInfo(member.user.time_zone if member else "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def seller_history(
    seller: Seller, *, now: datetime, besides: Case | None = None
) -> list[Observation]:
    """The newest messages to this seller in other cases, answered or watched until now."""
    attempts = ContactAttempt.objects.filter(case__seller=seller)
    if besides is not None:
        attempts = attempts.exclude(case=besides)
    rows = attempts.order_by("-sent_at", "-id")
    columns = ("channel", "sent_at", "replied_at", "case__settled_at")
    return [
        Observation(
            channel=channel,
            sent_at=sent_at,
            replied_at=replied_at,
            observed_until=max(sent_at, replied_at or settled_at or now),
        )
        for channel, sent_at, replied_at, settled_at in rows.values_list(*columns)[:HISTORY_LIMIT]
    ]
