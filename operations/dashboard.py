"""The figures of the operator's front page, gathered with a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, Sum
from django.db.models.functions import TruncHour
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases.labels import STAGE_LABELS
from cases.models import Case, FollowUp
from cases.vocabulary import Stage
from languages.saying import written
from money import Money
from operations.clock import doubted_marks, set_back_to
from operations.models import ClockMark, Pulse
from operations.pulses import BEAT, SELF_TICK, is_stale
from reminders.holding import held_rows
from reminders.models import Notification, OutboxHold

OVERDUE_AFTER = timedelta(minutes=5)
A_DAY = timedelta(days=1)
LAGS = [
    (gettext_lazy("within a minute"), timedelta(minutes=1)),
    (gettext_lazy("within five minutes"), timedelta(minutes=5)),
    (gettext_lazy("within an hour"), timedelta(hours=1)),
]
# In per cent of the picture's width, beside the labels and the figures.
LABELS, LONGEST_BAR = 50.0, 28.0


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
    doubted_clocks: list[ClockMark]
    clock_set_back_from: datetime | None
    hold: OutboxHold | None
    held: int
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
    hold = OutboxHold.objects.first()
    pulses = Pulse.objects.in_bulk([BEAT, SELF_TICK])
    beat, self_tick = pulses.get(BEAT), pulses.get(SELF_TICK)
    return Dashboard(
        queues=_queues(steps, mails),
        beat=beat,
        beat_is_silent=is_stale(beat, now=now),
        self_tick=None if is_stale(self_tick, now=now) else self_tick,
        doubted_clocks=list(doubted_marks()),
        clock_set_back_from=set_back_to(now=now),
        hold=hold,
        held=held_rows().count() if hold else 0,
        oldest_unsent=mails["oldest"],
        charts=[
            _stages(),
            _delivery_rate(now),
            _delivery_lag(now),
            _money(_("Money at risk"), Case.objects.open(), "value_minor"),
            _money(
                _("Money recovered"), Case.objects.filter(stage=Stage.SETTLED), "refunded_minor"
            ),
        ],
    )


def _queues(steps: dict[str, Any], mails: dict[str, Any]) -> list[Queue]:
    """Each leads to the list of what it counts."""
    follow_ups = reverse("admin:cases_followup_changelist")
    pending, aside = f"{follow_ups}?status__exact=pending", f"{follow_ups}?status__exact=failed"
    outbox = f"{reverse('admin:reminders_notification_changelist')}?channel__exact=email&"
    waiting, failing = f"{outbox}state__exact=waiting", f"{outbox}state__in=failed,dead"
    return [
        Queue(_("Steps due now"), steps["due"], pending, False),
        Queue(_("Steps overdue"), steps["overdue"], pending, steps["overdue"] > 0),
        Queue(_("Steps set aside after a fault"), steps["aside"], aside, steps["aside"] > 0),
        Queue(_("Mails waiting"), mails["waiting"], waiting, False),
        Queue(_("Mails put off by the server"), mails["retried"], waiting, mails["retried"] > 0),
        Queue(_("Mails failed or given up"), mails["failing"], failing, mails["failing"] > 0),
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


def _delivery_rate(now: datetime) -> Chart:
    """What went out in each of the last hours, the newest first."""
    sent = (
        Notification.objects.exclude(channel="inbox")
        .filter(state="sent", sent_at__gt=now - A_DAY, sent_at__lte=now)
        .annotate(hour=TruncHour("sent_at"))
        .values_list("hour")
        .annotate(n=Count("id"))
        .order_by("-hour")
    )
    rows = [(written(hour, "D H:i"), str(n), n) for hour, n in sent]
    return _chart(_("Sent in the last day, by hour"), rows)


def _delivery_lag(now: datetime) -> Chart:
    """How long after it was due each of the last day's went out: quiet hours and pauses count not."""
    lag = ExpressionWrapper(F("sent_at") - F("next_try_at"), output_field=DurationField())
    sent = Notification.objects.exclude(channel="inbox").filter(
        state="sent", sent_at__gt=now - A_DAY, sent_at__lte=now
    )
    within = {
        f"within_{number}": Count("id", filter=Q(lag__lte=limit))
        for number, (_label, limit) in enumerate(LAGS)
    }
    counted = sent.annotate(lag=lag).aggregate(total=Count("id"), **within)
    rows, before = [], 0
    for number, (label, _limit) in enumerate(LAGS):
        upto = counted[f"within_{number}"]
        rows.append((str(label), str(upto - before), upto - before))
        before = upto
    rows.append((_("later"), str(counted["total"] - before), counted["total"] - before))
    return _chart(_("How late the last day's went out"), rows if counted["total"] else [])


def _money(title: str, cases: Any, field: str) -> Chart:
    """A bar for each currency; bars of two currencies are not to be compared in length."""
    sums = (
        cases.filter(**{f"{field}__gt": 0})
        .exclude(currency="")
        .values_list("currency")
        .annotate(total=Sum(field))
        .order_by("-total")
    )
    rows = [
        (code, Money(total, code).formatted(get_language() or "en"), total) for code, total in sums
    ]
    return _chart(title, rows)
