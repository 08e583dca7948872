"""The closed sets of words that cases, plans and the sweep share. Imports no Django."""

from enum import StrEnum


class Stage(StrEnum):
    DRAFTING = "drafting"
    AWAITING_SELLER = "awaiting_seller"
    SELLER_REPLIED = "seller_replied"
    RETRY_DUE = "retry_due"
    ESCALATION_DUE = "escalation_due"
    AWAITING_PLATFORM = "awaiting_platform"
    SETTLED = "settled"


class Turn(StrEnum):
    OURS = "ours"
    SELLER = "seller"
    MARKETPLACE = "marketplace"
    NOBODY = "nobody"


TURN_OF_STAGE: dict[Stage, Turn] = {
    Stage.DRAFTING: Turn.OURS,
    Stage.AWAITING_SELLER: Turn.SELLER,
    Stage.SELLER_REPLIED: Turn.OURS,
    Stage.RETRY_DUE: Turn.OURS,
    Stage.ESCALATION_DUE: Turn.OURS,
    Stage.AWAITING_PLATFORM: Turn.MARKETPLACE,
    Stage.SETTLED: Turn.NOBODY,
}

OPEN_STAGES = tuple(stage for stage in Stage if stage is not Stage.SETTLED)
OUR_STAGES = tuple(stage for stage, turn in TURN_OF_STAGE.items() if turn is Turn.OURS)


class Outcome(StrEnum):
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    REPLACED = "replaced"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LOST = "lost"


class FollowUpKind(StrEnum):
    RETRY = "retry"
    ESCALATE = "escalate"
    PROTECTION_WARNING = "protection_warning"
    PLATFORM_CHECK = "platform_check"
    SETTLE_CHECK = "settle_check"
    OWN = "own"


class Ruling(StrEnum):
    """What the marketplace decided."""

    FOR_US = "for_us"
    PARTLY = "partly"
    AGAINST = "against"
    RETURN_FIRST = "return_first"


class EscalationKind(StrEnum):
    DISPUTE = "dispute"
    SUPPORT = "support"
    APPEAL = "appeal"
