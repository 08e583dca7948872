"""A service that answers without end, at once or drop by drop, holds up nobody and fills nothing."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from reminders import targets, web_push
from reminders.models import ReminderTarget
from reminders.outside import MOST_ANSWER
from reminders.targets import add_target
from reminders.targets import test_target as try_target
from reminders.web_push import read_subscription
from tests.reminders.test_web_push import urlsafe
from tests.stock import NOW, Home, make_home
from webhooks import telling
from webhooks.telling import add_webhook, send_test

pytestmark = pytest.mark.django_db
ENDLESS = 400 * 1024 * 1024
A_PIECE = b"x" * 1024 * 1024
# What lies in the buffers of both ends of the connection.
IN_FLIGHT = 32 * 1024 * 1024


class Flood:
    """A service whose answers have no end worth waiting for."""

    def __init__(self) -> None:
        self.port, self.status, self.asked, self.sent = 0, 200, 0, 0
        self.is_over = Event()


@pytest.fixture
def flood(settings: Any) -> Iterator[Flood]:
    settings.TARGETS_ON_LOOPBACK = True
    made = Flood()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            made.asked += 1
            self.send_response(made.status)
            self.end_headers()
            try:
                while made.sent < ENDLESS:
                    made.sent += self.wfile.write(A_PIECE)
            except OSError:
                pass  # the client has hung up
            finally:
                made.is_over.set()

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


@pytest.fixture(params=["status", "headers", "body"])
def dripping(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flood]:
    """A service that never stops for as long as any time-out, and never ends that part of an answer."""
    settings.TARGETS_ON_LOOPBACK = True
    for module, patience in ((targets, 0.3), (web_push, 0.15), (telling, 0.15)):
        monkeypatch.setattr(module, "SECONDS_A_TRY", patience)
    made = Flood()
    before = {
        "status": b"HTTP/1.1 200 ",
        "headers": b"HTTP/1.1 200 OK\r\nX-Drops: ",
        "body": b"HTTP/1.1 500 Oh\r\nContent-Length: 900000\r\n\r\n",
    }

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            made.asked += 1
            try:
                self.wfile.write(before[request.param])
                while not made.is_over.wait(0.02):
                    made.sent += self.wfile.write(b"x")
            except OSError:
                made.is_over.set()

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield made
        # The thread that serves must not outlive a test that fails.
        made.is_over.set()
        server.shutdown()


@pytest.fixture
def home() -> Home:
    return make_home()


def browser(flood: Flood) -> str:
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    keys = {"p256dh": urlsafe(point), "auth": urlsafe(b"0123456789abcdef")}
    endpoint = f"http://127.0.0.1:{flood.port}/push/1"
    return read_subscription(json.dumps({"endpoint": endpoint, "keys": keys}))


def tell_target(home: Home, flood: Flood) -> bool:
    target = add_target(
        member=home.owner, name="Chat", url=f"json://127.0.0.1:{flood.port}/", now=NOW
    )
    return try_target(target, now=NOW) == ""


def tell_browser(home: Home, flood: Flood) -> bool:
    target = ReminderTarget.objects.create(
        member=home.owner, name="Phone", url=browser(flood), created_at=NOW
    )
    return try_target(target, now=NOW) == ""


def tell_program(home: Home, flood: Flood) -> bool:
    webhook = add_webhook(household=home.household, url=f"http://127.0.0.1:{flood.port}/", now=NOW)
    return send_test(webhook, now=NOW).state == "told"


@pytest.mark.parametrize("tell", [tell_target, tell_browser, tell_program])
def test_answer_without_end_is_cut_and_the_message_counts_as_told(
    home: Home, flood: Flood, tell: Any
) -> None:
    assert tell(home, flood)
    assert flood.is_over.wait(30)
    assert flood.asked == 1
    assert flood.sent < MOST_ANSWER + IN_FLIGHT


@pytest.mark.parametrize("tell", [tell_target, tell_browser])
def test_refusal_without_end_is_cut_and_stays_a_refusal(
    home: Home, flood: Flood, tell: Any
) -> None:
    flood.status = 500
    assert not tell(home, flood)
    assert flood.is_over.wait(30)
    assert flood.sent < MOST_ANSWER + IN_FLIGHT


@pytest.mark.parametrize("tell", [tell_target, tell_browser, tell_program])
def test_answer_that_drips_is_left_in_time_and_its_connection_ends(
    home: Home, dripping: Flood, tell: Any
) -> None:
    assert not tell(home, dripping)
    assert dripping.is_over.wait(30)
    assert dripping.asked == 1
