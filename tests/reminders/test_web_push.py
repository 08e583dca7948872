"""A browser is told by Web Push: a real server on loopback takes it, and its key opens it."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cases.sweep import sweep
from reminders.delivery import deliver
from reminders.models import Notification, ReminderTarget
from reminders.web_push import public_key, read_subscription
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class Browser:
    """A browser's half of a subscription, and what its maker's push service took for it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.status = 201
        self.port = 0

    @property
    def subscription(self) -> str:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": urlsafe(point), "auth": urlsafe(self.auth)}
        return json.dumps({"endpoint": f"http://127.0.0.1:{self.port}/push/1", "keys": keys})

    @property
    def told(self) -> list[dict[str, str]]:
        return [
            json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth))
            for body in self.bodies
        ]


@pytest.fixture
def phone(settings: Any) -> Iterator[Browser]:
    settings.TARGETS_ON_LOOPBACK = True
    made = Browser()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if made.status == 201:
                made.bodies.append(body)
                made.headers.append(dict(self.headers))
            self.send_response(made.status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


@pytest.fixture
def home() -> Home:
    return make_home()


def subscribe(home: Home, subscription: str) -> str:
    address = home.path("household/targets/push/")
    return home.client.post(address, {"subscription": subscription}, follow=True).content.decode()


def flagged(home: Home) -> None:
    due_now(waiting_case(home, protection_ends_at=NOW + timedelta(days=30)))
    sweep(now=NOW)


def test_browser_is_told_and_only_it_can_read_what(
    mailbox: Mailbox, home: Home, phone: Browser
) -> None:
    subscribe(home, phone.subscription)
    flagged(home)
    deliver(now=NOW)
    test, told = phone.told
    assert test["title"] == "A test from Parley"
    assert told["title"] == "Write again: Lamp has not come"
    assert told["url"].startswith("https://parley.test/h/")
    assert b"Lamp" not in phone.bodies[1]


def test_each_message_is_signed_with_the_key_that_the_page_shows(
    home: Home, phone: Browser
) -> None:
    subscribe(home, phone.subscription)
    said = phone.headers[0]["authorization"]
    assert said.startswith("vapid ")
    assert f"k={public_key()}" in said
    assert public_key() in home.client.get(home.path("household/targets/")).content.decode()


def test_browser_that_is_gone_is_forgotten(mailbox: Mailbox, home: Home, phone: Browser) -> None:
    subscribe(home, phone.subscription)
    flagged(home)
    phone.status = 410
    deliver(now=NOW)
    assert not ReminderTarget.objects.exists()


def test_push_service_that_fails_is_asked_again_later(
    mailbox: Mailbox, home: Home, phone: Browser
) -> None:
    subscribe(home, phone.subscription)
    flagged(home)
    phone.status = 503
    assert deliver(now=NOW).deferred == 1
    phone.status = 201
    deliver(now=NOW + HOUR)
    assert [told["title"] for told in phone.told[1:]] == ["Write again: Lamp has not come"]
    assert not Notification.objects.filter(state="waiting").exists()


@pytest.mark.parametrize(
    "subscription",
    ["", "{}", "[]", "null", '{"endpoint": 1, "keys": {"p256dh": "", "auth": ""}}', "x" * 5000],
)
def test_subscription_that_is_none_is_refused_with_a_sentence(
    home: Home, subscription: str
) -> None:
    assert "gave no address" in subscribe(home, subscription)
    assert not ReminderTarget.objects.exists()


def test_push_service_on_the_server_itself_is_refused(settings: Any) -> None:
    settings.TARGETS_ON_LOOPBACK = False
    keys = {"p256dh": "x", "auth": "y"}
    for endpoint in ("https://127.0.0.1/x", "https://localhost/x", "http://push.example/x"):
        with pytest.raises(ValueError, match="no push service"):
            read_subscription(json.dumps({"endpoint": endpoint, "keys": keys}))
