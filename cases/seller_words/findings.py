"""What can be found in a seller's message. Imports no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PromiseKind(StrEnum):
    WAIT = "wait"
    SHIP = "ship"
    RESEND = "resend"
    REFUND = "refund"
    ANSWER = "answer"


class FlagCode(StrEnum):
    CLOSE_DISPUTE = "close_dispute"
    AVOID_DISPUTE = "avoid_dispute"
    CONFIRM_RECEIPT = "confirm_receipt"
    OUTSIDE = "outside"
    MORE_MONEY = "more_money"
    PRAISE_FIRST = "praise_first"
    WRONG_REASON = "wrong_reason"
    STALL = "stall"


REASONS: Mapping[FlagCode, str] = {
    FlagCode.CLOSE_DISPUTE: "The seller asks you to close the dispute. It often cannot be opened again.",
    FlagCode.AVOID_DISPUTE: "The seller asks you not to open a dispute. The time to open one runs on.",
    FlagCode.CONFIRM_RECEIPT: "The seller asks you to confirm receipt. That pays them and ends your protection.",
    FlagCode.OUTSIDE: "The seller wants to pay or talk outside the marketplace, where it cannot help you.",
    FlagCode.MORE_MONEY: "The seller asks for more money than you agreed to.",
    FlagCode.PRAISE_FIRST: "The seller asks for a good rating before the problem is solved.",
    FlagCode.WRONG_REASON: "The seller asks you to cancel with a reason that is not true. It can cost you the refund.",
    FlagCode.STALL: "The seller asks you to wait still longer.",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """`until` is in UTC: the end of the seller's working day, the latest of several dates."""

    kind: PromiseKind
    quote: str
    until: datetime


@dataclass(frozen=True, slots=True)
class RedFlag:
    code: FlagCode
    quote: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReading:
    """What is in a message. `automatic_quote` is the sentence that showed an automatic reply."""

    is_automatic: bool
    automatic_quote: str
    promise: Promise | None
    red_flags: tuple[RedFlag, ...]
