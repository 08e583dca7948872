"""The ladder of steps for each stage of a case: write again, escalate, warn. No Django."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from cases.ladder_reasons import (
    can_be_done_until,
    escalation_reason,
    if_silent_again,
    no_answer,
    retry_reason,
    take_it,
    warning,
)
from cases.outlook import Outlook
from cases.plan_facts import PlanFacts, PromiseFacts, Step
from cases.platform_steps import awaiting_platform
from cases.vocabulary import FollowUpKind, Ruling, Stage
from cases.waiting import Decision, Move, band_of, decide
from cases.waking import waking_time_before
from cases.windows import WindowState, windows_of
from languages.sentences import Sentence, joined, say

# How long a message may stay unwritten, and an answer unread, before somebody is asked.
DRAFT_MAY_REST = timedelta(days=2)
ANSWER_MAY_REST = timedelta(days=3)
WARN_BEFORE = (timedelta(days=7), timedelta(days=3), timedelta(days=1))
BEFORE_RULING_ENDS, AFTER_RULING_ENDS = timedelta(days=2), timedelta(days=1)
# Keys of the profile's windows.
DISPUTE_WINDOW = "dispute"
SUPPORT = "support"
OTHER_WAYS = ("payment_provider",)
BEFORE_WAY_CLOSES = timedelta(days=14)


def _drafting(outlook: Outlook) -> list[Step]:
    check = Step(
        kind=FollowUpKind.SETTLE_CHECK,
        rung="settle_check:draft",
        at=outlook.awake(outlook.facts.opened_at + DRAFT_MAY_REST),
        why=say("The first message is not written yet. Write it, or close the case."),
    )
    return [check, *_last_call(outlook), *_warnings(outlook)]


def _awaiting_seller(outlook: Outlook) -> list[Step]:
    decision = decide(outlook)
    steps = [*_last_call(outlook), *_warnings(outlook)]
    if decision.move is Move.WRITE_AGAIN:
        return [*_retries(outlook, decision), *steps]
    if outlook.can_escalate:
        return [_escalate_at(outlook, decision.at, escalation_reason(outlook, decision)), *steps]
    check = Step(
        kind=FollowUpKind.SETTLE_CHECK,
        rung="settle_check",
        at=decision.at,
        becomes=Stage.RETRY_DUE,
        why=joined(no_answer(outlook), say("Ask another seller, or write once more.")),
    )
    return [check, *steps]


def _retries(outlook: Outlook, decision: Decision) -> list[Step]:
    """The retry that is scheduled, those foreseen after it, and the escalation behind them."""
    channel = outlook.next_channel()
    steps = [
        Step(
            kind=FollowUpKind.RETRY,
            rung="retry",
            at=decision.at,
            channel=channel,
            becomes=Stage.RETRY_DUE,
            why=retry_reason(outlook, decision, channel),
        )
    ]
    end = outlook.good_hour_to_write(decision.next_expected.window_ends_at)
    for number in range(outlook.unanswered + 2, outlook.most_attempts + 1):
        if outlook.by is not None and end + band_of(outlook, decision.next_expected) > outlook.by:
            break
        is_last = number == outlook.most_attempts
        steps.append(
            Step(
                kind=FollowUpKind.RETRY,
                rung=f"retry:{number}",
                at=end,
                why=if_silent_again(number - 1, is_last),
                foreseen_only=True,
            )
        )
        following = outlook.forecast_of(sent_at=end, channel=channel or "")
        end = outlook.good_hour_to_write(following.window_ends_at)
    if not outlook.can_escalate:
        return steps
    why = say("No answer has come, and nothing more was written.")
    escalation = _escalate_at(outlook, end, joined(why, take_it(outlook)))
    # With a deadline the last call stands anyway: a message that nobody has sent yet is no reason
    # to escalate before it.
    return [*steps, replace(escalation, foreseen_only=outlook.by is not None)]


def _escalate_at(outlook: Outlook, at: datetime, why: Sentence) -> Step:
    """An escalation as near to `at` as the marketplace and the last safe moment allow."""
    opens = _dispute_opens_at(outlook.facts)
    if opens is not None and opens > at:
        at = opens
        why = joined(why, say("It can be opened from {when}.", when=outlook.said(opens)))
    if outlook.by is not None:
        at = min(at, outlook.by)
    return Step(
        kind=FollowUpKind.ESCALATE,
        rung="escalate",
        at=at,
        channel=_escalation_channel(outlook.facts),
        becomes=Stage.ESCALATION_DUE,
        why=why,
    )


def _escalation_channel(facts: PlanFacts) -> str | None:
    """The way that the playbook names for this issue's escalation."""
    is_support = facts.profile.issues[facts.issue].escalation == SUPPORT
    named = [
        code for step in facts.profile.ladder if step.kind == "escalate" for code in step.channels
    ]
    return next((code for code in named if (code == SUPPORT) == is_support), None)


