"""Webhooks, told over HTTP to a real server on loopback that checks each signature."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from cases import services
from cases.models import CaseEvent
from tests.cases.test_sweep import waiting_case
from tests.smtp_server import free_port
from tests.stock import NOW, Home, make_home
from webhooks.models import HouseholdWebhook, WebhookMessage, WebhookTry
from webhooks.telling import (
    MOST_WEBHOOKS,
    PAUSES,
    WebhookError,
    _tell,
    add_webhook,
    send_test,
    tell_webhooks,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Program:
    """The household's program: what it was told, and what it answers."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.raw: list[bytes] = []
        self.status = 204
        self.url = ""


@contextmanager
def running_program() -> Iterator[Program]:
    program = Program()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if program.status < 300:
                program.told.append(json.loads(body))
                program.headers.append(dict(self.headers))
                program.raw.append(body)
            self.send_response(program.status)
            if program.status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        program.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        Thread(target=server.serve_forever, daemon=True).start()
        yield program
        server.shutdown()


@pytest.fixture
def program(settings: Any) -> Iterator[Program]:
    settings.TARGETS_ON_LOOPBACK = True
    with running_program() as running:
        yield running


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def hook(home: Home, program: Program) -> HouseholdWebhook:
    return add_webhook(household=home.household, url=program.url, now=NOW)


def kinds(program: Program) -> list[str]:
    return [told["type"] for told in program.told]


def tell_all(now: Any = NOW) -> None:
    for _ in range(10):
        tell_webhooks(now=now)


