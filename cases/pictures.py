"""What a household's cases add up to, as pictures that are tables too; a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.labels import OUTCOME_LABELS, STAGE_LABELS
from cases.models import Case, CaseEvent, ContactAttempt
from cases.picture_sums import half_answered_after, months_until, said_length
from cases.templatetags.parley import TURN_CLASSES, turn_class
from cases.vocabulary import TURN_OF_STAGE, Stage, Turn
from households.models import Household
from languages.saying import written
from money import Money

MONTHS = 12
SELLERS_SHOWN = 10
# Enough to know the sellers by, and a bound on what one page reads.
MESSAGES_READ, EVENTS_READ = 2_000, 10_000
# The picture of months: its height and the width of a month, in its own units.
HEIGHT, MONTH_WIDTH = 100, 30
OUTCOME_CLASSES = {"lost": "ours", "withdrawn": "theirs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a table with a bar: its length in per cent of the longest."""

    label: str
    figure: str
    share: float
    colour: str
    seller: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """At risk at its end (or now), and recovered within it; heights in the picture's units."""

    label: str
    short: str
    at_risk: Money
    recovered: Money
    x: int
    risk_height: float
    back_height: float

    @property
    def risk_y(self) -> float:
        return HEIGHT - self.risk_height

    @property
    def back_y(self) -> float:
        return HEIGHT - self.back_height


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPicture:
    currency: str
    at_risk: Money
    recovered: Money
    top: Money
    months: list[Month]

    @property
    def width(self) -> int:
        return len(self.months) * MONTH_WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    money: list[MoneyPicture]
    stages: list[Bar]
    outcomes: list[Bar]
    quickness: list[Bar]
    trouble: list[Bar]
    time: list[Bar]
    count: int
    typical: str


def draw(household: Household, *, zone: ZoneInfo, now: datetime) -> Pictures:
    stages, outcomes = _stages(household), _outcomes(household)
    time, typical = _time(household, now)
    return Pictures(
        money=_money(household, zone, now),
        stages=stages,
        outcomes=outcomes,
        quickness=_quickness(household, now),
        trouble=_trouble(household),
        time=time,
        count=Case.objects.of(household).count(),
        typical=typical,
    )


def _bars(rows: Sequence[tuple[str, str, float, str]]) -> list[Bar]:
    longest = max((size for _label, _figure, size, _colour in rows), default=0) or 1
    return [
        Bar(label=label, figure=figure, share=round(100 * size / longest, 1), colour=colour)
        for label, figure, size, colour in rows
    ]


def _money(household: Household, zone: ZoneInfo, now: datetime) -> list[MoneyPicture]:
    """A picture for each currency: amounts of two are never added, nor drawn on one scale."""
    starts = months_until(now, MONTHS, zone)
    sums: dict[str, Any] = {}
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], None], strict=True)):
        is_open = Q(settled_at__isnull=True)
        ended = Q(settled_at__gte=start)
        if end is not None:
            is_open = Q(opened_at__lt=end) & (is_open | Q(settled_at__gte=end))
            ended &= Q(settled_at__lt=end)
        sums[f"risk_{number}"] = Sum("value_minor", filter=is_open)
        sums[f"back_{number}"] = Sum("refunded_minor", filter=ended)
    rows = Case.objects.of(household).exclude(currency="").values("currency").annotate(**sums)
    pictures = [_money_picture(row, starts, zone) for row in rows.order_by("currency")]
    return [picture for picture in pictures if picture.top.minor]


def _money_picture(
    row: Mapping[str, Any], starts: Sequence[datetime], zone: ZoneInfo
) -> MoneyPicture:
    code = row["currency"]
    risks = [row[f"risk_{number}"] or 0 for number in range(MONTHS)]
    backs = [row[f"back_{number}"] or 0 for number in range(MONTHS)]
    top = max(*risks, *backs)
    scale = HEIGHT / (top or 1)
    return MoneyPicture(
        currency=code,
        at_risk=Money(risks[-1], code),
        recovered=Money(sum(backs), code),
        top=Money(top, code),
        months=[
            Month(
                label=written(start, "M Y", zone),
                short=written(start, "M", zone),
                at_risk=Money(risk, code),
                recovered=Money(back, code),
                x=number * MONTH_WIDTH,
                risk_height=round(risk * scale, 1),
                back_height=round(back * scale, 1),
            )
            for number, (start, risk, back) in enumerate(zip(starts, risks, backs, strict=True))
        ],
    )


def _stages(household: Household) -> list[Bar]:
    counted = dict(Case.objects.of(household).values_list("stage").annotate(n=Count("id")))
    return _bars(
        [
            (str(label), str(counted[stage]), counted[stage], turn_class(stage))
            for stage, label in STAGE_LABELS
            if counted.get(stage)
        ]
    )