def _dispute_opens_at(facts: PlanFacts) -> datetime | None:
    window = facts.profile.windows.get(DISPUTE_WINDOW)
    if window is None or facts.profile.issues[facts.issue].escalation != "dispute":
        return None
    order = facts.order
    if order is None or order.shipped_at is None or order.delivered_at or order.confirmed_at:
        return None
    return order.shipped_at + window.opens_after


def _last_call(outlook: Outlook) -> list[Step]:
    """The escalation at the last safe moment, whatever else happens before it."""
    if outlook.by is None or outlook.deadline is None or not outlook.can_escalate:
        return []
    return [
        Step(
            kind=FollowUpKind.ESCALATE,
            rung="escalate:last",
            at=outlook.by,
            channel=_escalation_channel(outlook.facts),
            becomes=Stage.ESCALATION_DUE,
            why=joined(
                say(
                    "This is the last safe moment: protection ends {when}.",
                    when=outlook.said(outlook.deadline),
                ),
                take_it(outlook),
            ),
        )
    ]


def _warnings(outlook: Outlook) -> list[Step]:
    """Those ahead, and the newest one passed since the last activity (it may not have fired yet)."""
    if outlook.deadline is None:
        return _closing_ways(outlook)
    steps = [
        Step(
            kind=FollowUpKind.PROTECTION_WARNING,
            rung=f"protection_warning:{before.days}d",
            at=waking_time_before(outlook.deadline - before, outlook.facts.buyer_time_zone),
            why=warning(outlook, before),
        )
        for before in WARN_BEFORE
    ]
    # At the last safe moment the last call says it already.
    steps = [step for step in steps if step.at != outlook.by]
    ahead = [step for step in steps if step.at > outlook.now]
    passed = [step for step in steps if outlook.last_activity < step.at <= outlook.now]
    return [*passed[-1:], *ahead, *_closing_ways(outlook)]


def _closing_ways(outlook: Outlook) -> list[Step]:
    """The ways beside the marketplace's own that close one day, told in time to prepare."""
    return [
        Step(
            kind=FollowUpKind.PROTECTION_WARNING,
            rung=f"window:{way.code}:closes",
            at=outlook.awake(way.closes_at - BEFORE_WAY_CLOSES),
            why=can_be_done_until(outlook, way.label, way.closes_at),
        )
        for way in windows_of(outlook.facts, now=outlook.now)
        if way.code in OTHER_WAYS
        and way.closes_at is not None
        and outlook.now < way.closes_at - BEFORE_WAY_CLOSES
    ]


def _seller_replied(outlook: Outlook) -> list[Step]:
    answers = [a.replied_at for a in outlook.facts.attempts if a.replied_at]
    answered_at = max(answers, default=outlook.last_activity)
    promise = _standing_promise(outlook)
    if promise is not None:
        check = _promise_check(outlook, promise)
    else:
        check = Step(
            kind=FollowUpKind.SETTLE_CHECK,
            rung="settle_check:answer",
            at=outlook.awake(answered_at + ANSWER_MAY_REST),
            why=joined(
                say("The seller answered {when}.", when=outlook.said(answered_at)),
                say("Settle the case if that solves it, or write back."),
            ),
        )
    return [check, *_last_call(outlook), *_warnings(outlook)]


