"""Mail is fetched from a real IMAP server, which is left as it was."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from inbound.fetching import MAX_BYTES, FetchFigures, fetch_mail
from inbound.models import InboundMail, MailboxPosition
from orders.models import Order
from tests.inbound.dovecot import ImapServer, dovecot_program, imap_server
from tests.inbound.mails import SERVER, build, raw
from tests.smtp_server import free_port
from tests.stock import NOW, Home, make_home

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(dovecot_program() is None, reason="dovecot-imapd is not installed"),
]
SAMPLES = sorted((Path(__file__).parents[1] / "exports" / "mail").glob("*.eml"))


@pytest.fixture
def server(settings: Any) -> Iterator[ImapServer]:
    with imap_server() as running:
        use(settings, running.port, running.password)
        settings.INBOUND_AUTHSERV_IDS = [SERVER]
        yield running


def use(settings: Any, port: int, password: str) -> None:
    settings.INBOUND_EMAIL_URL = f"imap://box:{quote(password, safe='')}@127.0.0.1:{port}/INBOX"


@pytest.fixture
def home() -> Home:
    return make_home()


def fetch() -> FetchFigures:
    return fetch_mail(now=NOW)


def test_new_mails_are_taken_in_and_the_next_pass_finds_none(
    server: ImapServer, home: Home
) -> None:
    server.put(*(path.read_bytes() for path in SAMPLES))
    assert fetch() == FetchFigures(taken=len(SAMPLES))
    assert fetch() == FetchFigures()
    server.put(raw())
    assert fetch() == FetchFigures(taken=1)
    assert InboundMail.objects.count() == len(SAMPLES) + 1


def test_mails_stay_unread_and_where_they_were(server: ImapServer, home: Home) -> None:
    server.put(raw())
    fetch()
    with server.box() as mailbox:
        (mail,) = mailbox.fetch(mark_seen=False)
    assert "\\Seen" not in mail.flags


def test_same_mail_twice_in_the_folder_is_taken_once(server: ImapServer, home: Home) -> None:
    server.put(raw(), raw())
    fetch()
    assert InboundMail.objects.count() == 1


def test_folder_numbered_anew_is_read_again_and_nothing_is_taken_twice(
    server: ImapServer, home: Home
) -> None:
    server.put(raw(subject="Order 3069099405651234: order confirmed"))
    fetch()
    MailboxPosition.objects.update(uid_validity=1)
    fetch()
    assert InboundMail.objects.count() == 1
    assert Order.objects.count() == 1


def test_killed_between_a_mail_and_its_mark_takes_nothing_twice(
    server: ImapServer, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: MailboxPosition, **kwargs: object) -> None:
        raise KeyboardInterrupt

    fetch()
    server.put(raw())
    with monkeypatch.context() as patch:
        patch.setattr(MailboxPosition, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch()
    assert fetch_mail(now=NOW + timedelta(minutes=2)) == FetchFigures(known=1)
    assert InboundMail.objects.count() == 1


def test_huge_mail_is_read_by_its_head_alone(server: ImapServer, home: Home) -> None:
    server.put(build(subject="Huge", text="x" * 70 + "\n").as_bytes() + b"y\r\n" * (MAX_BYTES // 3))
    assert fetch().taken == 1
    row = InboundMail.objects.get()
    assert (row.subject, row.text) == ("Huge", "")


def test_wrong_password_is_named_without_being_told(
    settings: Any, server: ImapServer, home: Home
) -> None:
    use(settings, server.port, "wrong-word")
    fault = fetch().fault
    assert "refused" in fault
    assert "wrong-word" not in fault


def test_silent_server_is_named_and_the_next_pass_goes_on(
    settings: Any, server: ImapServer, home: Home
) -> None:
    use(settings, free_port(), server.password)
    assert "not reached" in fetch().fault
    server.put(raw())
    use(settings, server.port, server.password)
    assert fetch().taken == 1


def test_missing_folder_is_a_fault_and_no_traceback(
    settings: Any, server: ImapServer, home: Home
) -> None:
    settings.INBOUND_EMAIL_URL = settings.INBOUND_EMAIL_URL.replace("/INBOX", "/Nowhere")
    assert fetch().fault


def test_command_says_what_it_did(server: ImapServer, home: Home, capsys: Any) -> None:
    server.put(raw())
    call_command("fetch_mail")
    assert capsys.readouterr().out.startswith("1 taken in")


def test_command_without_a_mailbox_says_what_to_set(settings: Any) -> None:
    settings.INBOUND_EMAIL_URL = ""
    with pytest.raises(CommandError, match="INBOUND_EMAIL_URL"):
        call_command("fetch_mail")


def test_mail_that_cannot_be_taken_in_does_not_stand_before_the_others(
    server: ImapServer, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inbound import fetching

    real = fetching.take_in

    def stumbles(content: bytes, **kwargs: Any) -> Any:
        if b"Poison" in content:
            raise ValueError("beyond reading")
        return real(content, **kwargs)

    monkeypatch.setattr(fetching, "take_in", stumbles)
    server.put(raw(subject="Poison"), raw(subject="Good", message_id="<2@home.test>"))
    assert fetch() == FetchFigures(taken=1, unreadable=1)
    assert fetch() == FetchFigures()


def test_mail_waits_while_the_database_is_away(
    server: ImapServer, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise OperationalError("the database is away")

    server.put(raw())
    with monkeypatch.context() as patch:
        patch.setattr("inbound.fetching.take_in", away)
        with pytest.raises(OperationalError):
            fetch()
    assert fetch() == FetchFigures(taken=1)
