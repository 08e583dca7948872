"""When Buyer Protection ends where nobody has said it: derived from the marketplace's rule.

The marketplace's own page is always right and this is only a fallback, so it never gives a later
moment than is safe, and it says which rule gave it. Imports no Django.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from languages.sentences import Sentence, say, say_n
from sellers.profiles import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A deadline worked out from a rule, and the sentence that says so to a person."""

    ends_at: datetime
    rule: Sentence


def derive_protection_end(
    *,
    profile: Profile,
    placed_at: datetime | None,
    shipped_at: datetime | None,
    delivered_at: datetime | None = None,
    confirmed_at: datetime | None = None,
) -> Derived | None:
    """The end of protection by the profile's rule, or None where no date allows one.

    Protection runs for the profile's days of exactly 24 hours from when the last parcel left. Without
    that date it is counted from placing the order, which can only be earlier. Confirming receipt ends
    it at once where the profile says so; a delivery does not, so `delivered_at` changes nothing.
    """
    for moment in (placed_at, shipped_at, delivered_at, confirmed_at):
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
    start = shipped_at or placed_at
    ends_at = start.astimezone(UTC) + timedelta(days=profile.protection_days) if start else None
    is_ended = confirmed_at is not None and profile.confirming_ends_it
    if confirmed_at and is_ended and (ends_at is None or confirmed_at < ends_at):
        return Derived(
            ends_at=confirmed_at.astimezone(UTC),
            rule=say(
                "Receipt was confirmed, which ends protection at {market}.", market=profile.name
            ),
        )
    if ends_at is None:
        return None
    return Derived(ends_at=ends_at, rule=_rule(profile, is_shipped=shipped_at is not None))


def _rule(profile: Profile, *, is_shipped: bool) -> Sentence:
    if is_shipped:
        return say_n(
            "{market} protects an order for {count} day of 24 hours from the day on which it was "
            "shipped.",
            "{market} protects an order for {count} days of 24 hours from the day on which it was "
            "shipped.",
            count=profile.protection_days,
            market=profile.name,
        )
    return say_n(
        "{market} protects an order for {count} day of 24 hours from shipping; the day of shipping "
        "is not known, so it is counted from the day of the order, which is the earlier and safer "
        "side.",
        "{market} protects an order for {count} days of 24 hours from shipping; the day of shipping "
        "is not known, so they are counted from the day of the order, which is the earlier and "
        "safer side.",
        count=profile.protection_days,
        market=profile.name,
    )
