"""How far away a deadline is."""

from datetime import datetime

from django import template

register = template.Library()
# Less than this is shown as urgent: room for one more message and for taking it to the marketplace.
SOON_DAYS = 14


@register.filter
def is_soon(deadline: datetime, now: datetime) -> bool:
    """Whether the deadline is ahead and near."""
    return 0 <= (deadline - now).days < SOON_DAYS
