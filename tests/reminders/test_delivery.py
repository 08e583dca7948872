import re
import ssl
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import trustme

from cases import services
from cases.models import Case
from cases.sweep import sweep
from reminders.claims import lease
from reminders.delivery import deliver
from reminders.letters import Letter
from reminders.models import DeliveryTry, Notification
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox, free_port, silent_server, smtp_server, use_server
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def home() -> Home:
    return make_home()


def flagged(home: Home, **order: object) -> Case:
    case = waiting_case(home, protection_ends_at=NOW + timedelta(days=30), **order)
    due_now(case)
    sweep(now=NOW)
    return case


def mail() -> Notification:
    return Notification.objects.get(channel="email")


def test_reminder_arrives_once_and_says_what_why_until_when_and_where(
    mailbox: Mailbox, home: Home
) -> None:
    home.owner.user.time_zone = "Europe/Madrid"
    home.owner.user.save()
    case = flagged(home)
    assert deliver(now=NOW).sent == 1
    assert deliver(now=NOW).sent == 0
    (message,) = mailbox.to("owner@home.test")
    assert message["Subject"] == "Write again: Lamp has not come"
    text = message.get_body(("plain",)).get_content()
    assert "Write to the seller again." in text
    assert "Why: An answer of sellers like this comes by" in text
    assert "Last safe moment to escalate: Sunday 20 December 2026, 11:00 (Europe/Madrid)" in text
    assert f"https://parley.test/h/{home.household.public_id}/cases/{case.public_id}/" in text
    assert message["Auto-Submitted"] == "auto-generated"
    assert "All times are those of Europe/Madrid." in text
    assert "You get this because nobody in Home is in charge of it." in text
    html = message.get_body(("html",)).get_content()
    assert "Open the case" in html
    # Dark-mode safe: it says that it can be either, and names no colour.
    assert '<meta name="color-scheme" content="light dark">' in html
    assert not re.search(r"[^-]color:|background|#[0-9a-f]{3,6}\b", html)


def test_refused_recipient_fails_at_once_and_the_good_one_does_not_wait(
    mailbox: Mailbox, home: Home
) -> None:
    home.member("Adam")
    mailbox.codes["adam"] = "550 no such person"
    flagged(home)
    figures = deliver(now=NOW)
    assert (figures.sent, figures.failed) == (1, 1)
    failed = Notification.objects.get(state="failed")
    assert failed.last_error == "550 no such person"


def test_greylisted_recipient_is_tried_again_later_and_not_before(
    mailbox: Mailbox, home: Home
) -> None:
    mailbox.codes["owner"] = "451 come back later"
    flagged(home)
    assert deliver(now=NOW).deferred == 1
    assert deliver(now=NOW).deferred == 0
    mailbox.codes.clear()
    assert deliver(now=NOW + HOUR).sent == 1


def test_greylisting_for_three_days_is_given_up_and_shown(mailbox: Mailbox, home: Home) -> None:
    mailbox.codes["owner"] = "451 come back later"
    flagged(home)
    for hours in range(0, 100, 4):
        deliver(now=NOW + hours * HOUR)
    assert mail().state == "dead"
    page = home.client.get(home.path("inbox/"))
    assert b"451 come back later" in page.content


def test_dead_server_burns_no_try_and_nothing_is_lost(home: Home, settings: Any) -> None:
    port = free_port()
    use_server(settings, port)
    flagged(home)
    for minutes in range(0, 60, 3):
        assert deliver(now=NOW + timedelta(minutes=minutes)).sent == 0
    assert (mail().state, mail().refusals) == ("waiting", 0)
    with smtp_server(port) as mailbox:
        assert deliver(now=NOW + HOUR).sent == 1
        assert len(mailbox.accepted) == 1


def test_server_that_hangs_loses_nothing_and_burns_no_try(home: Home, settings: Any) -> None:
    with silent_server() as port:
        use_server(settings, port)
        settings.EMAIL_TIMEOUT = 0.2
        flagged(home)
        assert deliver(now=NOW).deferred == 1
    row = mail()
    assert (row.state, row.refusals) == ("waiting", 0)
    with smtp_server() as mailbox:
        use_server(settings, mailbox.port)
        assert deliver(now=NOW + HOUR).sent == 1
    assert len(mailbox.accepted) == 1


