"""What Today shows, gathered with a constant number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Prefetch, Q, Sum, Window, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.filters import CaseFilter
from cases.models import Case, ContactAttempt, Evidence, FollowUp
from cases.pages import (
    WRITING_STAGES,
    CaseLine,
    line_of,
    quiet_line_of,
    shown_cases,
    steps_of_cases,
)
from cases.querysets import CaseQuerySet
from cases.vocabulary import OUR_STAGES, Stage
from households.models import Household
from money import Money

# What one looks at in a morning, and what is shown when more is asked for.
TODAY_LIMIT, TODAY_MOST = 6, 50
SETTLED_LIMIT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    ours: list[CaseLine]
    ours_count: int
    waiting: list[CaseLine]
    waits_more: bool
    settled: list[Case]
    at_risk: list[Money]
    recovered: list[Money]
    next_deadline: datetime | None
    next_step: FollowUp | None


def today(
    household: Household, *, chosen: CaseFilter, zone: ZoneInfo, now: datetime, most: int
) -> Today:
    """What is ours by time left and money at risk, what we wait for, and what it adds up to.

    `chosen` narrows the lines, of each kind `most` of them; the sums are the whole household's."""
    cases = chosen.apply(Case.objects.of(household).open())
    snoozed = FollowUp.objects.pending().filter(household=household, rung__startswith="snooze:")
    is_snoozed = Q(pk__in=snoozed.values("case_id"))
    ours = _first(cases.ours().exclude(is_snoozed), most, now)
    waiting = _first(cases.filter(~Q(stage__in=OUR_STAGES) | is_snoozed), most, now)
    # For both at once: each table is asked one time.
    rows = shown_cases(household).in_bulk([*ours.keys, *waiting.keys])
    first_ours = [rows[key] for key in ours.keys if key in rows]
    prefetch_related_objects([*rows.values()], *_beside_quiet())
    _add_what_is_acted_by(first_ours)
    sums = _sums(household, year_began=_year_began(now, zone))
    return Today(
        ours=[line_of(case, zone=zone, now=now) for case in first_ours],
        ours_count=ours.count,
        waiting=[quiet_line_of(rows[key], now=now) for key in waiting.keys if key in rows],
        waits_more=waiting.count > most,
        settled=list(
            Case.objects.of(household)
            .filter(stage=Stage.SETTLED)
            .only("public_id", "title", "outcome", "refunded_minor", "currency")
            .order_by("-settled_at")[:SETTLED_LIMIT]
        ),
        at_risk=sums.at_risk,
        recovered=sums.recovered,
        next_deadline=sums.next_deadline,
        next_step=None if first_ours else _next_step(household),
    )


@dataclass(frozen=True, slots=True)
class _First:
    keys: list[int]
    # Of all of them.
    count: int


def _first(cases: CaseQuerySet, most: int, now: datetime) -> _First:
    """The most urgent, by their keys alone: to sort whole rows takes several times as long."""
    counted = cases.annotate(count=Window(Count("pk"))).by_urgency(now)
    found = list(counted.values_list("pk", "count")[:most])
    return _First([key for key, _count in found], found[0][1] if found else 0)


def _year_began(now: datetime, zone: ZoneInfo) -> datetime:
    local = timezone.localtime(now, zone)
    return local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


def _next_step(household: Household) -> FollowUp | None:
    steps = FollowUp.objects.pending().filter(household=household).select_related("case")
    return steps.order_by("due_at", "pk").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    at_risk: list[Money]
    recovered: list[Money]
    next_deadline: datetime | None


def _sums(household: Household, *, year_began: datetime) -> _Sums:
    """Of all the household's cases, by currency and the most first; one query."""
    is_open = ~Q(stage=Stage.SETTLED)
    rows = list(
        Case.objects.of(household)
        .values("currency")
        .annotate(
            at_risk=Sum("value_minor", filter=is_open & Q(value_minor__gt=0)),
            recovered=Sum(
                "refunded_minor", filter=Q(settled_at__gte=year_began, refunded_minor__gt=0)
            ),
            first=Min("escalate_by", filter=is_open & ~Q(stage=Stage.AWAITING_PLATFORM)),
        )
    )
    return _Sums(
        at_risk=_by_currency(rows, "at_risk"),
        recovered=_by_currency(rows, "recovered"),
        next_deadline=min((row["first"] for row in rows if row["first"]), default=None),
    )


def _by_currency(rows: Iterable[Mapping[str, Any]], name: str) -> list[Money]:
    sums = [Money(row[name], row["currency"]) for row in rows if row[name] and row["currency"]]
    return sorted(sums, key=lambda money: -money.minor)


def _add_what_is_acted_by(cases: Iterable[Case]) -> None:
    """What a draft says of the order, what the seller answered, what the marketplace decided: of
    each table the rows of those cases alone whose lines say it."""
    by_stage: dict[Stage, list[Case]] = {}
    for case in cases:
        by_stage.setdefault(Stage(case.stage), []).append(case)
    writing = [case for stage in WRITING_STAGES for case in by_stage.get(stage, ())]
    evidence = Evidence.objects.only("case_id", "content_type")
    prefetch_related_objects(
        writing, "order__items", "order__parcels", Prefetch("evidence", queryset=evidence)
    )
    prefetch_related_objects(by_stage.get(Stage.SELLER_REPLIED, []), "replies")
    prefetch_related_objects(by_stage.get(Stage.ESCALATION_DUE, []), "escalations")


def _beside_quiet() -> tuple[Any, ...]:
    """What the line of a case that is with others says, and not a column more."""
    attempts = ContactAttempt.objects.only(
        "case_id", "sent_at", "expected_by", "replied_at", "reply_probability"
    )
    steps = steps_of_cases().only(
        *("case_id", "kind", "rung", "cycle", "due_at"),
        *("channel", "reason", "becomes", "status"),
    )
    return (
        Prefetch("attempts", queryset=attempts),
        Prefetch("follow_ups", queryset=steps, to_attr="steps"),
    )


def headline(count: int) -> str:
    if count == 0:
        return _("Nothing is yours today")
    return ngettext("One thing is yours today", "%(count)s things are yours today", count) % {
        "count": count
    }
