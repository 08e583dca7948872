"""A seller's row as the plain facts that judgement takes."""

import zoneinfo
from datetime import date, timedelta
from typing import cast

from sellers.forecast import SellerFacts, Volume
from sellers.forecast_lines import parse_clock
from sellers.models import Seller

MOST_DAYS_AWAY = 120
# Messages are drafted in English; a seller who does not name it answers through a translator.
DRAFTED_IN = "en"


def seller_facts(seller: Seller) -> SellerFacts:
    """What the forecast may know of a seller; a zone that is no more counts as UTC."""
    try:
        zone = zoneinfo.ZoneInfo(seller.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        zone = zoneinfo.ZoneInfo("UTC")
    hours = {
        day: (parse_clock(span[0], day), parse_clock(span[1], day)) if span else None
        for day, span in seller.business_hours.items()
    }
    return SellerFacts(
        time_zone=zone,
        country=seller.country,
        response_rate=seller.response_rate,
        inquiry_volume=cast(Volume, seller.inquiry_volume),
        shares_language=DRAFTED_IN in seller.languages if seller.languages else None,
        business_hours=hours or None,
        days_off=_days_away(seller),
    )


def _days_away(seller: Seller) -> frozenset[date]:
    """The days on which the store says that it is away."""
    if seller.away_from is None or seller.away_until is None:
        return frozenset()
    count = min((seller.away_until - seller.away_from).days + 1, MOST_DAYS_AWAY)
    return frozenset(seller.away_from + timedelta(days=number) for number in range(count))
