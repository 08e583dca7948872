"""Mails as they come, built by the standard library."""

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from tests.stock import NOW

SERVER = "mx.home.test"
ORDER = "3069099405651234"


def vouched(domain: str, result: str = "pass") -> str:
    return f"{SERVER}; dkim={result}; spf=pass; dmarc={result} header.from={domain}"


def build(
    *,
    sender: str = "owner@home.test",
    to: str = "box@home.test",
    subject: str = "Hello",
    text: str = "Hello",
    message_id: str = "<1@home.test>",
    authentic: bool = True,
    **headers: str,
) -> EmailMessage:
    mail = EmailMessage()
    if authentic:
        mail["Authentication-Results"] = vouched(sender.rpartition("@")[2])
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(NOW)
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def raw(**options: Any) -> bytes:
    return build(**options).as_bytes()


def forwarded_text(text: str, note: str = "Look at this") -> str:
    return (
        f"{note}\n\n---------- Forwarded message ---------\nFrom: Lamp Store <s@shop.test>\n"
        f"Date: Mon, 2 Nov 2026\nSubject: Your order {ORDER}\nTo: <box@home.test>\n\n{text}\n"
    )


def bounce(*, message_id: str, recipient: str, status: str = "5.1.1") -> bytes:
    """A delivery report as Postfix writes it."""
    return f"""From: MAILER-DAEMON@relay.test (Mail Delivery System)
To: parley@parley.test
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <dsn.{status}@relay.test>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I could not deliver it.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.test

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b1
Content-Type: text/rfc822-headers

From: parley@parley.test
To: {recipient}
Message-ID: {message_id}

--b1--
""".replace("\n", "\r\n").encode()