def test_each_event_of_a_case_is_told_once_and_in_order(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    case = waiting_case(home)
    tell_all()
    tell_all(NOW + MINUTE)
    assert kinds(program) == [f"case.{e.kind}" for e in CaseEvent.objects.order_by("id")]
    data = program.told[0]["data"]
    assert (data["case"], data["title"]) == (str(case.public_id), "Lamp has not come")
    assert data["url"].startswith("https://parley.test/h/")


def test_message_is_signed_as_standard_webhooks_has_it(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    waiting_case(home)
    tell_all()
    with time_machine.travel(NOW, tick=False):
        Webhook(hook.secret).verify(program.raw[0], program.headers[0])
        with pytest.raises(WebhookVerificationError):
            Webhook("whsec_AAAA").verify(program.raw[0], program.headers[0])


def test_what_happened_before_is_not_told(home: Home, program: Program) -> None:
    waiting_case(home)
    add_webhook(household=home.household, url=program.url, now=NOW)
    tell_all()
    assert not program.told


def test_nothing_of_another_household_is_told(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    waiting_case(make_home("other"), number="3069099405650002")
    tell_all()
    assert not program.told


def test_event_committed_late_under_a_lower_id_is_told_too(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    case = waiting_case(home)
    newest = CaseEvent.objects.order_by("id").last()
    assert newest is not None
    for number, reason in [(5, "first seen"), (3, "seen late")]:
        CaseEvent.objects.create(
            id=newest.pk + number,
            household=home.household,
            case=case,
            at=NOW,
            kind="note_added",
            reason=reason,
            stage=case.stage,
            cycle=case.cycle,
        )
        tell_all()
    assert kinds(program).count("case.note_added") == 2


def test_refused_message_is_tried_again_later_and_then_taken_once(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    case = waiting_case(home)
    tell_all()
    before = len(program.told)
    services.add_note(member=home.owner, case=case, text="x", now=NOW)
    program.status = 503
    tell_webhooks(now=NOW)
    program.status = 204
    tell_webhooks(now=NOW + timedelta(seconds=1))
    assert len(program.told) == before
    tell_all(NOW + MINUTE)
    assert len(program.told) == before + 1


def test_message_that_is_never_taken_is_given_up_and_can_be_sent_again(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    message = WebhookMessage.objects.create(
        webhook=hook, type="case.noted", happened_at=NOW, state="waiting", next_try_at=NOW
    )
    program.status = 500
    at = NOW
    for pause in [*PAUSES, timedelta(0)]:
        tell_webhooks(now=at)
        at += pause
    message.refresh_from_db()
    assert (message.state, message.tries.count()) == ("dead", len(PAUSES) + 1)
    program.status = 204
    home.client.post(home.path(f"household/webhooks/messages/{message.public_id}/again/"))
    WebhookMessage.objects.update(next_try_at=at)
    tell_webhooks(now=at)
    assert kinds(program) == ["case.noted"]


def test_silent_program_is_asked_once_a_pass_and_delays_no_other(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    gone = add_webhook(household=home.household, url=f"http://127.0.0.1:{free_port()}/", now=NOW)
    waiting_case(home)
    tell_webhooks(now=NOW)
    assert WebhookTry.objects.filter(message__webhook=gone).count() == 1
    assert len(program.told) == CaseEvent.objects.count()


def test_program_that_is_gone_is_told_nothing_more(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    waiting_case(home)
    program.status = 410
    tell_all()
    hook.refresh_from_db()
    assert hook.ended_at == NOW
    assert WebhookTry.objects.count() == 1


def test_redirect_is_not_followed(home: Home, hook: HouseholdWebhook, program: Program) -> None:
    program.status = 302
    message = send_test(hook, now=NOW)
    assert message.state == "dead"
    assert message.tries.get().status == 302


def test_two_that_tell_at_once_tell_a_message_once(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    message = WebhookMessage.objects.create(
        webhook=hook, type="parley.test", happened_at=NOW, state="waiting", next_try_at=NOW
    )
    copy = WebhookMessage.objects.get(pk=message.pk)
    assert _tell(message, now=NOW, pauses=PAUSES)
    assert not _tell(copy, now=NOW, pauses=PAUSES)
    assert len(program.told) == 1


def test_what_a_killed_pass_held_is_told_after_its_lease(
    home: Home, hook: HouseholdWebhook, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_case(home)

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("webhooks.telling._post", killed)
        with pytest.raises(KeyboardInterrupt):
            tell_webhooks(now=NOW)
    tell_all(NOW + MINUTE)
    assert len(program.told) == CaseEvent.objects.count()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://x.test/",
        "http://",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://localhost/",
    ],
)
def test_bad_address_is_named_and_kept_in_the_form(home: Home, url: str) -> None:
    answer = home.client.post(home.path("household/webhooks/"), {"url": url})
    assert answer.status_code == 422
    assert f'value="{url}"' in answer.content.decode() or not url
    assert not HouseholdWebhook.objects.exists()


def test_secret_is_shown_once(home: Home, program: Program) -> None:
    page = home.client.post(home.path("household/webhooks/"), {"url": program.url}).content.decode()
    secret = HouseholdWebhook.objects.get().secret
    assert secret in page
    assert secret not in home.client.get(home.path("household/webhooks/")).content.decode()


def test_test_says_what_came_of_it(home: Home, hook: HouseholdWebhook, program: Program) -> None:
    address = home.path(f"household/webhooks/{hook.public_id}/test/")
    assert "took the test" in home.client.post(address, follow=True).content.decode()
    program.status = 404
    assert "it answered 404" in home.client.post(address, follow=True).content.decode()


def test_adult_who_is_no_owner_sees_no_webhooks(home: Home) -> None:
    _, client = home.member("Adam")
    assert client.get(home.path("household/webhooks/")).status_code == 403


def test_no_more_than_a_few_webhooks(home: Home, hook: HouseholdWebhook, program: Program) -> None:
    for _ in range(MOST_WEBHOOKS - 1):
        add_webhook(household=home.household, url=program.url, now=NOW)
    with pytest.raises(WebhookError, match="Remove one first"):
        add_webhook(household=home.household, url=program.url, now=NOW)


def test_page_makes_the_same_queries_with_one_message_and_with_many(
    home: Home, hook: HouseholdWebhook, program: Program
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            home.client.get(home.path("household/webhooks/"))
        return len(queries)

    send_test(hook, now=NOW)
    count()
    before = count()
    waiting_case(home)
    tell_all()
    assert count() == before
