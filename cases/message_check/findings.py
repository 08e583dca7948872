"""What is known of a message, and what is found in it. Imports no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST_LETTERS = 1000


class CheckCode(StrEnum):
    """What a message is checked for; the first ones are asked of every message."""

    ORDER_NUMBER = "order_number"
    PROBLEM = "problem"
    WISH = "wish"
    DATE = "date"
    POLITE = "polite"
    EVIDENCE = "evidence"
    LENGTH = "length"
    LANGUAGE = "language"
    # Said only where they are not as they should be.
    AMOUNT = "amount"
    OTHER_NUMBER = "other_number"
    UNFILLED = "unfilled"
    ONE_THING = "one_thing"
    SHORT_SENTENCES = "short_sentences"
    INSULT = "insult"
    THREAT = "threat"
    SLANG = "slang"
    SHOUTING = "shouting"
    EMOJI = "emoji"
    OUTSIDE = "outside"
    PROMISE = "promise"


Figure = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """`is_good`: it is as it should be. The figures are what its sentence names."""

    code: CheckCode
    is_good: bool
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFacts:
    """What the message is about. Without an order number none is asked for.

    `reads` are the languages (codes) that the seller reads; `names` are texts of others in the
    message, like the items' titles, whose words are not the writer's.
    """

    order_numbers: tuple[str, ...] = ()
    tracking_numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    pictures: int = 0
    asks_pictures: bool = False
    is_partial: bool = False
    is_joint: bool = False
    to_marketplace: bool = False
    most_letters: int = MOST_LETTERS
