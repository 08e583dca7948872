"""Every named query over mail that came in."""

from typing import TYPE_CHECKING, Self

from households.querysets import HouseholdQuerySet

if TYPE_CHECKING:
    from inbound.models import InboundMail


class InboundMailQuerySet(HouseholdQuerySet["InboundMail"]):
    def to_sort(self) -> Self:
        return self.filter(state="waiting")
