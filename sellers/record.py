"""What this household's own messages say of a seller: how many were answered, and how soon."""

from dataclasses import dataclass
from statistics import median

from sellers.models import Seller

# Enough to know a seller by, and a bound on what one page reads.
MESSAGES_READ = 200


@dataclass(frozen=True, slots=True)
class OwnRecord:
    sent: int
    answered: int
    median_hours: float | None


def own_record(seller: Seller) -> OwnRecord:
    """The latest messages to the seller; one not answered yet counts as not answered."""
    messages = list(
        seller.cases.filter(attempts__isnull=False)
        .order_by("-attempts__sent_at")
        .values_list("attempts__sent_at", "attempts__replied_at")[:MESSAGES_READ]
    )
    hours = [
        (replied_at - sent_at).total_seconds() / 3600
        for sent_at, replied_at in messages
        if replied_at is not None
    ]
    return OwnRecord(len(messages), len(hours), median(hours) if hours else None)
