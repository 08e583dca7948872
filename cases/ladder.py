"""The ladder of steps for each stage of a case: write again, escalate, warn, check. No Django."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from cases.plan_facts import PlanFacts, Step
from cases.vocabulary import EscalationKind, FollowUpKind, Stage
from cases.waking import waking_time_after, waking_time_before
from sellers.forecast import Forecast, Observation, forecast
from sellers.profiles import Profile

# How long a message may stay unwritten, and an answer unread, before somebody is asked.
DRAFT_MAY_REST = timedelta(days=2)
ANSWER_MAY_REST = timedelta(days=3)
WARN_BEFORE = (timedelta(days=7), timedelta(days=3), timedelta(days=1))
# Keys of the profile's windows.
DISPUTE_WINDOW = "dispute"
SELLER_ANSWERS_WINDOW = "seller_answers_dispute"
PLATFORM_WINDOW = "platform_steps_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The facts with what follows from them at once: the deadline and the last safe moment."""

    facts: PlanFacts
    now: datetime
    deadline: datetime | None
    by: datetime | None

    @property
    def support(self) -> str:
        return self.facts.profile.support_name

    @property
    def can_escalate(self) -> bool:
        return self.facts.order is not None

    @property
    def last_activity(self) -> datetime:
        return max([self.facts.opened_at, *(a.sent_at for a in self.facts.attempts)])

    @property
    def unanswered(self) -> int:
        """Messages since the seller's last answer."""
        return sum(1 for _ in takewhile(lambda a: not a.replied_at, reversed(self.facts.attempts)))

    def awake(self, moment: datetime) -> datetime:
        return waking_time_after(moment, self.facts.buyer_time_zone)

    def said(self, moment: datetime) -> str:
        """'Tue 1 Dec, 14:00' on the buyer's clock."""
        local = moment.astimezone(self.facts.buyer_time_zone)
        return f"{local:%a} {local.day} {local:%b, %H:%M}"

    def forecast_of(self, *, sent_at: datetime, channel: str) -> Forecast:
        earlier = [
            Observation(
                channel=a.channel,
                sent_at=a.sent_at,
                replied_at=a.replied_at,
                observed_until=sent_at,
            )
            for a in self.facts.attempts
            if a.sent_at < sent_at and (a.replied_at is None or a.replied_at <= sent_at)
        ]
        return forecast(
            sent_at=sent_at,
            channel=channel,
            seller=self.facts.seller,
            buyer_time_zone=self.facts.buyer_time_zone,
            profile=self.facts.profile,
            history=[*self.facts.history, *earlier],
        )

    def next_channel(self) -> str | None:
        """Another channel before the same one again, in the order of the playbook."""
        used = [attempt.channel for attempt in self.facts.attempts]
        offered = [
            code
            for step in self.facts.profile.ladder
            if step.kind == "retry"
            for code in step.channels
        ]
        if not offered:
            return used[-1] if used else None
        return min(dict.fromkeys(offered), key=lambda code: (used.count(code), offered.index(code)))

    @property
    def most_attempts(self) -> int:
        return 1 + sum(step.kind == "retry" for step in self.facts.profile.ladder)


def _drafting(outlook: Outlook) -> list[Step]:
    check = Step(
        kind=FollowUpKind.SETTLE_CHECK,
        rung="settle_check:draft",
        at=outlook.awake(outlook.facts.opened_at + DRAFT_MAY_REST),
        why="The first message is not written yet. Write it, or close the case.",
    )
    return [check, *_last_call(outlook), *_warnings(outlook)]


def _awaiting_seller(outlook: Outlook) -> list[Step]:
    last = outlook.facts.attempts[-1]
    expected = outlook.forecast_of(sent_at=last.sent_at, channel=last.channel)
    due = outlook.awake(expected.window_ends_at)
    steps = [*_last_call(outlook), *_warnings(outlook)]
    if outlook.can_escalate and outlook.by is not None and due > outlook.by:
        return [_escalate_without_waiting(outlook, expected), *steps]
    if outlook.unanswered >= outlook.most_attempts:
        return [_ladder_spent(outlook, due), *steps]
    band = outlook.facts.profile.bands[expected.band].upper
    if outlook.can_escalate and outlook.by is not None and due + band > outlook.by:
        why = (
            f"No answer by {outlook.said(due)}, and another message would leave no room before "
            f"the last safe moment on {outlook.said(outlook.by)}. Take it to {outlook.support}."
        )
        return [_escalate_at(outlook, due, why), *steps]
    return [*_retries(outlook, expected, due), *steps]


