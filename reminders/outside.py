"""Addresses that members name and Parley calls: which of them lead back into the server itself."""

import ipaddress
import socket

from django.conf import settings


def leads_to_this_machine(host: str | None) -> bool:
    """A loopback or link-local address, by name too: what listens there trusts its own machine.

    The home network is not refused, since the house's own hub is there.
    """
    if not host or settings.TARGETS_ON_LOOPBACK:
        return False
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return False
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    return any(a.is_loopback or a.is_link_local or a.is_unspecified for a in addresses)
