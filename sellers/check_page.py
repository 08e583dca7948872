"""The newest check of a seller, for the seller's own page."""

from datetime import datetime
from typing import Any

from sellers.check_words import advice_of, score_of
from sellers.checking import judge
from sellers.models import Seller
from sellers.record import OwnRecord


def newest_check(seller: Seller, record: OwnRecord, *, now: datetime) -> dict[str, Any]:
    """What `_newest_check.html` shows; judged by today's figures and dealings."""
    check = seller.checks.select_related("checked_by__user").first()
    if check is None:
        return {"check": None}
    judgement, _dealings = judge(check, seller, record=record, now=now)
    return {
        "check": check,
        "check_title": advice_of(judgement)[0],
        "check_score": score_of(judgement),
    }
