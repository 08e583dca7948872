"""Every named query over webhooks."""

from typing import TYPE_CHECKING, Self

from households.querysets import HouseholdQuerySet

if TYPE_CHECKING:
    from webhooks.models import HouseholdWebhook


class HouseholdWebhookQuerySet(HouseholdQuerySet["HouseholdWebhook"]):
    def active(self) -> Self:
        return self.filter(ended_at__isnull=True)
