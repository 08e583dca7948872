"""Marketplaces are data: what a profile file of sellers/marketplaces/ says. Imports no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from languages.sentences import Sentence, say
from sellers.calendar import Hours, Peak
from sellers.drawings import Drawing

NOTHING = say("")
PROFILE_DIR = Path(__file__).with_name("marketplaces")


class BandCode(StrEnum):
    """The three expected response bands of the contract."""

    WITHIN_24H = "within_24h"
    ONE_TO_THREE_DAYS = "1_to_3_days"
    UP_TO_FIVE_DAYS = "up_to_5_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure was read and the day on which it was true."""

    text: Sentence
    read_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    code: BandCode
    label: Sentence
    upper: timedelta
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to write: where the button is, and the page that opens it.

    `url` holds {order}, {item} or {store}; `url_for` fills it or gives None where a fact is missing.
    `speed` multiplies the expected reply time (live chat is quicker than mail: below 1).
    `opens` names the kinds of escalation that begin there.
    """

    code: str
    name: Sentence
    where: Sentence
    url: str
    speed: float
    reaches: str  # 'seller' or 'marketplace'
    # How long a message may be and still be read at once; an estimate, no limit.
    advised_letters: int = 1000
    source: Source
    opens: tuple[str, ...] = ()
    drawing: Drawing | None = None

    def url_for(self, *, order: str = "", item: str = "", store: str = "") -> str | None:
        facts = {"order": order, "item": item, "store": store}
        needed = [name for name in facts if "{" + name + "}" in self.url]
        if not self.url or any(not facts[name] for name in needed):
            return None
        address = self.url
        for name in needed:
            address = address.replace("{" + name + "}", facts[name])
        return address


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A kind of trouble: what to ask first, what to gather, how it is taken to the marketplace."""

    code: str
    label: Sentence
    first_ask: Sentence
    evidence: tuple[Sentence, ...]
    escalation: str  # the rung of the ladder to escalate to: 'dispute' or 'support'
    needs_order: bool
    # The parcel may still come: asking for a longer protection helps.
    waits_for_parcel: bool
    sources: tuple[Source, ...]


class StartsAt(StrEnum):
    """The moment of an order (or escalation) from which a window counts."""

    PLACED = "placed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    PROTECTION_END = "protection_end"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_ENDED = "dispute_ended"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A rule of time: opens so long after `starts`, closes so long after `closes_from`.

    Both may be below zero: so long before. `needs` says in words what must be there.
    """

    code: str
    label: Sentence
    starts: StartsAt
    opens_after: timedelta
    closes_after: timedelta | None
    closes_from: StartsAt
    source: Source
    needs: Sentence = NOTHING
    one_shot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """What happens after an escalation of a kind: who does it, and until or from when.

    The moment is an edge ('opens' or 'closes') of a window, or so long after `starts`; None where
    no time is published.
    """

    kind: str  # 'dispute', 'support' or 'appeal'
    who: str  # 'seller', 'marketplace' or 'you'
    text: Sentence
    window: str
    edge: str
    starts: StartsAt
    after: timedelta | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """A rung of the playbook: 'retry' through a channel, or an escalation of a kind."""

    kind: str  # 'retry' | 'escalate' | 'appeal'
    label: Sentence
    channels: tuple[str, ...]
    one_shot: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UsualWeek:
    """Hours that some of the marketplace's sellers work, and which part of them does."""

    name: str
    part: float
    hours: Hours  # 'mon' … 'sun'; None: does not work that day


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualSeller:
    """What is taken for a seller of whom nothing is known."""

    country: str
    time_zone: ZoneInfo
    # The most usual one first; the parts add up to 1.
    weeks: tuple[UsualWeek, ...]
    response_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """How a parcel's number is recognised (a regular expression), and where it is followed."""

    code: str
    name: str
    pattern: str
    url: str  # holds {number}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """One of the checks of a seller before buying: where to look, how much it counts, its figures."""

    where: Sentence
    weight: float
    # Whether a bad finding alone is a reason not to buy.
    decides: bool
    figures: Mapping[str, float]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerChecks:
    """The rules by the check's code, and what makes of the findings an advice."""

    rules: Mapping[str, CheckRule]
    # What the marketplace itself marks good stores with.
    badges: tuple[Sentence, ...]
    # Below this share of what counts being known, the answer is 'unknown'.
    known_share: float
    good_from: float
    avoid_below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    code: str
    name: Sentence
    support_name: Sentence
    clock: ZoneInfo
    checked_on: date
    protection_days: int
    protection_source: Source
    # Whether the buyer gives protection up by confirming receipt before it has run out.
    confirming_ends_it: bool
    # Room that escalate_by leaves before the protection deadline for a person to act.
    safety_margin: timedelta
    bands: Mapping[BandCode, Band]
    usual_seller: UsualSeller
    channels: Mapping[str, Channel]
    issues: Mapping[str, Issue]
    windows: Mapping[str, Window]
    ladder: tuple[LadderStep, ...]
    carriers: tuple[Carrier, ...]
    # 'order', 'tracking', 'item', 'store', 'messages', 'dispute', 'support', … with {order}, {item}, {store}
    links: Mapping[str, str]
    order_number_pattern: str
    checks: SellerChecks
    # Sale seasons in which sellers answer more slowly.
    peaks: tuple[Peak, ...] = ()
    # What the marketplace, the seller and the buyer do once it has the case.
    afterwards: tuple[Afterwards, ...] = ()

    def speed_on(self, channel: str) -> float:
        """How long answers take there, against the usual; 1 where the profile doesn't know it."""
        known = self.channels.get(channel)
        return known.speed if known is not None else 1.0

    def channel_that_opens(self, kind: str) -> Channel | None:
        """Where an escalation of that kind begins."""
        return next((c for c in self.channels.values() if kind in c.opens), None)

    def link(self, name: str, *, order: str = "", item: str = "", store: str = "") -> str | None:
        """The marketplace's page of that name, or None where the profile or a fact lacks it."""
        template = self.links.get(name, "")
        facts = {"order": order, "item": item, "store": store}
        if not template or any("{" + k + "}" in template and not v for k, v in facts.items()):
            return None
        for key, value in facts.items():
            template = template.replace("{" + key + "}", value)
        return template


class ProfileError(ValueError):
    """A profile file is wrong: names the file, the key and the reason."""


@cache
def load_profiles() -> Mapping[str, Profile]:
    """Every profile of sellers/marketplaces/, by code, read once a process; raise ProfileError."""
    from sellers.profile_file import read_profile  # it needs the classes above

    return {path.stem: read_profile(path) for path in sorted(PROFILE_DIR.glob("*.toml"))}


def get_profile(code: str) -> Profile:
    """The profile of that code; raise KeyError where there is none."""
    return load_profiles()[code]
