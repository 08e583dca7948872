"""How often one address may ask for something: counted in the cache, in windows of a length."""

import hashlib
import ipaddress
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

# A household's line has one IPv4 address, and a whole /64 of the others.
PREFIX = 64


def asks_too_often(
    request: HttpRequest, *, action: str, most: int, within: timedelta, now: datetime
) -> bool:
    """Count this request; True when its sender has asked more than `most` times in this window."""
    window = int(now.timestamp() // within.total_seconds())
    sender = hashlib.sha256(_sender(request).encode()).hexdigest()
    key = f"rate:{action}:{window}:{sender}"
    cache.add(key, 0, timeout=within.total_seconds() * 2)
    try:
        return cache.incr(key) > most
    except ValueError:
        # The cache was emptied in between.
        return False


def _sender(request: HttpRequest) -> str:
    address = str(get_adapter().get_client_ip(request))
    try:
        if ipaddress.ip_address(address).version == 6:
            return str(ipaddress.ip_network(f"{address}/{PREFIX}", strict=False))
    except ValueError:
        pass
    return address
