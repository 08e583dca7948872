"""A seller's row as the plain facts that judgement takes."""

import zoneinfo
from typing import cast

from sellers.forecast import SellerFacts, Volume
from sellers.forecast_lines import parse_clock
from sellers.models import Seller


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
        business_hours=hours or None,
    )
