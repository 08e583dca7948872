"""Reads a mail as it came: who, what, and what kind of mail it is. Imports no Django, trusts nothing."""

import email
import email.errors
import email.header
import email.policy
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

import authres
from authres.core import SyntaxError as AuthresSyntaxError
from charset_normalizer import from_bytes

from inbound.page_text import text_of_page

MAX_TEXT = 100_000
MAX_HEADER = 500
# More of a header is not looked at: some take time by the square of their length.
MAX_RAW_HEADER = 10_000
MAX_NAMES = 200
MAX_PARTS = 500
# Mails inside mails beyond this depth are not looked into.
MAX_DEPTH = 5
REPORTED_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
# RFC 3834, section 2, and what programs that do not know it write instead.
BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
OUT_OF_OFFICE = re.compile(
    r"^\s*(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)"
    r"|abwesenheitsnotiz|automatische antwort|réponse automatique|absence du bureau"
    r"|respuesta automática|fuera de (?:la )?oficina|resposta automática|fora do escritório"
    r"|risposta automatica|fuori sede|autoodpowiedź|自动回复|自動返信|부재중 자동 회신)",
    re.IGNORECASE,
)
FORWARD_MARK = re.compile(
    r"^[ \t>]*(?:-{2,}[ \t]*)?(?:forwarded message|begin forwarded message|original message"
    r"|weitergeleitete nachricht|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|ursprüngliche nachricht|mensaje reenviado|message (?:transféré|d'origine)"
    r"|début du message (?:transféré|réexpédié)|messaggio inoltrato|mensagem encaminhada"
    r"|wiadomość przekazana|转发(?:的)?邮件|原始邮件|転送メッセージ|전달된 메시지)"
    r"[ \t:]*(?:-{2,})?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
# 'From: ...', in whatever language: a short word, a colon, a value.
HEAD_LINE = re.compile(r"^[ \t>]*\*?[^\W\d_][\w .'-]{0,20}[::]\*?[ \t]*\S.*$")
QUOTED = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report on one of our mails, as RFC 3464 says it."""

    recipient: str
    status: str
    reported_id: str
    detail: str

    @property
    def is_permanent(self) -> bool:
        return self.status.startswith("5")


@dataclass(frozen=True, slots=True)
class ReadMail:
    """`sent_at` is what the mail says, in UTC, or None; addresses are in lower case.

    `forwarded` is the text of the mail within, '' where there is none; `automatic` says by what it
    was known as a machine's, '' for a person's.
    """

    identity: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    text: str
    forwarded: str
    automatic: str
    bounce: Bounce | None
    refers_to: tuple[str, ...]
    authenticated: bool
    attachments: tuple[str, ...] = field(default=())

    @property
    def words(self) -> str:
        """All of it in which an order's number may stand."""
        return f"{self.subject}\n{self.text}\n{self.forwarded}"


def read_mail(raw: bytes, *, trusted_servers: Sequence[str] = ()) -> ReadMail:
    """Read any bytes as a mail; total.

    `trusted_servers` are the authserv-ids (RFC 8601) whose word on the sender counts: those of the
    server that received the mail. Without one, no sender is authenticated.
    """
    try:
        return _read(raw, raw, trusted_servers)
    except RecursionError:
        # Nested so deep that nobody wrote it; who sent it is known all the same.
        head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
        return _read(head, raw, trusted_servers)


def _read(readable: bytes, raw: bytes, trusted_servers: Sequence[str]) -> ReadMail:
    message = email.message_from_bytes(readable, policy=email.policy.compat32)
    parts = list(_parts(message))
    text = _text(parts)
    name, sender = _sender(message)
    inner = next((p for p in parts if p.get_content_type() == "message/rfc822"), None)
    bounce = _bounce(message, parts)
    return ReadMail(
        identity=_identity(message, raw),
        sender=sender,
        sender_name=name,
        recipients=_recipients(message),
        subject=_header(message, "Subject"),
        sent_at=_sent_at(message),
        text=text,
        forwarded="" if bounce else (_inner_text(inner) or _forwarded(text)),
        automatic=_automatic(message),
        bounce=bounce,
        refers_to=tuple(
            re.findall(
                r"<[^<>\s]{1,500}>",
                f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}",
            )
        ),
        authenticated=_is_authenticated(message, sender, trusted_servers),
        attachments=tuple(name for part in parts if (name := _file_name(part)))[:50],
    )


def _parts(message: Message) -> Iterator[Message]:
    """Every part; what a mail within holds belongs to that mail, and is left in it."""
    waiting: list[Message] = [message]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting[:0] = [p for p in part.get_payload() if isinstance(p, Message)]


def _header(message: Message, name: str) -> str:
    """Decoded, on one line, without what cannot be shown; '' where it is missing."""
    value = message.get(name)
    if value is None:
        return ""
    value = str(value)[:MAX_RAW_HEADER] if isinstance(value, str) else value
    try:
        pieces = email.header.decode_header(value)
        text = "".join(_piece(content, charset) for content, charset in pieces)
    except (ValueError, LookupError, email.errors.HeaderParseError):
        text = str(value)
    return _shown(" ".join(text.split()))[:MAX_HEADER]


