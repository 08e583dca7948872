"""The plan command's JSON, in and out (contract.md). Imports no Django."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cases.plan import (
    AttemptFacts,
    EscalationFacts,
    FactsError,
    OrderFacts,
    Plan,
    PlanFacts,
    Step,
    make_plan,
)
from cases.plan_facts import refuse_impossible
from cases.vocabulary import EscalationKind, Stage
from commandline.lines import LineError
from money import Money, MoneyError
from orders.protection import derive_protection_end
from sellers.forecast_lines import (
    parse_history,
    parse_moment,
    parse_object,
    parse_seller,
    parse_text,
    parse_zone,
)
from sellers.profiles import Profile, load_profiles

ORDER_MOMENTS = ("placed_at", "shipped_at", "delivered_at", "confirmed_at", "protection_ends_at")


def plan_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """One object of the contract to its answer; raise LineError naming the field."""
    now = parse_moment(line.get("now"), "now")
    facts = read_facts(line)
    try:
        # Before they are put in order, so that a fault names the message by its place in the line.
        refuse_impossible(facts, now)
        attempts = sorted(facts.attempts, key=lambda attempt: attempt.sent_at)
        plan = make_plan(replace(facts, attempts=attempts), now=now)
    except FactsError as fault:
        raise LineError(fault.field, fault.reason) from fault
    return {"id": line.get("id"), **_written(plan)}


def read_facts(line: Mapping[str, Any]) -> PlanFacts:
    profile = _profile(line.get("marketplace"))
    case = parse_object(line.get("case"), "case")
    return PlanFacts(
        profile=profile,
        issue=parse_text(case.get("issue"), "case.issue"),
        stage=_stage(case.get("stage")),
        opened_at=parse_moment(case.get("opened_at"), "case.opened_at"),
        order=_order(case.get("order"), profile),
        seller=parse_seller(parse_object(line.get("seller"), "seller")),
        buyer_time_zone=parse_zone(line.get("buyer_time_zone"), "buyer_time_zone"),
        attempts=_attempts(line.get("attempts", [])),
        history=parse_history(line.get("history", [])),
        escalations=_escalations(line.get("escalation")),
    )


def _profile(code: object) -> Profile:
    profiles = load_profiles()
    if not isinstance(code, str) or code not in profiles:
        raise LineError("marketplace", f"{code!r} is not one of {', '.join(sorted(profiles))}")
    return profiles[code]


def _stage(value: object) -> Stage:
    stage = parse_text(value, "case.stage")
    try:
        return Stage(stage)
    except ValueError:
        raise LineError("case.stage", f"{value!r} is not one of {', '.join(Stage)}") from None


def _optional_moment(value: object, field: str) -> datetime | None:
    return None if value is None else parse_moment(value, field)


def _order(value: object, profile: Profile) -> OrderFacts | None:
    """The order's dates; a protection deadline that is not given is derived from the profile."""
    if value is None:
        return None
    order = parse_object(value, "case.order")
    _refuse_odd_value(order.get("value"))
    moments = {
        name: _optional_moment(order.get(name), f"case.order.{name}") for name in ORDER_MOMENTS
    }
    if moments["protection_ends_at"] is None:
        derived = derive_protection_end(
            profile=profile,
            placed_at=moments["placed_at"],
            shipped_at=moments["shipped_at"],
            delivered_at=moments["delivered_at"],
            confirmed_at=moments["confirmed_at"],
        )
        moments["protection_ends_at"] = derived.ends_at if derived else None
    return OrderFacts(**moments)


def _refuse_odd_value(value: object) -> None:
    """Money at stake changes no plan; wrong, it is named all the same."""
    if value is None:
        return
    money = parse_object(value, "case.order.value")
    currency = parse_text(money.get("currency"), "case.order.value.currency")
    amount = parse_text(money.get("amount"), "case.order.value.amount")
    try:
        Money.parse(amount, currency)
    except MoneyError as fault:
        raise LineError("case.order.value", str(fault)) from None


def _attempts(value: object) -> list[AttemptFacts]:
    if not isinstance(value, list):
        raise LineError("attempts", "is not a list")
    attempts = []
    for index, entry in enumerate(value):
        field = f"attempts[{index}]"
        attempt = parse_object(entry, field)
        attempts.append(
            AttemptFacts(
                channel=parse_text(attempt.get("channel"), f"{field}.channel"),
                sent_at=parse_moment(attempt.get("sent_at"), f"{field}.sent_at"),
                replied_at=_optional_moment(attempt.get("replied_at"), f"{field}.replied_at"),
            )
        )
    return attempts


def _escalations(value: object) -> list[EscalationFacts]:
    if value is None:
        return []
    escalation = parse_object(value, "escalation")
    kind = parse_text(escalation.get("kind"), "escalation.kind")
    if kind not in list(EscalationKind):
        raise LineError("escalation.kind", f"{kind!r} is not one of {', '.join(EscalationKind)}")
    opened_at = parse_moment(escalation.get("opened_at"), "escalation.opened_at")
    return [EscalationFacts(kind=EscalationKind(kind), opened_at=opened_at)]


def _written(plan: Plan) -> dict[str, Any]:
    return {
        "stage": plan.stage,
        "next": _step(plan.next) if plan.next else None,
        "steps": [_step(step) for step in plan.steps],
        "escalate_by": plan.escalate_by.isoformat() if plan.escalate_by else None,
    }


def _step(step: Step) -> dict[str, Any]:
    written = {"kind": step.kind, "at": step.at.isoformat(), "why": step.why}
    if step.channel:
        written["channel"] = step.channel
    return written
