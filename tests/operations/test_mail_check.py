"""The mail settings are tried, and each fault is explained in words."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import dns.message
import dns.resolver
import dns.rrset
import pytest
import trustme
from aiosmtpd.smtp import AuthResult
from django.test import Client

from operations.mail_check import Finding, check_mail, mail_settings
from tests.smtp_server import Mailbox, free_port, silent_server, smtp_server, use_server
from tests.stock import make_home

pytestmark = pytest.mark.django_db


@contextmanager
def name_server(records: dict[str, list[str]]) -> Iterator[dns.resolver.Resolver]:
    """A real name server on loopback that knows these TXT records."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    wire, client = server.recvfrom(4096)
                except OSError:
                    return
                query = dns.message.from_wire(wire)
                answer = dns.message.make_response(query)
                name = query.question[0].name
                texts = records.get(name.to_text(omit_final_dot=True), [])
                quoted = [f'"{text}"' for text in texts]
                if quoted:
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
                server.sendto(answer.to_wire(), client)

        Thread(target=serve, daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = server.getsockname()[1]
        yield resolver


@pytest.fixture
def names() -> Iterator[dns.resolver.Resolver]:
    records = {"parley.test": ["v=spf1 mx -all"], "_dmarc.parley.test": ["v=DMARC1; p=none"]}
    with name_server(records) as resolver:
        yield resolver


def first(names: dns.resolver.Resolver) -> Finding:
    return check_mail("operator@home.test", resolver=names)[0]


def test_good_settings_send_the_test(mailbox: Mailbox, names: dns.resolver.Resolver) -> None:
    findings = check_mail("operator@home.test", resolver=names)
    assert [finding.is_good for finding in findings] == [True, True, True, None]
    assert mailbox.to("operator@home.test")[0]["Subject"] == "A test from Parley"


def test_port_on_which_nothing_listens_is_named(
    settings: Any, names: dns.resolver.Resolver
) -> None:
    use_server(settings, free_port())
    assert "Nothing listens there" in first(names).words


def test_silence_is_named(
    settings: Any, names: dns.resolver.Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.mail_check.TRY_SECONDS", 0.2)
    with silent_server() as port:
        use_server(settings, port)
        assert "did not answer" in first(names).words


def test_host_without_an_address_is_named(settings: Any, names: dns.resolver.Resolver) -> None:
    use_server(settings, 25)
    settings.EMAIL_HOST = "no.such.host.invalid"
    assert "no address" in first(names).words


def test_refused_password_is_named_and_not_told(
    settings: Any, names: dns.resolver.Resolver
) -> None:
    def refuse(*args: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with smtp_server(authenticator=refuse, auth_require_tls=False) as mailbox:
        use_server(settings, mailbox.port)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "me", "wrong-word"
        words = first(names).words
    assert "refused user or password" in words
    assert "wrong-word" not in words
    assert "535" in words


def test_server_without_starttls_is_named(settings: Any, names: dns.resolver.Resolver) -> None:
    with smtp_server() as mailbox:
        use_server(settings, mailbox.port)
        settings.EMAIL_USE_TLS = True
        assert "no STARTTLS" in first(names).words


def test_certificate_that_nobody_knows_is_named(
    settings: Any, names: dns.resolver.Resolver
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with smtp_server(tls_context=context) as mailbox:
        use_server(settings, mailbox.port)
        settings.EMAIL_USE_TLS = True
        assert "certificate is not valid" in first(names).words


def test_refused_recipient_is_named_with_the_servers_words(
    mailbox: Mailbox, names: dns.resolver.Resolver
) -> None:
    mailbox.codes["operator"] = "550 no such person"
    words = first(names).words
    assert "refused the recipient" in words
    assert "550 no such person" in words


def test_domain_without_records_is_told_what_to_add(mailbox: Mailbox) -> None:
    with name_server({}) as names:
        _mail, spf, dmarc, _dkim = check_mail("operator@home.test", resolver=names)
    assert (spf.is_good, dmarc.is_good) == (False, False)
    assert "add the TXT record" in spf.words


def test_two_spf_records_count_as_none(mailbox: Mailbox) -> None:
    with name_server({"parley.test": ["v=spf1 mx -all", "v=spf1 a -all"]}) as names:
        assert "Make them one" in check_mail("operator@home.test", resolver=names)[1].words


def test_name_server_that_is_silent_is_only_a_hint(mailbox: Mailbox) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], free_port()
    findings = check_mail("operator@home.test", resolver=resolver)
    assert [finding.is_good for finding in findings] == [True, None]


def test_settings_are_shown_without_the_password(settings: Any) -> None:
    use_server(settings, 25)
    settings.MAIL_TO_FILES = False
    settings.EMAIL_HOST_PASSWORD = "secret-word"
    assert "secret-word" not in str(mail_settings())


def test_page_is_the_operators_alone_and_keeps_what_was_typed(client: Client) -> None:
    home = make_home()
    assert home.client.get("/admin/mail/").status_code == 302
    user = home.owner.user
    user.is_staff = user.is_superuser = True
    user.save()
    assert home.client.get("/admin/mail/").status_code == 200
    answer = home.client.post("/admin/mail/", {"to": "nonsense"})
    assert answer.status_code == 422
    assert "nonsense" in answer.content.decode()
