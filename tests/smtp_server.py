"""A real SMTP server on loopback whose faults a test chooses."""

import asyncio
import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What was accepted, in order; and the faults to show, by the start of the address."""

    port: int
    accepted: list[tuple[str, EmailMessage]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    # How many messages are taken and kept, and then the connection is cut before the answer.
    cuts: int = 0
    # How many messages are taken and kept, and then answered only after the client has given up.
    hangs: int = 0
    hang_seconds: float = 0.0
    # What is answered to the mail's text instead of taking it.
    text_code: str = ""
    # What is answered to the sender, and after how many mails a connection is cut.
    sender_code: str = ""
    mails_a_connection: int = 1000
    # Recipients, by the start of the address, about whom nothing is said for `hang_seconds`.
    silent_about: str = "nobody"
    came: threading.Event = field(default_factory=threading.Event)

    @property
    def message_ids(self) -> list[str]:
        return [message["Message-ID"] for _, message in self.accepted]

    def to(self, address: str) -> list[EmailMessage]:
        return [message for rcpt, message in self.accepted if rcpt == address]


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        session.mails = getattr(session, "mails", 0) + 1  # type: ignore[attr-defined]
        if session.mails > self.mailbox.mails_a_connection:  # type: ignore[attr-defined]
            assert server.transport is not None
            server.transport.abort()
        envelope.mail_from = address
        return self.mailbox.sender_code or "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address.startswith(self.mailbox.silent_about):
            await asyncio.sleep(self.mailbox.hang_seconds)
        for start, code in self.mailbox.codes.items():
            if address.startswith(start):
                return code
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.mailbox.text_code:
            return self.mailbox.text_code
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mailbox.accepted += [(rcpt, message) for rcpt in envelope.rcpt_tos]
        self.mailbox.came.set()
        if self.mailbox.hangs > 0:
            self.mailbox.hangs -= 1
            await asyncio.sleep(self.mailbox.hang_seconds)
        if self.mailbox.cuts > 0:
            self.mailbox.cuts -= 1
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server(port: int | None = None, **options: Any) -> Iterator[Mailbox]:
    mailbox = Mailbox(port or free_port())
    controller = Controller(_Handler(mailbox), hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop(no_assert=True)


def use_server(settings: Any, port: int) -> None:
    """Let Django's settings name the server on this port."""
    settings.EMAIL_BACKEND = "reminders.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    settings.MAIL_TO_FILES = False


@contextmanager
def silent_server() -> Iterator[int]:
    """A server that takes a connection and never says a word; its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield int(listener.getsockname()[1])
