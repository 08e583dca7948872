"""The figures of the operator's front page, gathered with a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils.translation import gettext as _

from cases.models import STAGE_LABELS, Case, FollowUp
from cases.vocabulary import Stage
from money import Money
from operations.models import Pulse
from operations.pulses import BEAT, SELF_TICK, is_stale
from reminders.models import Notification

OVERDUE_AFTER = timedelta(minutes=5)
# In per cent of the picture's width, beside the labels and the figures.
LABELS, LONGEST_BAR = 46.0, 32.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its share of the longest, in per cent, beside its figure."""

    label: str
    figure: str
    width: float
    y: int

    @property
    def end(self) -> float:
        return LABELS + self.width + 1


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    bars: list[Bar]

    @property
    def height(self) -> int:
        return max(len(self.bars), 1) * 28


@dataclass(frozen=True, slots=True)
class Queue:
    label: str
    count: int
    address: str
    is_bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    queues: list[Queue]
    beat: Pulse | None
    beat_is_silent: bool
    self_tick: Pulse | None
    oldest_unsent: datetime | None
    charts: list[Chart]


def gather(*, now: datetime) -> Dashboard:
    steps = FollowUp.objects.aggregate(
        due=Count("id", filter=Q(status="pending", due_at__lte=now)),
        overdue=Count("id", filter=Q(status="pending", due_at__lt=now - OVERDUE_AFTER)),
        aside=Count("id", filter=Q(status="failed")),
    )
    mails = Notification.objects.filter(channel="email").aggregate(
        waiting=Count("id", filter=Q(state__in=["waiting", "sending"])),
        failing=Count("id", filter=Q(state__in=["failed", "dead"])),
        retried=Count("id", filter=Q(state="waiting", refusals__gt=0)),
        oldest=Min("next_try_at", filter=Q(state="waiting")),
    )
    pulses = Pulse.objects.in_bulk([BEAT, SELF_TICK])
    beat, self_tick = pulses.get(BEAT), pulses.get(SELF_TICK)
    return Dashboard(
        queues=_queues(steps, mails),
        beat=beat,
        beat_is_silent=is_stale(beat, now=now),
        self_tick=None if is_stale(self_tick, now=now) else self_tick,
        oldest_unsent=mails["oldest"],
        charts=[
            _stages(),
            _money(_("Money at risk"), Case.objects.open(), "value_minor"),
            _money(
                _("Money recovered"), Case.objects.filter(stage=Stage.SETTLED), "refunded_minor"
            ),
        ],
    )


def _queues(steps: dict[str, Any], mails: dict[str, Any]) -> list[Queue]:
    follow_ups = "admin:cases_followup_changelist"
    outbox = "admin:reminders_notification_changelist"
    return [
        Queue(_("Steps due now"), steps["due"], follow_ups, False),
        Queue(_("Steps overdue"), steps["overdue"], follow_ups, steps["overdue"] > 0),
        Queue(_("Steps set aside after a fault"), steps["aside"], follow_ups, steps["aside"] > 0),
        Queue(_("Mails waiting"), mails["waiting"], outbox, False),
        Queue(_("Mails put off by the server"), mails["retried"], outbox, mails["retried"] > 0),
        Queue(_("Mails failed"), mails["failing"], outbox, mails["failing"] > 0),
    ]


def _chart(title: str, rows: list[tuple[str, str, int]]) -> Chart:
    longest = max((size for _label, _figure, size in rows), default=0) or 1
    bars = [
        Bar(label, figure, round(LONGEST_BAR * size / longest, 1), index * 28)
        for index, (label, figure, size) in enumerate(rows)
    ]
    return Chart(title, bars)


def _stages() -> Chart:
    counted = dict(Case.objects.values_list("stage").annotate(n=Count("id")))
    rows = [(str(label), str(counted.get(s, 0)), counted.get(s, 0)) for s, label in STAGE_LABELS]
    return _chart(_("Cases by stage"), rows)


def _money(title: str, cases: Any, field: str) -> Chart:
    """A bar for each currency; bars of two currencies are not to be compared in length."""
    sums = (
        cases.filter(**{f"{field}__gt": 0})
        .exclude(currency="")
        .values_list("currency")
        .annotate(total=Sum(field))
        .order_by("-total")
    )
    rows = [(code, Money(total, code).formatted(), total) for code, total in sums]
    return _chart(title, rows)
