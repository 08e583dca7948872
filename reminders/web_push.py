"""Tells a browser in which Parley is installed or open, by the Web Push of its maker (RFC 8030)."""

import json
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes
from py_vapid import Vapid, b64urlencode

from reminders.outside import LeadsInside, TooSlow, call_outside, refuse_inside

if TYPE_CHECKING:
    from pywebpush import WebPushException

PREFIX = "webpush:"
# The order of the curve P-256: a private key is a number from 1 to below it (SEC 2, section 2.4.2).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SECONDS_A_TRY = 10
# A reminder that could not be brought for this long is old news; the mail is there.
TTL = 24 * 3600
GONE = frozenset({404, 410})
MOST_BODY = 600


class PushError(Exception):
    """Why a browser was not told; `is_gone` if it never will be."""

    def __init__(self, words: str, *, is_gone: bool = False) -> None:
        super().__init__(words)
        self.is_gone = is_gone


def read_subscription(text: str) -> str:
    """What a browser gave, checked and written as a target's address. Raises ValueError."""
    found = json.loads(text)
    endpoint, keys = found["endpoint"], found["keys"]
    if not all(isinstance(value, str) for value in (endpoint, keys["p256dh"], keys["auth"])):
        raise ValueError("no subscription")
    parts = urlsplit(endpoint)
    is_secure = parts.scheme == "https" or settings.TARGETS_ON_LOOPBACK
    if not is_secure or not parts.hostname:
        raise ValueError("no push service")
    try:
        refuse_inside(parts.hostname, parts.port)
    except LeadsInside as fault:
        raise ValueError("no push service") from fault
    kept = {"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}}
    return PREFIX + json.dumps(kept, separators=(",", ":"))


def public_key() -> str:
    """The instance's VAPID key (RFC 8292) as a browser takes it: base64url of the point."""
    point = _vapid().public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return str(b64urlencode(point))


def push(address: str, *, title: str, body: str, url: str, tag: str) -> None:
    """Raises PushError."""
    # It brings a second HTTP client along, a tenth of what every process imports at its start.
    from pywebpush import WebPushException, webpush

    subscription = json.loads(address.removeprefix(PREFIX))
    said = {"title": title, "body": body[:MOST_BODY], "url": url, "tag": tag}
    session = requests.Session()
    session.max_redirects = 0
    try:
        call_outside(
            lambda: webpush(
                subscription,
                data=json.dumps(said),
                vapid_private_key=_vapid(),
                vapid_claims={"sub": settings.BASE_URL},
                timeout=SECONDS_A_TRY,
                ttl=TTL,
                requests_session=session,
            ),
            seconds=2 * SECONDS_A_TRY,
        )
    except WebPushException as fault:
        raise PushError(_reason(fault), is_gone=fault.status_code in GONE) from fault
    except TooSlow as fault:
        raise PushError("no answer in time") from fault
    except (requests.RequestException, ValueError) as fault:
        raise PushError(type(fault).__name__) from fault


def _reason(fault: "WebPushException") -> str:
    return f"the push service answered {fault.status_code}" if fault.status_code else "no answer"


@lru_cache(maxsize=1)
def _vapid() -> Vapid:
    """Derived from SECRET_KEY, so that every process has the same one and nothing more is kept."""
    seed = HKDF(hashes.SHA256(), 48, salt=None, info=b"parley web push").derive(
        force_bytes(settings.SECRET_KEY)
    )
    number = int.from_bytes(seed, "big") % (ORDER - 1) + 1
    return Vapid(private_key=ec.derive_private_key(number, ec.SECP256R1()))
