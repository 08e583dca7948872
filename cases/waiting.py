"""How long a message is waited for, and what comes then: the judgement of the plan. No Django.

What a buyer loses is, in this order: money (a deadline passed), days, needless messages, needless
escalations. So the deadlines bound everything, and before them the chance that an answer still comes
decides: writing again costs little, and is due when an answer within one more working day has become
unlikely; taking it to the marketplace costs more, so it takes a chance that is lower still.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from cases.outlook import BETWEEN_MESSAGES, Outlook
from sellers.forecast import Forecast

# An answer within one more working day, to any message, is less likely than this: stop waiting and
# escalate. So a day of waiting costs as much as this part of a needless escalation.
WORTH_HOLDING_BACK = 0.035
# A seller who answers fewer than this share of messages is not written to again.
WORTH_ANOTHER_MESSAGE = 0.2
# With less room than one band: wait all the same for an answer that comes in time this likely. The
# last call stands at the last safe moment anyway, so what is risked is the person who acts late.
WORTH_THE_RISK = 0.3


class Move(Enum):
    WRITE_AGAIN = "write again"
    ESCALATE = "escalate"
    # The last message stays unanswered too, and nothing but the marketplace is left.
    LADDER_SPENT = "ladder spent"
    # Waiting for the answer would pass the last safe moment.
    NO_TIME_TO_WAIT = "no time to wait"
    # One more message would leave no room before the last safe moment.
    NO_TIME_TO_WRITE = "no time to write"
    # The seller is probably mute.
    SELLER_IS_MUTE = "seller is mute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    move: Move
    at: datetime
    # Of the message that is waited for, and of the next one if it were sent then.
    expected: Forecast
    next_expected: Forecast


def decide(outlook: Outlook) -> Decision:
    """What follows when the last message stays unanswered. Needs a message."""
    last = outlook.facts.attempts[-1]
    expected = outlook.forecast_of(sent_at=last.sent_at, channel=last.channel)
    quiet = max(expected.window_ends_at, last.sent_at + BETWEEN_MESSAGES)
    write_at = outlook.good_hour_to_write(quiet)
    following = outlook.forecast_of(
        sent_at=write_at, channel=outlook.next_channel() or last.channel
    )
    move = _move(outlook, expected, following, write_at)
    at = write_at
    if move is Move.NO_TIME_TO_WAIT:
        at = last.sent_at
    elif move in {Move.LADDER_SPENT, Move.SELLER_IS_MUTE, Move.NO_TIME_TO_WRITE}:
        held = expected.quiet_at(WORTH_HOLDING_BACK, earlier=_still_open(outlook))
        at = outlook.awake(max(quiet, held))
        if outlook.by is not None and outlook.can_escalate:
            at = min(at, outlook.by)
    return Decision(move=move, at=at, expected=expected, next_expected=following)


def _still_open(outlook: Outlook) -> list[datetime]:
    """When the messages before the last were sent that may be answered still."""
    attempts = outlook.facts.attempts
    return [a.sent_at for a in attempts[len(attempts) - outlook.unanswered : -1]]


def _move(outlook: Outlook, expected: Forecast, following: Forecast, write_at: datetime) -> Move:
    if outlook.can_escalate and outlook.by is not None:
        if (
            has_less_than_a_band(outlook, expected)
            and expected.probability_at(outlook.by) < WORTH_THE_RISK
        ):
            return Move.NO_TIME_TO_WAIT
        if write_at + band_of(outlook, following) > outlook.by:
            return Move.NO_TIME_TO_WRITE
    if outlook.unanswered >= outlook.most_attempts:
        return Move.LADDER_SPENT
    if outlook.can_escalate and following.reply_probability < WORTH_ANOTHER_MESSAGE:
        return Move.SELLER_IS_MUTE
    return Move.WRITE_AGAIN


def has_less_than_a_band(outlook: Outlook, expected: Forecast) -> bool:
    """Whether no whole response band fits between the last message and the last safe moment."""
    last = outlook.facts.attempts[-1]
    return outlook.by is not None and last.sent_at + band_of(outlook, expected) > outlook.by


def band_of(outlook: Outlook, expected: Forecast) -> timedelta:
    """The length of the message's response band: less room than this is no room to wait."""
    return outlook.facts.profile.bands[expected.band].upper