def _outcomes(household: Household) -> list[Bar]:
    settled = Case.objects.of(household).filter(stage=Stage.SETTLED)
    counted = dict(settled.values_list("outcome").annotate(n=Count("id")))
    return _bars(
        [
            (str(label), str(counted[code]), counted[code], OUTCOME_CLASSES.get(code, "good"))
            for code, label in OUTCOME_LABELS
            if counted.get(code)
        ]
    )


def _quickness(household: Household, now: datetime) -> list[Bar]:
    """The slowest first, of those written to most; silence counts, or the slow would look quick."""
    rows = (
        ContactAttempt.objects.filter(case__household=household)
        .order_by("-sent_at")
        .values_list(
            "case__seller__public_id", "case__seller__name", "sent_at", "replied_at", named=True
        )[:MESSAGES_READ]
    )
    waits: dict[tuple[Any, str], list[tuple[timedelta, bool]]] = defaultdict(list)
    for seller, name, sent, replied in rows:
        waits[seller, name].append(((replied or now) - sent, replied is not None))
    most = sorted(waits.items(), key=lambda item: -len(item[1]))[:SELLERS_SHOWN]
    halves = [(seller, name, w, half_answered_after(w)) for (seller, name), w in most]
    longest = max((half for *_rest, half in halves if half), default=timedelta(hours=1))
    # More than half of the messages without an answer is longer than any wait that is known.
    halves.sort(key=lambda row: row[3] or timedelta.max, reverse=True)
    return [
        Bar(
            label=name,
            figure=said_length(half) if half else _("most unanswered"),
            share=round(100 * (half / longest), 1) if half else 100,
            colour="theirs" if half else "ours",
            seller=seller,
            note=_("%(answered)s of %(sent)s answered")
            % {"answered": sum(is_answered for _wait, is_answered in w), "sent": len(w)},
        )
        for seller, name, w, half in halves
    ]


def _trouble(household: Household) -> list[Bar]:
    rows = list(
        Case.objects.of(household)
        .values("seller__public_id", "seller__name")
        .annotate(n=Count("id"), is_open=Count("id", filter=~Q(stage=Stage.SETTLED)))
        .order_by("-n", "seller__name")[:SELLERS_SHOWN]
    )
    longest = rows[0]["n"] if rows else 1
    return [
        Bar(
            label=row["seller__name"],
            figure=str(row["n"]),
            share=round(100 * row["n"] / longest, 1),
            colour="ours" if row["is_open"] else "good",
            seller=row["seller__public_id"],
            note=ngettext("%(n)s still open", "%(n)s still open", row["is_open"])
            % {"n": row["is_open"]},
        )
        for row in rows
    ]


def _time(household: Household, now: datetime) -> tuple[list[Bar], str]:
    """Whose turn it was for how long, summed over the year's cases; and the typical case's length."""
    since = now - timedelta(days=365)
    events = (
        CaseEvent.objects.filter(household=household, case__opened_at__gte=since)
        .order_by("case_id", "at", "id")
        .values_list("case_id", "at", "stage")[:EVENTS_READ]
    )
    spent: Counter[Turn] = Counter()
    lengths: list[timedelta] = []
    for spans in _spans(events, now):
        lengths.append(sum((length for _turn, length in spans), timedelta()))
        for turn, length in spans:
            spent[turn] += round(length.total_seconds())
    labels = {
        Turn.OURS: _("with you"),
        Turn.SELLER: _("with the sellers"),
        Turn.MARKETPLACE: _("with the marketplace"),
    }
    total = sum(spent.values()) or 1
    rows = [
        (
            label,
            f"{said_length(timedelta(seconds=spent[turn]))} · {round(100 * spent[turn] / total)} %",
            spent[turn],
            TURN_CLASSES[turn],
        )
        for turn, label in labels.items()
        if spent[turn]
    ]
    typical = said_length(sorted(lengths)[len(lengths) // 2]) if lengths else ""
    return _bars(rows), typical


def _spans(
    events: Iterable[tuple[int, datetime, str]], now: datetime
) -> Iterable[list[tuple[Turn, timedelta]]]:
    """By case, whose turn it was for how long, from its opening until it was settled or now."""
    cases: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for case, at, stage in events:
        cases[case].append((at, stage))
    for rows in cases.values():
        ends = [at for at, _stage in rows[1:]] + [now]
        yield [
            (TURN_OF_STAGE[Stage(stage)], max(end - at, timedelta()))
            for (at, stage), end in zip(rows, ends, strict=True)
            if stage != Stage.SETTLED
        ]
