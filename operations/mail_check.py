"""Tries the mail settings step by step, and says in words what hinders and how to mend it."""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

DNS_SECONDS = 5.0
TRY_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One step of the check. `is_good` is None for a hint that is neither."""

    title: str
    words: str
    is_good: bool | None


def mail_settings() -> list[tuple[str, str]]:
    """What is set, without the password."""
    if settings.MAIL_TO_FILES:
        return [(_("Mail server"), _("none: mails are kept as files in DATA_DIR/mail"))]
    tls = _("from the start") if settings.EMAIL_USE_SSL else _("after STARTTLS")
    if not (settings.EMAIL_USE_SSL or settings.EMAIL_USE_TLS):
        tls = _("no encryption")
    return [
        (_("Mail server"), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"),
        (_("Encryption"), tls),
        (_("User"), settings.EMAIL_HOST_USER or _("not set")),
        (_("Sender"), settings.DEFAULT_FROM_EMAIL),
    ]


def check_mail(to: str, *, resolver: dns.resolver.Resolver | None = None) -> list[Finding]:
    """Send a test to `to`, and look up what receivers look up about the sender. Never raises."""
    return [_send_test(to), *_sender_findings(resolver)]


def _send_test(to: str) -> Finding:
    title = _("A test mail")
    connection = get_connection(timeout=TRY_SECONDS)
    try:
        connection.open()
        mail = EmailMessage(
            subject=_("A test from Parley"),
            body=_("If you read this, Parley's mails arrive here."),
            to=[to],
            connection=connection,
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.send()
    except (OSError, smtplib.SMTPException) as fault:
        return Finding(title, explain(fault), is_good=False)
    finally:
        connection.close()
    if settings.MAIL_TO_FILES:
        words = _("It was written as a file. Set EMAIL_URL, and it is sent.")
        return Finding(title, words, is_good=None)
    words = _("The server took it for %(address)s. Look whether it came, also among the spam.")
    return Finding(title, words % {"address": to}, is_good=True)


def explain(fault: Exception) -> str:
    """A sentence for a fault of the mail server, with what it said and what to look at."""
    if isinstance(fault.__context__, TimeoutError):
        # The standard library tells a silence within the talk as a hang-up.
        fault = fault.__context__
    for kind, words in _explanations():
        if isinstance(fault, kind):
            return f"{words} {_said(fault)}".strip()
    return _("The mail could not be sent.") + f" {_said(fault)}"


def _explanations() -> list[tuple[type[Exception], str]]:
    """The narrow kinds before the wide ones."""
    return [
        (
            smtplib.SMTPAuthenticationError,
            _(
                "The server refused user or password. Many providers want a password for "
                "applications; and characters like @ or / are written as %40 or %2F in EMAIL_URL."
            ),
        ),
        (
            smtplib.SMTPNotSupportedError,
            _("The server offers no STARTTLS or login here. Try smtps:// and port 465."),
        ),
        (smtplib.SMTPSenderRefused, _("The server does not let DEFAULT_FROM_EMAIL send.")),
        (smtplib.SMTPRecipientsRefused, _("The server refused the recipient.")),
        (
            smtplib.SMTPServerDisconnected,
            _("The server hung up. Port and encryption may not fit: 587 is smtp+tls, 465 smtps."),
        ),
        (smtplib.SMTPException, _("The server refused the mail.")),
        (
            ssl.SSLCertVerificationError,
            _(
                "The server's certificate is not valid for its name. Is the host in EMAIL_URL right?"
            ),
        ),
        (
            ssl.SSLError,
            _("No encrypted connection came about: 587 is smtp+tls, 465 is smtps."),
        ),
        (socket.gaierror, _("The host of EMAIL_URL has no address. Is it spelt right?")),
        (ConnectionRefusedError, _("Nothing listens there. Are host and port of EMAIL_URL right?")),
        (
            TimeoutError,
            _("The server did not answer. A firewall may hold the port; many block port 25."),
        ),
        (OSError, _("The server was not reached.")),
    ]


def _said(fault: Exception) -> str:
    """What the server answered, if it did; never what was sent to it."""
    answer: Any = None
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        answer = next(iter(fault.recipients.values()), None)
    elif isinstance(fault, smtplib.SMTPResponseException):
        answer = (fault.smtp_code, fault.smtp_error)
    if answer is None:
        return ""
    code, words = answer
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return _("It said: %(answer)s") % {"answer": f"{code} {text}"}


def _sender_findings(resolver: dns.resolver.Resolver | None) -> list[Finding]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    try:
        look = resolver or dns.resolver.Resolver()
        spf = [text for text in _texts(look, domain) if text.startswith("v=spf1")]
        dmarc = [text for text in _texts(look, f"_dmarc.{domain}") if text.startswith("v=DMARC1")]
    except dns.exception.DNSException:
        words = _("The DNS could not be asked about %(domain)s.") % {"domain": domain}
        return [Finding(_("The sender's domain"), words, is_good=None)]
    return [_spf(domain, spf), _dmarc(domain, dmarc), _dkim()]


def _texts(resolver: dns.resolver.Resolver, name: str) -> list[str]:
    try:
        answer = resolver.resolve(name, "TXT", lifetime=DNS_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode(errors="replace") for record in answer]


def _spf(domain: str, found: list[str]) -> Finding:
    if not found:
        words = _(
            "%(domain)s names no servers that may send for it. Receivers may take Parley's mails "
            "for spam: add the TXT record that your mail provider gives."
        )
    elif len(found) > 1:
        words = _("%(domain)s has several SPF records, so none counts. Make them one.")
    else:
        words = _("%(domain)s says who may send for it: %(record)s. Is your server among them?")
    values = {"domain": domain, "record": found[0] if found else ""}
    return Finding("SPF", words % values, is_good=len(found) == 1)


def _dmarc(domain: str, found: list[str]) -> Finding:
    if not found:
        words = _("%(domain)s has no DMARC record. Large receivers ask for one.")
        return Finding("DMARC", words % {"domain": domain}, is_good=False)
    return Finding("DMARC", found[0], is_good=True)


def _dkim() -> Finding:
    words = _(
        "Your mail server signs, not Parley. Open the source of the test mail and look for "
        "dkim=pass in Authentication-Results."
    )
    return Finding("DKIM", words, is_good=None)
