"""Buyer Protection derived from the marketplace's rule: exact, explained, never later than safe."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from orders.protection import Derived, derive_protection_end
from sellers.profiles import Profile

PACIFIC = ZoneInfo("America/Los_Angeles")
SHIPPED = datetime(2024, 2, 27, 23, 15, 30, tzinfo=PACIFIC)
PLACED = datetime(2024, 2, 20, 9, 0, tzinfo=PACIFIC)


@dataclass(frozen=True)
class _Rules:
    name: str = "AliExpress"
    protection_days: int = 90
    confirming_ends_it: bool = True


PROFILE = cast(Profile, _Rules())


def derive(**moments: datetime | None) -> Derived | None:
    known = {"placed_at": None, "shipped_at": None} | moments
    return derive_protection_end(profile=PROFILE, **known)  # type: ignore[arg-type]


def test_ninety_days_from_shipping_are_counted_in_hours_across_the_change_to_summer_time():
    # The pair of moments that the marketplace itself gave for one order.
    derived = derive(shipped_at=SHIPPED)
    assert derived is not None
    assert derived.ends_at == datetime(2024, 5, 28, 0, 15, 30, tzinfo=PACIFIC)
    assert derived.ends_at.utcoffset() == timedelta(0)
    assert "shipped" in derived.rule
    assert "AliExpress" in derived.rule


def test_shipping_wins_over_placing():
    derived = derive(placed_at=PLACED, shipped_at=SHIPPED)
    assert derived is not None
    assert derived.ends_at == SHIPPED.astimezone(UTC) + timedelta(days=90)


def test_without_shipping_placing_counts_and_the_rule_says_that_this_is_the_safer_side():
    derived = derive(placed_at=PLACED)
    assert derived is not None
    assert derived.ends_at == PLACED.astimezone(UTC) + timedelta(days=90)
    assert "shipping is not known" in derived.rule
    assert "safer" in derived.rule


def test_a_delivery_alone_ends_nothing_and_starts_nothing():
    delivered = SHIPPED + timedelta(days=20)
    assert derive(delivered_at=delivered) is None
    assert derive(shipped_at=SHIPPED, delivered_at=delivered) == derive(shipped_at=SHIPPED)


def test_confirming_receipt_ends_protection_at_once():
    confirmed = SHIPPED + timedelta(days=21)
    derived = derive(shipped_at=SHIPPED, confirmed_at=confirmed)
    assert derived is not None
    assert derived.ends_at == confirmed
    assert "confirmed" in derived.rule


def test_a_confirmation_after_the_end_does_not_lengthen_protection():
    late = SHIPPED + timedelta(days=200)
    derived = derive(shipped_at=SHIPPED, confirmed_at=late)
    assert derived is not None
    assert derived.ends_at == SHIPPED.astimezone(UTC) + timedelta(days=90)


def test_nothing_is_derived_from_nothing():
    assert derive() is None


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        derive(placed_at=datetime(2024, 2, 20))  # noqa: DTZ001


@pytest.mark.parametrize("moments", [{"shipped_at": SHIPPED}, {"placed_at": PLACED}])
def test_the_rule_fits_its_column(moments):
    derived = derive(**moments)
    assert derived is not None
    assert len(derived.rule) <= 300
