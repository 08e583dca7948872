"""Addresses that members name and Parley calls: what of them leads back inside is not called, and of
what they answer only so much is taken in, for so long.

A name is looked up once, by the call itself: the guard stands where the system resolves it, so an
answer that changes between a look and the call, a redirect or a number in disguise meets it too.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3.util import connection

T = TypeVar("T")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
WEB_PORTS = frozenset({80, 443})
# IPv4 within IPv6, as translators write it (RFC 6052, RFC 8215).
TRANSLATED = [ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48")]
# More than any service has to say to a message.
MOST_ANSWER = 1024 * 1024
_resolve = socket.getaddrinfo
_connect = connection.create_connection
_build_response = HTTPAdapter.build_response


class _Call:
    """One that is under way, and the connections that it has opened."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: list[socket.socket] = []
        self._is_over = False

    def opened(self, connected: socket.socket) -> None:
        # A copy: encryption takes the first one over.
        own = connected.dup()
        with self._lock:
            self._opened.append(own)
            if self._is_over:
                self._hang_up()

    def end(self) -> None:
        """Whoever still reads from one of them reads no more."""
        with self._lock:
            self._is_over = True
            self._hang_up()

    def _hang_up(self) -> None:
        for own in self._opened:
            with suppress(OSError):
                own.shutdown(socket.SHUT_RDWR)
            own.close()
        self._opened.clear()


_calling: ContextVar[_Call | None] = ContextVar("calling", default=None)


class LeadsInside(OSError):
    """The address is not of the open internet; the words are for the person who named it."""


class TooSlow(OSError):
    """The service did not answer in time."""


def refuse_inside(host: str | None, port: int | None = None) -> None:
    """Raises LeadsInside for a host that is, or has an address, where Parley does not call.

    A name that nobody knows is not refused: the call finds that out."""
    if settings.TARGETS_ON_LOOPBACK or not host:
        return
    try:
        found = _resolve(host.strip("[]"), None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        found = []
    for entry in found:
        _refuse_address(str(entry[4][0]))
    _refuse_port(port)


def call_outside(call: Callable[[], T], *, seconds: float) -> T:
    """The call's answer. Whatever it resolves leads outside or raises LeadsInside; an answer is cut
    after MOST_ANSWER bytes; and after so many seconds it raises TooSlow, and its connections end: a
    service that drips its answer must hold neither a worker nor a thread."""
    answer: list[T] = []
    faults: list[BaseException] = []
    made = _Call()

    def run() -> None:
        _calling.set(made)
        try:
            answer.append(call())
        except BaseException as fault:
            faults.append(fault)

    # Language and clock are the context's, so the thread takes it along.
    thread = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
    thread.start()
    thread.join(seconds)
    # Asked first: an answer that is cut off may pass for a whole one.
    is_late = thread.is_alive()
    made.end()
    if is_late:
        raise TooSlow(_("It did not answer in time."))
    if faults:
        raise faults[0]
    return answer[0]


def stand_guard() -> None:
    """Put the guard where names are resolved, connections opened and answers arrive; once, at the start.

    Those who call (Apprise's services, the push library) read an answer to its end before they look
    at it, and let nobody say how much of it."""
    socket.getaddrinfo = _resolve_outside
    connection.create_connection = _connect_outside
    HTTPAdapter.build_response = _build_cut_response  # type: ignore[method-assign,assignment]


def _build_cut_response(adapter: HTTPAdapter, request: Any, answer: Any) -> requests.Response:
    response = _build_response(adapter, request, answer)
    if _calling.get() is not None:
        whole = response.iter_content

        def cut(chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
            left = MOST_ANSWER
            for chunk in whole(chunk_size, decode_unicode):
                yield chunk[:left]
                left -= len(chunk)
                if left <= 0:
                    response.close()
                    return

        response.iter_content = cut  # type: ignore[method-assign]
    return response


def _connect_outside(*args: Any, **kwargs: Any) -> socket.socket:
    connected = _connect(*args, **kwargs)
    if (calling := _calling.get()) is not None:
        calling.opened(connected)
    return connected


def _resolve_outside(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
    found = _resolve(host, port, *args, **kwargs)
    if _calling.get() is not None and not settings.TARGETS_ON_LOOPBACK:
        for entry in found:
            _refuse_address(str(entry[4][0]))
            _refuse_port(int(entry[4][1]) or None)
    return found


def _refuse_port(port: int | None) -> None:
    if port is not None and port not in WEB_PORTS and not settings.TARGETS_IN_HOME_NETWORK:
        raise LeadsInside(
            _(
                "Only the ports 80 and 443 are called, unless the operator sets "
                "TARGETS_IN_HOME_NETWORK."
            )
        )


def _refuse_address(text: str) -> None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError as fault:
        raise LeadsInside(_("That is no address.")) from fault
    meant = [address, *_hidden_in(address)]
    if any(a.is_loopback or a.is_link_local or a.is_unspecified or a.is_multicast for a in meant):
        raise LeadsInside(_("That address is the server itself, which Parley does not call."))
    if settings.TARGETS_IN_HOME_NETWORK or all(a.is_global for a in meant):
        return
    raise LeadsInside(
        _(
            "That address is inside the network of Parley's server, which is called only "
            "where the operator sets TARGETS_IN_HOME_NETWORK."
        )
    )


def _hidden_in(address: Address) -> list[Address]:
    """The IPv4 address that an IPv6 one carries, in whatever way."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    hidden: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    if address.teredo:
        hidden += address.teredo
    if any(address in net for net in TRANSLATED) or (int(address) >> 32 == 0 and int(address) > 1):
        hidden.append(last)
    return [one for one in hidden if one is not None]
