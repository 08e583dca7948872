from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.plan import (
    AttemptFacts,
    EscalationFacts,
    FactsError,
    OrderFacts,
    PlanFacts,
    Step,
    make_plan,
)
from cases.vocabulary import EscalationKind, FollowUpKind, Stage
from sellers.forecast import SellerFacts
from sellers.profiles import BandCode, get_profile

MADRID = ZoneInfo("Europe/Madrid")
# A Monday, 10:00 in Madrid.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def facts(**changes: object) -> PlanFacts:
    base: dict[str, object] = {
        "profile": get_profile("aliexpress"),
        "issue": "not_received",
        "stage": Stage.AWAITING_SELLER,
        "opened_at": NOW - 3 * DAY,
        "order": OrderFacts(placed_at=NOW - 35 * DAY, protection_ends_at=NOW + 30 * DAY),
        "seller": SellerFacts(time_zone=ZoneInfo("Asia/Shanghai"), country="CN"),
        "buyer_time_zone": MADRID,
        "attempts": (AttemptFacts(channel="message_center", sent_at=NOW - timedelta(hours=1)),),
    }
    return PlanFacts(**(base | changes))


def ending_in(days: float, **changes: object) -> PlanFacts:
    return facts(order=OrderFacts(protection_ends_at=NOW + timedelta(days=days)), **changes)


def steps_of(plan_facts: PlanFacts, kind: FollowUpKind) -> list[Step]:
    return [step for step in make_plan(plan_facts, now=NOW).steps if step.kind is kind]


def test_with_a_month_left_three_messages_are_foreseen_before_the_escalation() -> None:
    plan = make_plan(facts(), now=NOW)
    kinds = [step.kind for step in plan.steps if step.rung.startswith(("retry", "escalate"))]
    assert kinds == [FollowUpKind.RETRY, FollowUpKind.RETRY, *[FollowUpKind.ESCALATE] * 2]


def test_only_the_next_message_is_scheduled_and_later_ones_are_foreseen() -> None:
    rungs = [step.rung for step in make_plan(facts(), now=NOW).scheduled]
    assert "retry" in rungs
    assert not any(rung.startswith("retry:") for rung in rungs)


def test_retry_is_not_before_the_expected_window_has_passed() -> None:
    retry = steps_of(facts(), FollowUpKind.RETRY)[0]
    assert retry.at > NOW


def test_retry_goes_through_another_channel_than_the_last() -> None:
    retry = steps_of(facts(), FollowUpKind.RETRY)[0]
    assert retry.channel != "message_center"


def test_every_step_says_why_with_the_moment_that_matters() -> None:
    assert all(step.why.endswith(".") for step in make_plan(facts(), now=NOW).steps)


def test_escalate_by_leaves_room_before_protection_ends() -> None:
    plan = make_plan(ending_in(15), now=NOW)
    margin = get_profile("aliexpress").safety_margin
    assert plan.escalate_by is not None
    assert plan.escalate_by <= NOW + 15 * DAY - margin


def slow_seller(response_rate: float) -> SellerFacts:
    """One whose answers may take the longest band."""
    return SellerFacts(
        time_zone=ZoneInfo("Asia/Shanghai"),
        country="CN",
        response_rate=response_rate,
        inquiry_volume="high",
        shares_language=False,
    )


def test_six_days_left_and_a_slow_seller_means_escalate_now() -> None:
    plan = make_plan(ending_in(6, seller=slow_seller(0.1)), now=NOW)
    assert plan.stage is Stage.ESCALATION_DUE
    assert plan.next is not None
    assert plan.next.kind is FollowUpKind.ESCALATE
    assert not [step for step in plan.steps if step.kind is FollowUpKind.RETRY]


def test_with_less_than_a_band_left_the_step_advises_to_escalate_now_and_says_the_chance() -> None:
    plan = make_plan(ending_in(6, seller=slow_seller(0.55)), now=NOW)
    assert plan.next is not None
    assert plan.next.kind is FollowUpKind.ESCALATE
    assert "take it to AliExpress now. The chance of an answer by" in plan.next.why


def test_six_days_left_and_a_seller_who_answers_in_time_means_wait_until_the_last_call() -> None:
    quick = SellerFacts(
        time_zone=ZoneInfo("Asia/Shanghai"), country="CN", response_rate=0.97, inquiry_volume="low"
    )
    plan = make_plan(ending_in(6, seller=quick), now=NOW)
    assert plan.stage is Stage.AWAITING_SELLER
    assert plan.next is not None
    assert NOW < plan.next.at <= (plan.escalate_by or NOW)


