"""The steps of a case that the marketplace has: look for its decision, then for the money. No Django."""

from datetime import datetime, timedelta

from cases.outlook import Outlook
from cases.plan_facts import Step
from cases.vocabulary import EscalationKind, FollowUpKind, Stage
from languages.sentences import Sentence, say
from sellers.profiles import Profile

# Money back: 3 to 20 business days (help copies of 2018 to 2024, which differ).
MONEY_TAKES = (timedelta(days=14), timedelta(days=28))
# Keys of the profile's windows.
SELLER_ANSWERS_WINDOW = "seller_answers_dispute"
PLATFORM_WINDOW = "platform_steps_in"


def awaiting_platform(outlook: Outlook) -> list[Step]:
    """When to look at the escalation, or for the money once it was decided for us."""
    escalation = max(outlook.facts.escalations, key=lambda e: e.opened_at)
    if escalation.decided_at is not None:
        return _money_is_due(outlook, escalation.decided_at)
    checks = _platform_checks(outlook.facts.profile, escalation.kind)
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


def _platform_checks(profile: Profile, kind: EscalationKind) -> list[tuple[timedelta, Sentence]]:
    """When to look at an escalation after it was opened, and why; the last is ours to take on."""
    name = profile.support_name
    overdue = say(
        "No result is noted. Ask {support} again, or note what was decided.", support=name
    )
    if kind is EscalationKind.SUPPORT:
        return [
            (
                timedelta(days=2),
                say(
                    "{support} usually answers within two days. Look for the answer.", support=name
                ),
            ),
            (timedelta(days=7), overdue),
        ]
    if kind is EscalationKind.APPEAL:
        return [
            (
                timedelta(days=7),
                say("An appeal is answered in five working days. Look for the result."),
            ),
            (timedelta(days=14), overdue),
        ]
    seller = _closes_after(profile, SELLER_ANSWERS_WINDOW, timedelta(days=5))
    platform = _opens_after(profile, PLATFORM_WINDOW, timedelta(days=7))
    return [
        (seller, say("The seller's time to answer the dispute is over. Look at what they offer.")),
        (
            platform,
            say(
                "{support} steps in now. Have the evidence ready: it may be asked for.",
                support=name,
            ),
        ),
        (
            platform + timedelta(days=8),
            say("Most disputes are decided by now. Look for the result."),
        ),
        (timedelta(days=30), overdue),
    ]


def _closes_after(profile: Profile, code: str, otherwise: timedelta) -> timedelta:
    window = profile.windows.get(code)
    return window.closes_after if window and window.closes_after else otherwise


def _opens_after(profile: Profile, code: str, otherwise: timedelta) -> timedelta:
    window = profile.windows.get(code)
    return window.opens_after if window and window.opens_after else otherwise


def _money_is_due(outlook: Outlook, decided_at: datetime) -> list[Step]:
    """Decided for us: the money takes its days, and then somebody asks for it."""
    name = outlook.support
    first, last = MONEY_TAKES
    return [
        Step(
            kind=FollowUpKind.PLATFORM_CHECK,
            rung="platform_check:money",
            at=outlook.awake(decided_at + first),
            why=say(
                "{support} decided for you. Look whether the money has come; it can take longer.",
                support=name,
            ),
        ),
        Step(
            kind=FollowUpKind.PLATFORM_CHECK,
            rung="platform_check:money overdue",
            at=outlook.awake(decided_at + last),
            why=say(
                "The money should be there by now. If it is not, ask {support}, with the decision.",
                support=name,
            ),
            becomes=Stage.ESCALATION_DUE,
        ),
    ]