def _piece(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        # Bytes above 127 that no encoding was named for come as lone surrogates.
        return _decoded(content.encode("ascii", "surrogateescape"), None)
    return _decoded(content, None if charset == "unknown-8bit" else charset)


def _shown(text: str) -> str:
    kept = (c for c in text if c in "\n\t" or (c.isprintable() and c != "\ufffe"))
    return "".join(kept).encode("utf-8", "replace").decode("utf-8")


def _decoded(content: bytes, charset: str | None) -> str:
    """By the charset named if that fits, else by what the bytes look like."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name or "utf-8")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    best = from_bytes(content[:20_000]).best()
    return content.decode(best.encoding if best else "latin-1", "replace")


def _body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return _decoded(payload[: 4 * MAX_TEXT], part.get_content_charset())


def _text(parts: Sequence[Message]) -> str:
    """The plain text; where there is none, that of the HTML."""
    plain = [_body(p) for p in parts if p.get_content_type() == "text/plain" and not _file_name(p)]
    if any(text.strip() for text in plain):
        return _clean("\n".join(plain))
    html = [_body(p) for p in parts if p.get_content_type() == "text/html" and not _file_name(p)]
    return _clean("\n".join(text_of_page(page) for page in html))


def _clean(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_shown(line).rstrip() for line in lines)).strip()[
        :MAX_TEXT
    ]


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):
        name = "?"
    return _shown(" ".join(str(name).split()))[:120] if name else ""


def _sender(message: Message) -> tuple[str, str]:
    """Name and address. Two From headers are one too many: then nobody is named."""
    if len(message.get_all("From", [])) != 1:
        return "", ""
    found = _addresses([_header(message, "From")])
    if len(found) != 1 or found[0][1].count("@") != 1:
        return "", ""
    name, address = found[0]
    return name[:120], address.lower()[:254]


def _recipients(message: Message) -> tuple[str, ...]:
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
    values = [str(value) for name in names for value in message.get_all(name, [])]
    return tuple(address.lower() for _, address in _addresses(values) if "@" in address)


def _addresses(values: Sequence[str]) -> list[tuple[str, str]]:
    """None of a header that is made to be unreadable."""
    try:
        return getaddresses([value[:MAX_RAW_HEADER] for value in values[:MAX_NAMES]])
    except RecursionError:
        return []


def _identity(message: Message, raw: bytes) -> str:
    found = re.search(r"<[^<>\s]{1,400}>", str(message.get("Message-ID", "")))
    identity = _shown(found.group()) if found else ""
    return identity or f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _sent_at(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not 2000 <= moment.year <= 2100:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _automatic(message: Message) -> str:
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted}"
    precedence = _header(message, "Precedence").lower()
    if precedence in BULK:
        return f"Precedence: {precedence}"
    for name in AUTO_HEADERS:
        if _header(message, name):
            return name
    if _header(message, "Return-Path").strip() == "<>":
        return "Return-Path: <>"
    return "the subject" if OUT_OF_OFFICE.match(_header(message, "Subject")) else ""


def _bounce(message: Message, parts: Sequence[Message]) -> Bounce | None:
    """The first failed recipient of a delivery report; None where the mail is none."""
    if message.get_content_type() != "multipart/report":
        return None
    report = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    if report is None or not isinstance(report.get_payload(), list):
        return None
    for group in report.get_payload():
        if not isinstance(group, Message) or _header(group, "Action").lower() != "failed":
            continue
        kind, _, recipient = _header(group, "Final-Recipient").partition(";")
        if kind.strip().lower() == "rfc822":
            return Bounce(
                recipient=recipient.strip().strip("<>").lower(),
                status=_header(group, "Status"),
                reported_id=_reported_id(parts),
                detail=_header(group, "Diagnostic-Code")[:300],
            )
    return None


def _reported_id(parts: Sequence[Message]) -> str:
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return _header(inner[0], "Message-ID")
        if part.get_content_type() == "text/rfc822-headers":
            found = REPORTED_ID.search(_body(part))
            return found.group(1) if found else ""
    return ""


def _inner_text(part: Message | None, depth: int = 1) -> str:
    """The text of a mail that was forwarded as an attachment; of a chain, the innermost."""
    payload = part.get_payload() if part is not None else None
    if not isinstance(payload, list) or not payload or not isinstance(payload[0], Message):
        return ""
    parts = list(_parts(payload[0]))
    deeper = next((p for p in parts if p.get_content_type() == "message/rfc822"), None)
    if deeper is not None and depth < MAX_DEPTH:
        return _inner_text(deeper, depth + 1) or _text(parts)
    text = _text(parts)
    return _forwarded(text) or text


def _forwarded(text: str) -> str:
    """What follows the last mark of a forwarding, without the header lines below the mark."""
    marks = list(FORWARD_MARK.finditer(text))
    if not marks:
        return ""
    lines = QUOTED.sub("", text[marks[-1].end() :]).strip("\n").split("\n")
    while lines and (not lines[0].strip() or HEAD_LINE.match(lines[0])):
        was_head = bool(lines[0].strip())
        lines.pop(0)
        # An empty line ends the header lines; what looks like one after it is the message.
        if was_head and lines and not lines[0].strip():
            break
    return "\n".join(lines).strip()


def _is_authenticated(message: Message, sender: str, trusted: Sequence[str]) -> bool:
    """Whether a trusted server found, by DMARC, that the domain of From sent this.

    Only that server's topmost header counts: one that the sender wrote lies below it.
    """
    domain = sender.rpartition("@")[2]
    names = {name.lower() for name in trusted}
    if not domain or not names:
        return False
    for value in message.get_all("Authentication-Results", []):
        try:
            found = authres.AuthenticationResultsHeader.parse(
                f"Authentication-Results: {' '.join(str(value)[:MAX_RAW_HEADER].split())}"
            )
        except (AuthresSyntaxError, ValueError, IndexError, RecursionError):
            continue
        if str(found.authserv_id).lower() not in names:
            continue
        return any(
            result.method == "dmarc"
            and result.result == "pass"
            and any(
                p.type == "header" and p.name == "from" and str(p.value).lower() == domain
                for p in result.properties
            )
            for result in found.results
        )
    return False