def test_server_that_takes_a_mail_and_then_hangs_gets_it_once_more_under_the_same_id(
    mailbox: Mailbox, home: Home, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    mailbox.hangs, mailbox.hang_seconds = 1, 1.0
    flagged(home)
    assert deliver(now=NOW).deferred == 1
    assert deliver(now=NOW + HOUR).sent == 1
    assert len(mailbox.accepted) == 2
    assert len(set(mailbox.message_ids)) == 1


@pytest.mark.parametrize("broken", ["no starttls", "unknown certificate"])
def test_broken_encryption_sends_nothing_and_waits_until_it_is_mended(
    home: Home, settings: Any, broken: str
) -> None:
    options: dict[str, Any] = {}
    if broken == "unknown certificate":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        options = {"tls_context": context}
    flagged(home)
    with smtp_server(**options) as mailbox:
        use_server(settings, mailbox.port)
        settings.EMAIL_USE_TLS = True
        assert deliver(now=NOW).deferred == 1
        assert not mailbox.accepted
    with smtp_server() as mailbox:
        use_server(settings, mailbox.port)
        assert deliver(now=NOW + HOUR).sent == 1


def test_cut_after_acceptance_repeats_once_under_the_same_message_id(
    mailbox: Mailbox, home: Home
) -> None:
    mailbox.cuts = 5
    flagged(home)
    for hours in range(6):
        deliver(now=NOW + hours * HOUR)
    assert len(mailbox.accepted) == 2
    assert len(set(mailbox.message_ids)) == 1
    assert mail().state == "dead"


def test_reminder_of_a_case_that_was_answered_meanwhile_is_dropped(
    mailbox: Mailbox, home: Home
) -> None:
    case = flagged(home)
    services.log_reply(
        member=home.owner, case=case, received_at=NOW, body="Hi", channel="live_chat", now=NOW
    )
    assert deliver(now=NOW).sent == 0
    assert mailbox.accepted == []
    assert (mail().state, mail().last_error) == ("dropped", "the case has moved on")


def test_who_has_left_is_not_told(mailbox: Mailbox, home: Home) -> None:
    adam, _ = home.member("Adam")
    flagged(home)
    adam.left_at = NOW
    adam.save()
    assert deliver(now=NOW).sent == 1
    assert mailbox.to(adam.user.email) == []


def test_row_whose_lease_ran_out_is_taken_over(mailbox: Mailbox, home: Home) -> None:
    flagged(home)
    Notification.objects.filter(channel="email").update(
        state="sending", lease_until=NOW + lease(), token=1
    )
    assert deliver(now=NOW).sent == 0
    assert deliver(now=NOW + lease() + timedelta(seconds=1)).sent == 1


def test_late_finisher_finds_its_token_stale_and_writes_nothing(
    mailbox: Mailbox, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reminders import delivery

    flagged(home)
    real = delivery._send

    def slow(letter: Letter[Notification], *args: Any) -> tuple[str, str]:
        answer = real(letter, *args)
        (row,) = letter.rows
        Notification.objects.filter(pk=row.pk).update(token=row.token + 1)
        return answer

    monkeypatch.setattr(delivery, "_send", slow)
    assert deliver(now=NOW).sent == 0
    assert mail().state == "sending"
    assert DeliveryTry.objects.get().result == "late"


def test_row_that_cannot_be_written_stands_aside_alone(
    mailbox: Mailbox, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reminders import delivery

    home.member("Adam")
    flagged(home)
    real = delivery.build_mail

    def broken(letter: Letter[Notification], server: Any) -> Any:
        if letter.rows[0].member.user.name == "Adam":
            raise ValueError("bad template")
        return real(letter, server)

    monkeypatch.setattr(delivery, "build_mail", broken)
    figures = deliver(now=NOW)
    assert (figures.sent, figures.failed) == (1, 1)


def test_line_breaks_in_a_title_cannot_add_headers(mailbox: Mailbox, home: Home) -> None:
    case = flagged(home)
    Case.objects.filter(pk=case.pk).update(title="Lamp\r\nBcc: everyone@example.org")
    deliver(now=NOW)
    (message,) = mailbox.to("owner@home.test")
    assert message["Bcc"] is None
    assert message["Subject"] == "Write again: Lamp Bcc: everyone@example.org"


def test_without_a_server_mail_is_a_file_and_never_twice(home: Home, settings: Any) -> None:
    settings.EMAIL_BACKEND = "reminders.mail_files.EmlFileBackend"
    settings.EMAIL_FILE_PATH = Path(settings.DATA_DIR) / "mail-of-this-test"
    flagged(home)
    assert deliver(now=NOW).sent == 1
    Notification.objects.filter(channel="email").update(state="waiting")
    deliver(now=NOW)
    (file,) = settings.EMAIL_FILE_PATH.glob("*.eml")
    assert message_from_bytes(file.read_bytes())["Subject"] == "Write again: Lamp has not come"
    page = home.client.get(home.path("inbox/"))
    assert b"No mail server is set" in page.content
