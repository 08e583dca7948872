"""A member's own targets, told over HTTP by a real server on loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.sweep import sweep
from reminders.delivery import deliver
from reminders.models import Notification, ReminderTarget
from reminders.targets import MOST_TARGETS, TargetError, add_target, service_at
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox, free_port, use_server
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Service:
    """What a chat's server was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, str]] = []
        self.status = 200
        self.port = 0

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/secret-key"


@contextmanager
def http_service() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if service.status == 200:
                service.told.append(json.loads(body))
            self.send_response(service.status)
            if service.status == 302:
                self.send_header("Location", f"http://127.0.0.1:{service.port}/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            service.told.append({"title": self.path})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield service
        server.shutdown()


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.TARGETS_ON_LOOPBACK = True
    with http_service() as running:
        yield running


@pytest.fixture
def home() -> Home:
    return make_home()


def target_of(home: Home, url: str, name: str = "Kitchen") -> ReminderTarget:
    return add_target(member=home.owner, name=name, url=url, now=NOW)


def flagged(home: Home, number: str = "3069099405651234") -> Case:
    case = waiting_case(home, number=number, protection_ends_at=NOW + timedelta(days=30))
    due_now(case)
    sweep(now=NOW)
    return case


def test_target_is_told_what_the_mail_says(mailbox: Mailbox, service: Service, home: Home) -> None:
    target_of(home, service.url)
    case = flagged(home)
    assert deliver(now=NOW).sent == 2
    (told,) = service.told
    assert told["title"] == "Write again: Lamp has not come"
    assert "An answer of sellers like this comes by" in told["message"]
    assert (
        f"https://parley.test/h/{home.household.public_id}/cases/{case.public_id}/"
        in told["message"]
    )
    assert len(mailbox.to("owner@home.test")) == 1


def test_more_than_three_at_once_are_one_message(
    mailbox: Mailbox, service: Service, home: Home
) -> None:
    target_of(home, service.url)
    for number in range(5):
        due_now(waiting_case(home, number=f"306909940565{number:04}"))
    sweep(now=NOW)
    deliver(now=NOW)
    (told,) = service.told
    assert told["title"].startswith("5 things are yours")
    assert told["message"].count("Write again") == 5


def test_bad_target_delays_no_other_and_is_tried_again_later(
    mailbox: Mailbox, service: Service, home: Home
) -> None:
    target_of(home, f"json://127.0.0.1:{free_port()}/", "Gone")
    target_of(home, service.url)
    flagged(home)
    figures = deliver(now=NOW)
    assert (figures.sent, figures.deferred) == (2, 1)
    assert len(service.told) == 1
    gone = ReminderTarget.objects.get(name="Gone")
    assert gone.last_error
    assert Notification.objects.get(channel=gone.channel).state == "waiting"


def test_target_is_told_though_the_mail_server_is_away(
    settings: Any, service: Service, home: Home
) -> None:
    use_server(settings, free_port())
    target_of(home, service.url)
    flagged(home)
    figures = deliver(now=NOW)
    assert (figures.sent, figures.deferred) == (1, 1)
    assert len(service.told) == 1


def test_failed_message_arrives_once_when_the_service_is_well_again(
    mailbox: Mailbox, service: Service, home: Home
) -> None:
    target_of(home, service.url)
    flagged(home)
    service.status = 503
    deliver(now=NOW)
    service.status = 200
    deliver(now=NOW + HOUR)
    deliver(now=NOW + 2 * HOUR)
    assert len(service.told) == 1


def test_service_that_sends_parley_elsewhere_is_not_followed(
    mailbox: Mailbox, service: Service, home: Home
) -> None:
    target_of(home, f"{service.url}?redirect=yes")
    flagged(home)
    service.status = 302
    assert deliver(now=NOW).deferred == 1
    assert not service.told


def test_what_waits_for_a_removed_target_fails_and_names_why(
    mailbox: Mailbox, service: Service, home: Home
) -> None:
    target = target_of(home, service.url)
    channel = target.channel
    flagged(home)
    home.client.post(home.path(f"household/targets/{target.public_id}/remove/"))
    deliver(now=NOW)
    row = Notification.objects.get(channel=channel)
    assert (row.state, row.last_error) == ("failed", "the target was removed")
    assert not service.told


@pytest.mark.parametrize(
    "url",
    [
        *("json://127.0.0.1/", "json://localhost:8000/", "json://[::1]/", "json://0.0.0.0/"),
        "json://169.254.169.254/latest/",
    ],
)
def test_own_machine_is_no_target(url: str) -> None:
    with pytest.raises(TargetError, match="the server itself"):
        service_at(url)


@pytest.mark.parametrize("url", ["syslog://", "exec://rm", "dbus://", "file:///etc/passwd"])
def test_what_tells_the_server_and_not_the_member_is_no_target(url: str) -> None:
    with pytest.raises(TargetError):
        service_at(url)


def test_address_that_names_no_service_is_refused_and_kept_in_the_form(home: Home) -> None:
    answer = home.client.post(home.path("household/targets/"), {"name": "Chat", "url": "nonsense"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "no address that Parley can tell" in page
    assert 'value="nonsense"' in page
    assert not ReminderTarget.objects.exists()


def test_added_target_is_tested_at_once(service: Service, home: Home) -> None:
    answer = home.client.post(
        home.path("household/targets/"),
        {"name": "Kitchen", "url": service.url},
        follow=True,
    )
    (told,) = service.told
    assert told["title"] == "A test from Parley"
    assert "A test was sent to Kitchen" in answer.content.decode()


def test_page_says_what_went_wrong_with_a_test(service: Service, home: Home) -> None:
    service.status = 403
    answer = home.client.post(
        home.path("household/targets/"),
        {"name": "Kitchen", "url": service.url},
        follow=True,
    )
    assert "Kitchen: The service did not take it" in answer.content.decode()


def test_keys_of_an_address_are_not_shown(home: Home) -> None:
    target_of(home, "tgram://123456789:abcdefg_hijklmnop/12315544/", "Telegram")
    page = home.client.get(home.path("household/targets/")).content.decode()
    assert "Telegram" in page
    assert "abcdefg_hijklmnop" not in page


def test_no_more_than_a_few_targets_a_member(home: Home) -> None:
    for number in range(MOST_TARGETS):
        target_of(home, f"ntfy://ntfy.example/topic{number}")
    with pytest.raises(TargetError, match="Remove one first"):
        target_of(home, "ntfy://ntfy.example/one-more")


def test_page_makes_the_same_queries_with_one_target_and_with_five(home: Home) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            home.client.get(home.path("household/targets/"))
        return len(queries)

    target_of(home, "ntfy://ntfy.example/topic")
    count()
    before = count()
    for number in range(MOST_TARGETS - 1):
        target_of(home, f"ntfy://ntfy.example/topic{number}")
    assert count() == before
