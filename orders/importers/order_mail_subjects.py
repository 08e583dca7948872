"""What the subject of an order mail says, in the languages in which such subjects are known."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Dates(StrEnum):
    """Which of the order's days is the day of the mail."""

    PLACED = "placed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Subject:
    """`status` is a text that statuses.py knows, or '' where the subject tells none.

    `order` and `parcel` are '' where the subject names none; the body may.
    """

    status: str
    order: str = ""
    parcel: str = ""
    dates: Dates | None = None


FORWARDED = re.compile(
    r"^\s*(?:(?:fwd?|fw|wg|aw|re|sv|vs|tr|rv|doorst|i|r)\s*:\s*)+", re.IGNORECASE
)
ORDER = r"(?:order|bestellung)\s+(?P<order>\d{12,20})\s*:\s*"
PARCEL = r"(?:package|packstück)\s+(?P<parcel>[A-Z0-9]{6,40})\s*:?\s*"
# The first that fits counts. 'Wird zugestellt' only means that the carrier has it, and a parcel of
# a part of the order starts no protection.
PATTERNS: tuple[tuple[str, str, Dates | None], ...] = (
    (ORDER + r"order confirmed", "Awaiting shipment", Dates.PLACED),
    (ORDER + r"bestellbestätigung", "Awaiting shipment", Dates.PLACED),
    (r"\d+ bestellungen wurden bestätigt", "Awaiting shipment", Dates.PLACED),
    (ORDER + r"(?:.*ready to ship|versandbereit)", "Awaiting shipment", None),
    (ORDER + r"(?:.*partially shipped|teilweise versandt)", "Shipped", None),
    (ORDER + r"(?:order shipped|bestellung versandt)", "Shipped", Dates.SHIPPED),
    (ORDER + r"(?:collected by the carrier|paket im transit|wird zugestellt)", "Shipped", None),
    (ORDER + r"(?:delivery update|neuer lieferstatus)", "", None),
    (ORDER + r"(?:awaiting confirmation|auf bestätigung wird gewartet)", "Delivered", None),
    (ORDER + r"(?:how did it go|wie ist es gelaufen)", "Completed", None),
    (PARCEL + r"(?:has been )?delivered", "Delivered", Dates.DELIVERED),
    (r"운송장 번호\s*(?P<parcel>[A-Z0-9]{6,40})\s*:?\s*배송 완료", "Delivered", Dates.DELIVERED),
    (PARCEL + r"\S.*", "Shipped", None),
    (r"zollabfertigung für (?P<parcel>[A-Z0-9]{6,40}) wurde beendet", "Shipped", None),
    (r".*awaiting payment", "Awaiting payment", None),
    # It does not tell why: no status that is known.
    (r"your order\s+(?P<order>\d{12,20})\s+is closed", "Closed", None),
    (r".*ready to ship", "Awaiting shipment", None),
    # A subject that names an order without words that are known: the order exists.
    (r".*(?:order|bestellung)\s+(?P<order>\d{12,20})\b", "", None),
)
COMPILED = tuple(
    (re.compile(pattern, re.IGNORECASE), status, dates) for pattern, status, dates in PATTERNS
)


def read_subject(text: str) -> Subject | None:
    """What it says, or None where it is no subject of an order mail. Forwarding prefixes are skipped."""
    words = " ".join(FORWARDED.sub("", text).split())[:300]
    for pattern, status, dates in COMPILED:
        if found := pattern.match(words):
            named = found.groupdict()
            return Subject(
                status,
                named.get("order") or "",
                (named.get("parcel") or "").upper(),
                dates,
            )
    return None