def _retries(outlook: Outlook, expected: Forecast, due: datetime) -> list[Step]:
    """The retry that is scheduled, those foreseen after it, and the escalation behind them."""
    channel = outlook.next_channel()
    steps = [
        Step(
            kind=FollowUpKind.RETRY,
            rung="retry",
            at=due,
            channel=channel,
            becomes=Stage.RETRY_DUE,
            why=_retry_reason(outlook, expected, channel),
        )
    ]
    at = due
    band = outlook.facts.profile.bands[expected.band].upper
    for number in range(outlook.unanswered + 2, outlook.most_attempts + 1):
        following = outlook.awake(
            outlook.forecast_of(sent_at=at, channel=channel or "").window_ends_at
        )
        if outlook.by is not None and following + band > outlook.by:
            break
        at = following
        steps.append(
            Step(
                kind=FollowUpKind.RETRY,
                rung=f"retry:{number}",
                at=at,
                why=f"If message {number - 1} is not answered either, write once more.",
                foreseen_only=True,
            )
        )
    end = outlook.awake(outlook.forecast_of(sent_at=at, channel=channel or "").window_ends_at)
    if not outlook.can_escalate:
        return steps
    why = f"If no answer has come by then, take it to {outlook.support}."
    return [*steps, _escalate_at(outlook, end, why)]


def _retry_reason(outlook: Outlook, expected: Forecast, channel: str | None) -> str:
    profile = outlook.facts.profile
    through = f" through {profile.channels[channel].name}" if channel else ""
    return (
        f"80 % of the answers of sellers like this come by {outlook.said(expected.p80)}; "
        f"none has come. Write again{through}."
    )


def _ladder_spent(outlook: Outlook, at: datetime) -> Step:
    sent = outlook.unanswered
    if outlook.can_escalate:
        why = f"No answer to {sent} messages. Take it to {outlook.support}."
        return _escalate_at(outlook, at, why)
    return Step(
        kind=FollowUpKind.SETTLE_CHECK,
        rung="settle_check",
        at=at,
        becomes=Stage.RETRY_DUE,
        why=f"No answer to {sent} messages. Ask another seller, or write once more.",
    )


def _escalate_without_waiting(outlook: Outlook, expected: Forecast) -> Step:
    assert outlook.by is not None  # noqa: S101  (asked by the caller)
    why = (
        f"Waiting for the answer until {outlook.said(expected.window_ends_at)} would pass the last "
        f"safe moment, {outlook.said(outlook.by)}. Take it to {outlook.support} now."
    )
    return _escalate_at(outlook, outlook.last_activity, why)


def _escalate_at(outlook: Outlook, at: datetime, why: str) -> Step:
    """An escalation as near to `at` as the marketplace and the last safe moment allow."""
    opens = _dispute_opens_at(outlook.facts)
    if opens is not None and opens > at:
        at = opens
        why = f"{why} It can be opened from {outlook.said(opens)}."
    if outlook.by is not None:
        at = min(at, outlook.by)
    return Step(
        kind=FollowUpKind.ESCALATE,
        rung="escalate",
        at=at,
        channel=outlook.facts.profile.issues[outlook.facts.issue].escalation,
        becomes=Stage.ESCALATION_DUE,
        why=why,
    )


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
            channel=outlook.facts.profile.issues[outlook.facts.issue].escalation,
            becomes=Stage.ESCALATION_DUE,
            why=(
                f"This is the last safe moment: protection ends {outlook.said(outlook.deadline)}. "
                f"Take it to {outlook.support}."
            ),
        )
    ]