def _standing_promise(outlook: Outlook) -> PromiseFacts | None:
    """The newest promise, if it was made since the last message."""
    newest = max(outlook.facts.promises, key=lambda promise: promise.made_at, default=None)
    written = max((a.sent_at for a in outlook.facts.attempts), default=None)
    if newest is None or (written is not None and written > newest.made_at):
        return None
    return newest


def _promise_check(outlook: Outlook, promise: PromiseFacts) -> Step:
    """When the promise is to be looked at: on its date, or at once if that is too late."""
    made, quote = outlook.said(promise.made_at), promise.quote
    at = outlook.awake(promise.until)
    why = say(
        "On {made} they wrote '{quote}'. Look whether it came true; if not, write again or take it "
        "further.",
        made=made,
        quote=quote,
    )
    if outlook.by is not None and outlook.can_escalate and promise.until > outlook.by:
        at = outlook.awake(promise.made_at)
        why = say(
            "On {made} they wrote '{quote}': that is {until}, after the last safe day, {by}. Do "
            "not wait for it: take it to {support} before.",
            made=made,
            quote=quote,
            until=outlook.said(promise.until),
            by=outlook.said(outlook.by),
            support=outlook.support,
        )
    return Step(
        kind=FollowUpKind.SETTLE_CHECK,
        rung=f"settle_check:promise:{promise.until:%Y-%m-%d}",
        at=at,
        why=why,
    )


def _escalation_due(outlook: Outlook) -> list[Step]:
    if _newest_ruling(outlook) is not None:
        return _after_ruling(outlook)
    steps = [*_last_call(outlook), *_warnings(outlook)]
    if outlook.facts.attempts and not outlook.facts.escalations:
        steps += [s for s in _awaiting_seller(outlook) if s.rung == "escalate"]
    return steps


def _newest_ruling(outlook: Outlook) -> Ruling | None:
    newest = max(outlook.facts.escalations, key=lambda e: e.opened_at, default=None)
    return newest.ruling if newest is not None else None


def _after_ruling(outlook: Outlook) -> list[Step]:
    """What is left once the marketplace has decided, each way told in time before it closes."""
    ways = {way.code: way for way in windows_of(outlook.facts, now=outlook.now)}
    is_return = _newest_ruling(outlook) is Ruling.RETURN_FIRST
    codes = ("return_parcel",) if is_return else ("appeal",)
    steps = [
        Step(
            kind=FollowUpKind.PROTECTION_WARNING,
            rung=f"window:{code}:closes",
            at=waking_time_before(
                way.closes_at - BEFORE_RULING_ENDS, outlook.facts.buyer_time_zone
            ),
            why=can_be_done_until(outlook, way.label, way.closes_at),
        )
        for code in codes
        if (way := ways.get(code)) is not None
        and way.closes_at is not None
        and way.state is WindowState.OPEN
    ]
    ends = [ways[code].closes_at for code in codes if code in ways]
    last = max((end for end in ends if end is not None), default=outlook.last_activity)
    why = say("The time to appeal is over. Settle the case, or go on outside the marketplace.")
    if is_return:
        why = say("Look whether the return has arrived and the money is on its way.")
    check = Step(
        kind=FollowUpKind.SETTLE_CHECK,
        rung="settle_check:ruling",
        at=outlook.awake(last + AFTER_RULING_ENDS),
        why=why,
    )
    return [*steps, check, *_closing_ways(outlook)]


STEPS_OF_STAGE: dict[Stage, Callable[[Outlook], list[Step]]] = {
    Stage.DRAFTING: _drafting,
    Stage.AWAITING_SELLER: _awaiting_seller,
    Stage.RETRY_DUE: _awaiting_seller,
    Stage.SELLER_REPLIED: _seller_replied,
    Stage.ESCALATION_DUE: _escalation_due,
    Stage.AWAITING_PLATFORM: awaiting_platform,
}
