"""The forecast command's JSON, in and out (contract.md). Imports no Django."""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from commandline.lines import LineError
from sellers.calendar import WEEKDAYS, Hours
from sellers.forecast import SellerFacts, forecast
from sellers.history import Observation
from sellers.profiles import Profile

YEARS = range(2000, 2101)
MAX_HISTORY = 10_000


def forecast_line(
    line: Mapping[str, Any], *, profile: Profile, hours: Sequence[float]
) -> dict[str, Any]:
    """One object of the contract to its answer; raise LineError naming the field."""
    sent_at = parse_moment(line.get("sent_at"), "sent_at")
    now = None if line.get("now") is None else parse_moment(line.get("now"), "now")
    if now is not None and now < sent_at:
        raise LineError("now", "lies before sent_at")
    channel = parse_text(line.get("channel"), "channel")
    if channel not in profile.channels:
        raise LineError("channel", f"{channel!r} is not one of {', '.join(profile.channels)}")
    expected = forecast(
        sent_at=sent_at,
        channel=channel,
        seller=parse_seller(parse_object(line.get("seller"), "seller")),
        buyer_time_zone=parse_zone(line.get("buyer_time_zone"), "buyer_time_zone"),
        profile=profile,
        history=parse_history(line.get("history", [])),
        now=now,
    )
    return {
        "id": line.get("id"),
        "band": expected.band,
        "reply_probability": expected.reply_probability,
        "p50": expected.p50.isoformat(),
        "p80": expected.p80.isoformat(),
        "p95": expected.p95.isoformat(),
        "probability_by": {f"{h:.12g}": expected.probability_by(h) for h in hours},
        "why": list(expected.why),
    }


def parse_object(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise LineError(field, "is missing" if value is None else "is not an object")
    return value


def parse_text(value: object, field: str) -> str:
    if not isinstance(value, str) or not value:
        raise LineError(field, "is missing" if value is None else f"{value!r} is not a text")
    return value


def parse_moment(value: object, field: str) -> datetime:
    """ISO 8601 with an offset, within this century; given back in UTC."""
    if value is None:
        raise LineError(field, "is missing")
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise LineError(field, f"{value!r} is not a time like 2026-11-23T09:00:00+00:00")
    if moment.tzinfo is None:
        raise LineError(field, f"{value!r} has no offset; add one, like +00:00")
    if moment.year not in YEARS:
        raise LineError(field, f"{value!r} lies outside {YEARS.start} to {YEARS.stop - 1}")
    return moment.astimezone(UTC)


def parse_zone(value: object, field: str) -> zoneinfo.ZoneInfo:
    try:
        if isinstance(value, str) and value:
            return zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise LineError(field, f"{value!r} is not a time zone like Europe/Madrid")


def parse_seller(seller: Mapping[str, Any]) -> SellerFacts:
    country = seller.get("country")
    if not isinstance(country, str) or not re.fullmatch(r"[A-Z]{2}", country):
        raise LineError("seller.country", f"{country!r} is not a country code like CN")
    volume: Any = seller.get("inquiry_volume")
    if volume is None:
        volume = "normal"
    if volume not in ("low", "normal", "high"):
        raise LineError("seller.inquiry_volume", f"{volume!r} is not low, normal or high")
    language = seller.get("shares_language")
    if language is not None and not isinstance(language, bool):
        raise LineError("seller.shares_language", f"{language!r} is not true or false")
    return SellerFacts(
        time_zone=parse_zone(seller.get("time_zone"), "seller.time_zone"),
        country=country,
        response_rate=_share(seller.get("response_rate"), "seller.response_rate"),
        inquiry_volume=volume,
        shares_language=language,
        business_hours=_hours(seller.get("business_hours")),
    )


def _share(value: object, field: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LineError(field, f"{value!r} is not a number")
    if not 0 <= value <= 1:
        raise LineError(field, f"{value!r} is not between 0 and 1")
    return float(value)


def _hours(value: object) -> Hours | None:
    if value is None:
        return None
    days = parse_object(value, "seller.business_hours")
    for day in days:
        if day not in WEEKDAYS:
            raise LineError("seller.business_hours", f"{day!r} is not one of mon … sun")
    return {day: _opening(days.get(day), day) for day in WEEKDAYS}


def _opening(value: object, day: str) -> tuple[time, time] | None:
    field = f"seller.business_hours.{day}"
    if value is None or value == []:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise LineError(field, 'is not like ["09:00", "18:00"]')
    opens, closes = parse_clock(value[0], field), parse_clock(value[1], field)
    if opens == time.max:
        raise LineError(field, "opens at 24:00; write 00:00 on the day after")
    return opens, closes


def parse_clock(value: object, field: str) -> time:
    """'09:00'; '24:00' is the end of the day."""
    if value == "24:00":
        return time.max
    try:
        if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value):
            return time.fromisoformat(value)
    except ValueError:
        pass
    raise LineError(field, f"{value!r} is not a time of day like 09:00")


def parse_history(value: object) -> list[Observation]:
    if not isinstance(value, list):
        raise LineError("history", "is not a list")
    if len(value) > MAX_HISTORY:
        raise LineError("history", f"holds more than {MAX_HISTORY} entries")
    return [_observation(entry, f"history[{index}]") for index, entry in enumerate(value)]


def _observation(value: object, field: str) -> Observation:
    entry = parse_object(value, field)
    replied = entry.get("replied_at")
    seen = Observation(
        channel=parse_text(entry.get("channel"), f"{field}.channel"),
        sent_at=parse_moment(entry.get("sent_at"), f"{field}.sent_at"),
        observed_until=parse_moment(entry.get("observed_until"), f"{field}.observed_until"),
        replied_at=None if replied is None else parse_moment(replied, f"{field}.replied_at"),
    )
    if seen.replied_at is not None and seen.replied_at < seen.sent_at:
        raise LineError(f"{field}.replied_at", "lies before sent_at")
    if seen.observed_until < seen.sent_at:
        raise LineError(f"{field}.observed_until", "lies before sent_at")
    return seen
