"""Each way has its own opening and closing, and says where its rule comes from."""

from datetime import timedelta

from cases.plan import EscalationFacts, OrderFacts, PlanFacts, make_plan
from cases.vocabulary import EscalationKind, FollowUpKind, Stage
from cases.windows import OpenWindow, WindowState, windows_of
from tests.cases.test_plan import DAY, NOW, facts


def window(plan_facts: PlanFacts, code: str) -> OpenWindow:
    return next(w for w in windows_of(plan_facts, now=NOW) if w.code == code)


def ordered(**moments: object) -> PlanFacts:
    return facts(order=OrderFacts(**moments))  # type: ignore[arg-type]


def test_dispute_opens_ten_full_days_after_shipping() -> None:
    dispute = window(ordered(shipped_at=NOW - 4 * DAY), "dispute")
    assert dispute.state is WindowState.AHEAD
    assert dispute.opens_at == NOW + 6 * DAY


def test_dispute_about_what_has_arrived_is_open_at_once() -> None:
    order = ordered(shipped_at=NOW - 4 * DAY, delivered_at=NOW - DAY)
    assert window(order, "dispute").state is WindowState.OPEN


def test_dispute_closes_fifteen_days_after_protection_has_ended() -> None:
    order = ordered(shipped_at=NOW - 90 * DAY, protection_ends_at=NOW - 15 * DAY)
    assert window(order, "dispute").state is WindowState.CLOSED


def test_extension_is_asked_for_from_seven_to_two_days_before_the_end() -> None:
    extend = window(ordered(protection_ends_at=NOW + 10 * DAY), "extend_protection")
    assert (extend.opens_at, extend.closes_at) == (NOW + 3 * DAY, NOW + 8 * DAY)


def test_appeal_is_never_offered_twice() -> None:
    appeal = EscalationFacts(kind=EscalationKind.APPEAL, opened_at=NOW - DAY)
    assert window(facts(escalations=(appeal,)), "appeal").state is WindowState.SPENT


def test_window_that_counts_from_what_has_not_happened_is_unknown() -> None:
    assert window(facts(), "appeal").state is WindowState.UNKNOWN


def test_every_way_names_the_source_of_its_rule_and_its_day() -> None:
    assert all(w.source.text and w.source.read_on for w in windows_of(facts(), now=NOW))


def test_claim_at_the_payment_provider_is_told_two_weeks_before_it_closes() -> None:
    plan = make_plan(ordered(placed_at=NOW - 100 * DAY), now=NOW)
    (step,) = [s for s in plan.steps if s.rung == "window:payment_provider:closes"]
    assert timedelta() <= step.at - (NOW + 66 * DAY) < DAY


def test_extension_is_advised_a_week_before_the_end_while_the_parcel_may_come() -> None:
    order = OrderFacts(shipped_at=NOW - 40 * DAY, protection_ends_at=NOW + 20 * DAY)
    warnings = [
        step.why
        for step in make_plan(facts(order=order, issue="not_received"), now=NOW).steps
        if step.kind is FollowUpKind.PROTECTION_WARNING
    ]
    assert sum("ask the seller now to extend it" in why for why in warnings) == 1


def test_extension_is_not_advised_for_what_has_arrived_broken() -> None:
    order = OrderFacts(delivered_at=NOW - 4 * DAY, protection_ends_at=NOW + 20 * DAY)
    steps = make_plan(facts(order=order, issue="damaged"), now=NOW).steps
    assert not any("extend" in step.why for step in steps)


def test_case_at_the_marketplace_has_its_checks_only() -> None:
    dispute = EscalationFacts(kind=EscalationKind.DISPUTE, opened_at=NOW)
    escalated = facts(stage=Stage.AWAITING_PLATFORM, escalations=(dispute,))
    kinds = {step.kind for step in make_plan(escalated, now=NOW).steps}
    assert kinds == {FollowUpKind.PLATFORM_CHECK}
