"""The parcels that a file names, found among the household's or made, and tied to their orders."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from households.models import Household
from orders.importers.parsed import ParsedOrder, ParsedParcel
from orders.models import Order, Parcel
from orders.parcels import recognise_carrier
from sellers.profiles import get_profile

BATCH = 500


class ParcelBook:
    """The parcels of saved orders; `touched` are the keys of orders whose parcels differ now."""

    def __init__(
        self, household: Household, orders: Sequence[tuple[Order, ParsedOrder]], *, now: datetime
    ) -> None:
        self.household, self.now = household, now
        self.new: list[Parcel] = []
        self.changed: dict[str, Parcel] = {}
        self.ties: dict[tuple[int, str], Parcel] = {}
        self.touched: set[int] = set()
        self._news: dict[int, list[str]] = {}
        numbers = sorted({parcel.number for _, parsed in orders for parcel in parsed.parcels})
        self.known: dict[str, Parcel] = {}
        self.tied: set[tuple[int, str]] = set()
        for start in range(0, len(numbers), BATCH):
            self._load(numbers[start : start + BATCH])
        for order, parsed in orders:
            for parcel in parsed.parcels:
                self._merge(order, parcel)

    def save(self) -> None:
        Parcel.objects.bulk_create(self.new, batch_size=BATCH)
        if self.changed:
            fields = ["status_text", "status_at"]
            Parcel.objects.bulk_update(self.changed.values(), fields, batch_size=BATCH)
        tie = Parcel.orders.through
        tie.objects.bulk_create(
            [tie(order_id=key, parcel_id=parcel.pk) for (key, _), parcel in self.ties.items()],
            batch_size=BATCH,
        )

    def news_of(self, order: Order) -> list[str]:
        """The parcels of the order that are new, or of which something new is told."""
        return self._news.get(id(order), [])

    def _load(self, numbers: Sequence[str]) -> None:
        rows = Parcel.objects.of(self.household).filter(tracking_number__in=numbers)
        for parcel in rows.prefetch_related("orders"):
            self.known[parcel.tracking_number] = parcel
            self.tied |= {(order.pk, parcel.tracking_number) for order in parcel.orders.all()}

    def _merge(self, order: Order, told: ParsedParcel) -> None:
        profile = get_profile(order.marketplace)
        parcel = self.known.get(told.number)
        if parcel is None:
            carrier = recognise_carrier(profile, told.number)
            parcel = Parcel(
                household=self.household,
                tracking_number=told.number,
                carrier=carrier.name if carrier else "",
                created_at=self.now,
            )
            self.known[told.number] = parcel
            self.new.append(parcel)
        news = self._news.setdefault(id(order), [])
        if _hears_news(parcel, told, profile.clock):
            news.append(f"{told.number}: {told.status_text}")
            self.touched.add(order.pk)
            if parcel.pk:
                self.changed[told.number] = parcel
        if (order.pk, told.number) not in self.tied:
            if not any(known.startswith(told.number) for known in news):
                news.append(told.number)
            self.ties[order.pk, told.number] = parcel
            self.touched.add(order.pk)


def _hears_news(parcel: Parcel, told: ParsedParcel, clock: ZoneInfo) -> bool:
    """Take the parcel's last word where it is newer than the one known, or none is known."""
    moment = datetime.combine(told.status_on, time(), clock) if told.status_on else None
    is_newer = bool(moment and (parcel.status_at is None or moment > parcel.status_at))
    if not told.status_text or not (is_newer or not parcel.status_text):
        return False
    parcel.status_text, parcel.status_at = told.status_text, moment or parcel.status_at
    return True
