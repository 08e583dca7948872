"""What a case's page shows of the time ahead: chances, the room that is left, what was promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.facts import plan_facts
from cases.models import Case, Reply
from cases.outlook import Outlook
from cases.plan import Plan, PlanFacts, make_plan
from cases.seller_words import FlagCode
from cases.vocabulary import Stage
from cases.windows import WindowState, windows_of
from sellers.forecast import Forecast
from sellers.profiles import Source
from sellers.record import how_sure

WAITING_STAGES = (Stage.AWAITING_SELLER, Stage.RETRY_DUE)
SHOWN_DAYS = 8
# The picture's points: so many a day, in a box of so many units.
POINTS_A_DAY, WIDTH, HEIGHT = 4, 320, 80
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChance:
    """The chance that an answer has come by a moment (0..100)."""

    at: datetime
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """The chance of an answer by day from the message on; the curve is in the picture's units."""

    ever: int
    days: list[DayChance]
    curve: str
    now_x: float
    expected_x: float | None
    sureness: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """The last safe moments, counted back from the deadline, and the room until the first."""

    write_by: datetime
    escalate_by: datetime
    days: int
    is_tight: bool


def slack(case: Case, plan: Plan, *, now: datetime) -> Slack | None:
    """How much room is left; None without a deadline, or once the marketplace has the case."""
    if plan.escalate_by is None or plan.write_by is None or case.stage == Stage.AWAITING_PLATFORM:
        return None
    return Slack(
        write_by=plan.write_by,
        escalate_by=plan.escalate_by,
        days=max((plan.write_by - now).days, 0),
        is_tight=plan.write_by <= now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SellersWords:
    """The newest answer's promise and red flags, and how often they have asked to wait."""

    # The newest reply was taken for an automatic one, and the seller is still waited for.
    is_automatic: bool
    promise: str
    until: datetime | None
    is_too_late: bool
    can_wait: bool
    flags: list[tuple[str, str]]
    waits_asked: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of an open case, and the plan that follows from it."""

    facts: PlanFacts
    plan: Plan


def planned(case: Case, *, now: datetime) -> Planned | None:
    """None for a settled case, and where no plan can be made of the facts."""
    if case.is_settled:
        return None
    try:
        facts = plan_facts(case, now=now)
        return Planned(facts, make_plan(facts, now=now))
    except (ValueError, KeyError, CaseError):
        return None


def prospect(case: Case, facts: PlanFacts, *, now: datetime) -> Prospect | None:
    """The chance of an answer to the last message, while one is waited for."""
    if case.stage not in WAITING_STAGES or not facts.attempts:
        return None
    expected = expected_reply(facts, now)
    sent_at = expected.sent_at
    count = max(SHOWN_DAYS, min((now - sent_at).days + 4, 21))
    moments = [sent_at + DAY * step / POINTS_A_DAY for step in range(count * POINTS_A_DAY + 1)]
    unconditional = expected_reply(facts, None)
    points = [
        f"{WIDTH * place / (len(moments) - 1):.1f},"
        f"{HEIGHT * (1 - unconditional.probability_at(moment)):.1f}"
        for place, moment in enumerate(moments)
    ]
    window = _x(expected.window_ends_at, sent_at, count)
    return Prospect(
        ever=round(100 * expected.reply_probability),
        days=[
            DayChance(
                at=now + DAY * number,
                percent=round(100 * expected.probability_at(now + DAY * number)),
            )
            for number in range(1, SHOWN_DAYS)
        ],
        curve=" ".join(points),
        now_x=_x(now, sent_at, count),
        expected_x=window if window < WIDTH else None,
        sureness=how_sure(len(expected.facts.history)),
        why=expected.why,
    )


def _x(moment: datetime, sent_at: datetime, days: int) -> float:
    share = (moment - sent_at) / (DAY * days)
    return round(WIDTH * min(max(share, 0.0), 1.0), 1)


def expected_reply(facts: PlanFacts, now: datetime | None) -> Forecast:
    """Of the last message; given, with `now`, that nothing came by then. Needs a message."""
    last = facts.attempts[-1]
    outlook = Outlook(facts=facts, now=now or last.sent_at, deadline=None, by=None)
    return outlook.forecast_of(sent_at=last.sent_at, channel=last.channel, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way that is or will be open to the buyer, as the page shows it."""

    label: str
    state: str
    turn: str
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    needs: str
    one_shot: bool
    source: Source


def ways(case: Case, facts: PlanFacts, *, now: datetime) -> list[Way]:
    """The ways of the marketplace for this case; none without an order."""
    if case.order is None:
        return []
    words = {
        WindowState.OPEN: (_("open"), "good"),
        WindowState.AHEAD: (_("not yet"), "theirs"),
        WindowState.CLOSED: (_("closed"), "ours"),
        WindowState.SPENT: (_("used"), "market"),
        WindowState.UNKNOWN: (_("later"), "theirs"),
    }
    return [
        Way(
            label=window.label,
            state=words[window.state][0],
            turn=words[window.state][1],
            is_open=window.state is WindowState.OPEN,
            opens_at=window.opens_at,
            closes_at=window.closes_at,
            needs=window.needs,
            one_shot=window.one_shot,
            source=window.source,
        )
        for window in windows_of(facts, now=now)
    ]


def sellers_words(case: Case, *, now: datetime) -> SellersWords | None:
    """What to say of the newest answer; None when it holds nothing to warn of."""
    replies = list(case.replies.all())
    if not replies or case.is_settled:
        return None
    newest: Reply = replies[-1]
    is_automatic = newest.is_automatic and case.stage in WAITING_STAGES
    promised = None if newest.is_automatic else newest.promised_until
    until = promised if promised is not None and promised > now else None
    if until is None and not newest.red_flags and not is_automatic:
        return None
    by = case.escalate_by
    is_escalated = case.stage == Stage.AWAITING_PLATFORM
    too_late = until is not None and by is not None and until > by and not is_escalated
    return SellersWords(
        is_automatic=is_automatic,
        promise=newest.promise if until else "",
        until=until,
        is_too_late=too_late,
        can_wait=until is not None and not too_late and case.stage == Stage.SELLER_REPLIED,
        flags=[
            (flag_reason(str(flag.get("code", ""))), str(flag.get("quote", "")))
            for flag in newest.red_flags
        ],
        waits_asked=sum(
            reply.promised_until is not None for reply in replies if not reply.is_automatic
        ),
    )


def flag_reason(code: str) -> str:
    reasons = {
        FlagCode.CLOSE_DISPUTE: _(
            "They ask you to close the dispute. It often cannot be opened again."
        ),
        FlagCode.AVOID_DISPUTE: _(
            "They ask you not to open a dispute. The time to open one runs on."
        ),
        FlagCode.CONFIRM_RECEIPT: _(
            "They ask you to confirm receipt. That pays them and ends your protection."
        ),
        FlagCode.OUTSIDE: _(
            "They want to pay or talk outside the marketplace, where it cannot help you."
        ),
        FlagCode.MORE_MONEY: _("They ask for more money than you agreed to."),
        FlagCode.PRAISE_FIRST: _("They ask for a good rating before the problem is solved."),
        FlagCode.WRONG_REASON: _(
            "They ask you to cancel with a reason that is not true. It can cost you the refund."
        ),
        FlagCode.STALL: _("They ask you to wait still longer."),
    }
    return reasons.get(code, _("Read this twice before you agree."))  # type: ignore[call-overload,no-any-return]
