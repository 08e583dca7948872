"""Lives of a case for synthetic data, judged as the services judge: each is the mould of many."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.models import Case, CaseEvent, ContactAttempt, Escalation, FollowUp, Reply
from cases.plan import AttemptFacts, EscalationFacts, OrderFacts, Plan, PlanFacts, make_plan
from cases.vocabulary import EscalationKind, Stage
from languages.sentences import joined
from orders.models import Order, OrderItem, ProtectionSource
from sellers.facts import seller_facts
from sellers.forecast import Forecast, forecast
from sellers.models import Seller
from sellers.profiles import get_profile

BUYER_ZONE = ZoneInfo("Europe/Madrid")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Nothing else comes due while a large seed is written and swept.
QUIET = 6 * HOUR
MOST_TRIES = 10_000
CHANNEL = "message_center"
# How the cases that are not due are spread over the stages, in tenths.
SPREAD = (
    *[Stage.AWAITING_SELLER] * 6,
    Stage.SELLER_REPLIED,
    Stage.AWAITING_PLATFORM,
    Stage.DRAFTING,
    Stage.SETTLED,
)
ISSUES = ("not_received", "damaged", "defective", "wrong_item", "missing_parts")
ITEMS = ("LED desk lamp", "Ceramic tea set", "Fountain pen", "Hiking poles", "In-ear monitor")


@dataclass(slots=True, kw_only=True)
class Mould:
    """The rows of one case, without their keys, household and members."""

    order: Order
    item: OrderItem
    case: Case
    attempt: ContactAttempt | None = None
    reply: Reply | None = None
    escalation: Escalation | None = None
    follow_ups: list[FollowUp] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)


def make_moulds(count: int, dice: random.Random, now: datetime, *, is_due: bool) -> list[Mould]:
    """`count` lives: each with exactly one step due at `now`, or each with none due for hours."""
    moulds: list[Mould] = []
    for _ in range(MOST_TRIES):
        if len(moulds) >= count:
            return moulds
        stage = Stage.AWAITING_SELLER if is_due else SPREAD[len(moulds) % len(SPREAD)]
        life = _Life(stage, dice, now, waited=(60, 240) if is_due else (1, 40))
        soon = [step for step in life.plan.scheduled if step.at <= now + QUIET]
        due = [step for step in soon if step.at <= now and step.becomes is Stage.RETRY_DUE]
        if len(soon) == len(due) == int(is_due) or stage is Stage.SETTLED:
            moulds.append(life.mould())
    raise RuntimeError("no life of a case could be laid out around this time")


class _Life:
    """What happened to one case, up to its stage, and what was planned by then."""

    def __init__(
        self, stage: Stage, dice: random.Random, now: datetime, waited: tuple[int, int]
    ) -> None:
        self.stage = stage
        self.issue, self.title = dice.choice(ISSUES), dice.choice(ITEMS)
        self.minor = dice.randrange(300, 20_000)
        self.sent_at = now - timedelta(hours=dice.uniform(*waited))
        self.opened_at = self.sent_at - HOUR / 2
        self.acted_at = self.sent_at + HOUR / 2
        self.protection_ends_at = now + timedelta(days=dice.uniform(15, 60))
        self.seller = seller_facts(Seller())
        self.profile = get_profile("aliexpress")
        self.expected = self._forecast()
        self.plan = self._plan()

    def _forecast(self) -> Forecast:
        return forecast(
            sent_at=self.sent_at,
            channel=CHANNEL,
            seller=self.seller,
            buyer_time_zone=BUYER_ZONE,
            profile=self.profile,
        )

    def _plan(self) -> Plan:
        """As the service planned it at the last thing that happened."""
        is_answered = self.stage is Stage.SELLER_REPLIED
        attempt = AttemptFacts(
            channel=CHANNEL,
            sent_at=self.sent_at,
            replied_at=self.acted_at if is_answered else None,
        )
        is_escalated = self.stage is Stage.AWAITING_PLATFORM
        facts = PlanFacts(
            profile=self.profile,
            issue=self.issue,
            # A settled case was waiting before; those steps were cancelled.
            stage=Stage.AWAITING_SELLER if self.stage is Stage.SETTLED else self.stage,
            opened_at=self.opened_at,
            order=OrderFacts(
                placed_at=self.opened_at - 30 * DAY,
                shipped_at=self.opened_at - 25 * DAY,
                protection_ends_at=self.protection_ends_at,
            ),
            seller=self.seller,
            buyer_time_zone=BUYER_ZONE,
            attempts=[] if self.stage is Stage.DRAFTING else [attempt],
            escalations=[EscalationFacts(kind=EscalationKind.DISPUTE, opened_at=self.acted_at)]
            if is_escalated
            else [],
        )
        return make_plan(facts, now=self._last_at())

    def _last_at(self) -> datetime:
        if self.stage is Stage.DRAFTING:
            return self.opened_at
        return self.sent_at if self.stage is Stage.AWAITING_SELLER else self.acted_at

    @property
    def cycle(self) -> int:
        return {Stage.DRAFTING: 0, Stage.AWAITING_PLATFORM: 2}.get(self.stage, 1)

    def mould(self) -> Mould:
        mould = Mould(
            order=self._order(),
            item=OrderItem(title=self.title, unit_price_minor=self.minor, currency="EUR"),
            case=self._case(),
            follow_ups=list(self._follow_ups()),
            events=list(self._events()),
        )
        if self.stage is not Stage.DRAFTING:
            mould.attempt = self._attempt()
        if self.stage is Stage.SELLER_REPLIED:
            mould.reply = Reply(
                channel=CHANNEL, received_at=self.acted_at, body="Dear friend, please wait."
            )
        if self.stage is Stage.AWAITING_PLATFORM:
            mould.escalation = Escalation(kind=EscalationKind.DISPUTE, opened_at=self.acted_at)
        return mould

    def _order(self) -> Order:
        return Order(
            status="shipped",
            status_text="Awaiting delivery",
            total_minor=self.minor,
            currency="EUR",
            placed_at=self.opened_at - 30 * DAY,
            shipped_at=self.opened_at - 25 * DAY,
            protection_ends_at=self.protection_ends_at,
            protection_source=ProtectionSource.ENTERED,
            created_at=self.opened_at,
        )

    def _case(self) -> Case:
        is_settled = self.stage is Stage.SETTLED
        return Case(
            title=f"{self.title}: {self.issue.replace('_', ' ')}",
            issue=self.issue,
            stage=self.stage,
            outcome="refunded" if is_settled else "",
            value_minor=self.minor,
            refunded_minor=self.minor if is_settled else None,
            currency="EUR",
            cycle=self.cycle,
            escalate_by=self.plan.escalate_by,
            opened_at=self.opened_at,
            stage_since=self._last_at(),
            settled_at=self.acted_at if is_settled else None,
            version=len(list(self._events())),
        )

    def _attempt(self) -> ContactAttempt:
        return ContactAttempt(
            cycle=1,
            channel=CHANNEL,
            sent_at=self.sent_at,
            body="Hello, please look at my order.",
            band=self.expected.band,
            expected_by=self.expected.window_ends_at,
            reply_probability=self.expected.reply_probability,
            replied_at=self.acted_at if self.stage is Stage.SELLER_REPLIED else None,
        )

    def _follow_ups(self) -> Iterator[FollowUp]:
        is_settled = self.stage is Stage.SETTLED
        for step in self.plan.scheduled:
            yield FollowUp(
                kind=step.kind,
                rung=step.rung,
                cycle=self.cycle,
                due_at=step.at,
                channel=step.channel or "",
                reason=step.why,
                becomes=step.becomes or "",
                status=FollowUp.Status.CANCELLED if is_settled else FollowUp.Status.PENDING,
                created_at=self._last_at(),
            )

    def _events(self) -> Iterator[CaseEvent]:
        kind = CaseEvent.Kind
        yield CaseEvent(kind=kind.OPENED, stage=Stage.DRAFTING, at=self.opened_at, cycle=0)
        if self.stage is Stage.DRAFTING:
            return
        yield CaseEvent(
            kind=kind.ATTEMPT_LOGGED,
            stage=Stage.AWAITING_SELLER,
            at=self.sent_at,
            cycle=1,
            reason=joined(*self.expected.why),
            details={
                "channel": CHANNEL,
                "sent_at": self.sent_at.isoformat(),
                "body": "Hello, please look at my order.",
            },
        )
        last = {
            Stage.SELLER_REPLIED: (kind.REPLY_LOGGED, "received_at"),
            Stage.AWAITING_PLATFORM: (kind.ESCALATED, "opened_at"),
            Stage.SETTLED: (kind.SETTLED, "settled_at"),
        }.get(self.stage)
        if last is not None:
            yield CaseEvent(
                kind=last[0],
                stage=self.stage,
                at=self.acted_at,
                cycle=self.cycle,
                details={last[1]: self.acted_at.isoformat()},
            )