def _warnings(outlook: Outlook) -> list[Step]:
    """Those ahead, and the newest one passed since the last activity (it may not have fired yet)."""
    if outlook.deadline is None:
        return []
    steps = [
        Step(
            kind=FollowUpKind.PROTECTION_WARNING,
            rung=f"protection_warning:{before.days}d",
            at=waking_time_before(outlook.deadline - before, outlook.facts.buyer_time_zone),
            why=(
                f"Protection ends {outlook.said(outlook.deadline)}. "
                f"After that the money can no longer be claimed through {outlook.support}."
            ),
        )
        for before in WARN_BEFORE
    ]
    # At the last safe moment the last call says it already.
    steps = [step for step in steps if step.at != outlook.by]
    ahead = [step for step in steps if step.at > outlook.now]
    passed = [step for step in steps if outlook.last_activity < step.at <= outlook.now]
    return [*passed[-1:], *ahead]


def _seller_replied(outlook: Outlook) -> list[Step]:
    answers = [a.replied_at for a in outlook.facts.attempts if a.replied_at]
    answered_at = max(answers, default=outlook.last_activity)
    check = Step(
        kind=FollowUpKind.SETTLE_CHECK,
        rung="settle_check:answer",
        at=outlook.awake(answered_at + ANSWER_MAY_REST),
        why=(
            f"The seller answered {outlook.said(answered_at)}. Settle the case if that solves it, "
            "or write back."
        ),
    )
    return [check, *_last_call(outlook), *_warnings(outlook)]


def _escalation_due(outlook: Outlook) -> list[Step]:
    steps = [*_last_call(outlook), *_warnings(outlook)]
    if outlook.facts.attempts and not outlook.facts.escalations:
        steps += [s for s in _awaiting_seller(outlook) if s.rung == "escalate"]
    return steps


def _awaiting_platform(outlook: Outlook) -> list[Step]:
    escalation = max(outlook.facts.escalations, key=lambda e: e.opened_at)
    checks = platform_checks(outlook.facts.profile, escalation.kind)
    last = len(checks) - 1
    return [
        Step(
            kind=FollowUpKind.PLATFORM_CHECK,
            rung=f"platform_check:{index + 1}",
            at=outlook.awake(escalation.opened_at + after),
            why=why,
            becomes=Stage.ESCALATION_DUE if index == last else None,
        )
        for index, (after, why) in enumerate(checks)
    ]


def platform_checks(profile: Profile, kind: EscalationKind) -> list[tuple[timedelta, str]]:
    """When to look at an escalation after it was opened, and why; the last is ours to take on."""
    name = profile.support_name
    overdue = f"No result is noted. Ask {name} again, or note what was decided."
    if kind is EscalationKind.SUPPORT:
        return [
            (timedelta(days=2), f"{name} usually answers within two days. Look for the answer."),
            (timedelta(days=7), overdue),
        ]
    if kind is EscalationKind.APPEAL:
        return [
            (timedelta(days=7), "An appeal is answered in five working days. Look for the result."),
            (timedelta(days=14), overdue),
        ]
    seller = _closes_after(profile, SELLER_ANSWERS_WINDOW, timedelta(days=5))
    platform = _opens_after(profile, PLATFORM_WINDOW, timedelta(days=7))
    return [
        (seller, "The seller's time to answer the dispute is over. Look at what they offer."),
        (platform, f"{name} steps in now. Have the evidence ready: it may be asked for."),
        (platform + timedelta(days=8), "Most disputes are decided by now. Look for the result."),
        (timedelta(days=30), overdue),
    ]


def _closes_after(profile: Profile, code: str, otherwise: timedelta) -> timedelta:
    window = profile.windows.get(code)
    return window.closes_after if window and window.closes_after else otherwise


def _opens_after(profile: Profile, code: str, otherwise: timedelta) -> timedelta:
    window = profile.windows.get(code)
    return window.opens_after if window and window.opens_after else otherwise


STEPS_OF_STAGE: dict[Stage, Callable[[Outlook], list[Step]]] = {
    Stage.DRAFTING: _drafting,
    Stage.AWAITING_SELLER: _awaiting_seller,
    Stage.RETRY_DUE: _awaiting_seller,
    Stage.SELLER_REPLIED: _seller_replied,
    Stage.ESCALATION_DUE: _escalation_due,
    Stage.AWAITING_PLATFORM: _awaiting_platform,
}