def test_last_safe_moment_to_write_leaves_a_whole_band_before_the_escalation() -> None:
    plan = make_plan(ending_in(30), now=NOW)
    assert plan.write_by is not None
    assert plan.escalate_by is not None
    band = get_profile("aliexpress").bands[BandCode.ONE_TO_THREE_DAYS].upper
    assert plan.escalate_by - plan.write_by >= band


def test_case_without_a_deadline_has_no_last_moment_to_write() -> None:
    assert make_plan(facts(order=OrderFacts()), now=NOW).write_by is None


def test_the_last_call_stands_at_the_last_safe_moment_in_every_unescalated_stage() -> None:
    for stage in (Stage.DRAFTING, Stage.AWAITING_SELLER, Stage.SELLER_REPLIED, Stage.RETRY_DUE):
        plan = make_plan(facts(stage=stage), now=NOW)
        last = [step for step in plan.steps if step.rung == "escalate:last"]
        assert [step.at for step in last] == [plan.escalate_by]


def test_unknown_deadline_still_ends_in_an_escalation_after_the_ladder() -> None:
    plan = make_plan(facts(order=OrderFacts()), now=NOW)
    assert plan.escalate_by is None
    assert plan.steps[-1].kind is FollowUpKind.ESCALATE


def test_question_before_buying_is_never_escalated() -> None:
    plan = make_plan(facts(order=None, issue="question"), now=NOW)
    assert not [step for step in plan.steps if step.kind is FollowUpKind.ESCALATE]


def test_question_unanswered_after_the_whole_ladder_asks_for_a_decision() -> None:
    attempts = tuple(
        AttemptFacts(channel="message_center", sent_at=NOW - days * DAY) for days in (9, 6, 3)
    )
    plan = make_plan(facts(order=None, issue="question", attempts=attempts), now=NOW)
    assert [step.kind for step in plan.steps] == [FollowUpKind.SETTLE_CHECK]


def test_dispute_is_not_proposed_before_the_marketplace_allows_it() -> None:
    shipped = NOW - 2 * DAY
    order = OrderFacts(shipped_at=shipped, protection_ends_at=NOW + 60 * DAY)
    attempts = tuple(
        AttemptFacts(channel="message_center", sent_at=NOW - days * DAY) for days in (1.9, 1.8, 1.7)
    )
    escalate = steps_of(facts(order=order, attempts=attempts), FollowUpKind.ESCALATE)[0]
    assert escalate.at >= shipped + 10 * DAY


def test_answered_case_waits_for_us_and_has_no_retry() -> None:
    attempts = (AttemptFacts(channel="message_center", sent_at=NOW - DAY, replied_at=NOW),)
    plan = make_plan(facts(attempts=attempts), now=NOW)
    assert plan.stage is Stage.SELLER_REPLIED
    assert not [step for step in plan.steps if step.kind is FollowUpKind.RETRY]


def test_settled_case_has_no_steps() -> None:
    assert make_plan(facts(stage=Stage.SETTLED), now=NOW).steps == ()


@pytest.mark.parametrize("kind", list(EscalationKind))
def test_escalated_case_is_looked_at_until_it_becomes_ours_again(kind: EscalationKind) -> None:
    escalation = EscalationFacts(kind=kind, opened_at=NOW)
    plan = make_plan(facts(stage=Stage.AWAITING_PLATFORM, escalations=(escalation,)), now=NOW)
    assert {step.kind for step in plan.steps} == {FollowUpKind.PLATFORM_CHECK}
    assert [step.becomes for step in plan.steps][-1] is Stage.ESCALATION_DUE


def test_warnings_count_down_to_the_end_of_protection() -> None:
    rungs = [step.rung for step in steps_of(ending_in(15), FollowUpKind.PROTECTION_WARNING)]
    assert rungs == ["protection_warning:7d", "protection_warning:1d"]


def test_case_opened_two_days_before_the_end_is_warned_only_of_what_is_ahead() -> None:
    plan_facts = ending_in(2, stage=Stage.DRAFTING, attempts=(), opened_at=NOW)
    rungs = [step.rung for step in steps_of(plan_facts, FollowUpKind.PROTECTION_WARNING)]
    assert rungs == ["protection_warning:1d"]


def test_after_protection_has_ended_the_claim_window_still_counts() -> None:
    plan = make_plan(ending_in(-2), now=NOW)
    assert plan.escalate_by is not None
    assert NOW < plan.escalate_by < NOW + 13 * DAY


@pytest.mark.parametrize("step_kind", [FollowUpKind.RETRY, FollowUpKind.PROTECTION_WARNING])
def test_nothing_comes_due_while_the_buyer_sleeps(step_kind: FollowUpKind) -> None:
    for step in steps_of(facts(), step_kind):
        assert 8 <= step.at.astimezone(MADRID).hour <= 21


