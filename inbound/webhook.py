"""Mail that a provider brings by webhook; django-anymail has checked who calls."""

from typing import Any

from django.utils import timezone

from inbound.sorting import take_in


def take_in_event(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """An exception answers the provider with 500, so that it brings the mail again."""
    message = event.message
    if message.envelope_recipient:
        # The household's secret is in the address that the provider took the mail for.
        message["X-Original-To"] = message.envelope_recipient
    take_in(message.as_bytes(), now=timezone.now())