def test_naive_moment_is_refused_by_name() -> None:
    naive = OrderFacts(protection_ends_at=datetime(2026, 12, 1))  # noqa: DTZ001
    with pytest.raises(FactsError, match=r"case\.order\.protection_ends_at: has no offset"):
        make_plan(facts(order=naive), now=NOW)


def test_message_from_the_future_is_refused_by_name() -> None:
    attempts = (AttemptFacts(channel="message_center", sent_at=NOW + DAY),)
    with pytest.raises(FactsError, match=r"attempts\[0\]\.sent_at: lies after now"):
        make_plan(facts(attempts=attempts), now=NOW)


def test_unknown_issue_is_refused_by_name() -> None:
    with pytest.raises(FactsError, match=r"case\.issue: 'moon' is not an issue of AliExpress"):
        make_plan(facts(issue="moon"), now=NOW)


moments = st.integers(0, 500 * 24).map(lambda hours: NOW + timedelta(hours=hours - 200 * 24))
zones = st.sampled_from(["Europe/Madrid", "America/New_York", "Pacific/Kiritimati", "UTC"])
stages = st.sampled_from(list(Stage))


@st.composite
def any_facts(draw: st.DrawFn) -> tuple[PlanFacts, datetime]:
    now = draw(moments)
    sent = sorted(now - timedelta(hours=h) for h in draw(st.lists(st.integers(0, 900), max_size=4)))
    attempts = tuple(
        AttemptFacts(
            channel="message_center", sent_at=at, replied_at=draw(st.sampled_from([None, now]))
        )
        for at in sent
    )
    order = draw(
        st.none()
        | st.builds(
            OrderFacts,
            shipped_at=st.none() | st.just(now - 20 * DAY),
            protection_ends_at=st.none()
            | st.integers(-40, 90).map(lambda days: now + timedelta(days=days)),
        )
    )
    escalations = draw(
        st.lists(
            st.builds(
                EscalationFacts, kind=st.sampled_from(list(EscalationKind)), opened_at=st.just(now)
            ),
            max_size=2,
        )
    )
    plan_facts = facts(
        stage=draw(stages),
        opened_at=now - 40 * DAY,
        order=order,
        attempts=attempts,
        escalations=tuple(escalations),
        buyer_time_zone=ZoneInfo(draw(zones)),
    )
    return plan_facts, now


@settings(max_examples=150, deadline=None)
@given(any_facts())
def test_any_valid_facts_give_one_plan_in_order_of_time(case: tuple[PlanFacts, datetime]) -> None:
    plan_facts, now = case
    plan = make_plan(plan_facts, now=now)
    assert plan == make_plan(plan_facts, now=now)
    assert [step.at for step in plan.steps] == sorted(step.at for step in plan.steps)
    assert len({step.rung for step in plan.steps}) == len(plan.steps)


@settings(max_examples=150, deadline=None)
@given(any_facts())
def test_no_retry_or_escalation_is_planned_after_the_last_safe_moment(
    case: tuple[PlanFacts, datetime],
) -> None:
    plan_facts, now = case
    plan = make_plan(plan_facts, now=now)
    if plan.escalate_by is None:
        return
    late = {
        step.kind
        for step in plan.steps
        if step.at > plan.escalate_by and step.kind is not FollowUpKind.PLATFORM_CHECK
    }
    assert late <= {FollowUpKind.PROTECTION_WARNING, FollowUpKind.SETTLE_CHECK}


@settings(max_examples=100, deadline=None)
@given(any_facts())
def test_the_seller_and_the_marketplace_always_have_a_step_that_ends_their_turn(
    case: tuple[PlanFacts, datetime],
) -> None:
    plan_facts, now = case
    plan = make_plan(plan_facts, now=now)
    if plan.stage in {Stage.AWAITING_SELLER, Stage.AWAITING_PLATFORM}:
        assert any(step.becomes for step in plan.scheduled)


def test_same_facts_a_week_later_give_the_plan_a_week_later() -> None:
    # Neither week has a public holiday or a change of clocks on either side, nor a sale.
    def shifted(weeks: int) -> list[tuple[str, datetime]]:
        shift = timedelta(weeks=weeks)
        base = facts(profile=replace(get_profile("aliexpress"), peaks=()))
        moved = replace(
            base,
            opened_at=base.opened_at + shift,
            order=OrderFacts(protection_ends_at=NOW + 30 * DAY + shift),
            attempts=tuple(replace(a, sent_at=a.sent_at + shift) for a in base.attempts),
        )
        return [(s.rung, s.at - shift) for s in make_plan(moved, now=NOW + shift).steps]

    assert shifted(-2) == shifted(-1)
