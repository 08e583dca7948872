"""AliExpress's order mails (.eml), English and German subjects. Imports no Django."""

import email
import email.errors
import email.header
import email.policy
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from languages.sentences import say
from orders.importers import reading
from orders.importers.order_mail_subjects import Dates, Subject, read_subject
from orders.importers.parsed import (
    FieldError,
    ParsedFile,
    ParsedOrder,
    ParsedParcel,
    Rejected,
    UnreadableFile,
    join_lines,
)

HEADER = re.compile(rb"\A(?:From |[A-Za-z][A-Za-z0-9-]{0,60}:(?:[ \t]|\r?\n[ \t]))")
MBOX = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]*\r?\n")
LINKED = re.compile(r"[?&;](?:tradeOrderId|o_ids|orderIds?)=(\d{12,20}(?:(?:,|%2C)\d{12,20})*)")
TRACKING = re.compile(
    r"(?:tracking\s+(?:number|no\.?)|sendungsnummer|운송장 번호)\s*[:#]?\s*([A-Z0-9]{8,40})\b", re.I
)
ORDER_PAGE = "https://www.aliexpress.com/p/order/detail.html?orderId="
# The marketplace counts days on this clock.
CLOCK = ZoneInfo("America/Los_Angeles")
# Whence such mails come: docs/imports.md names the samples.
SENDER_DOMAINS = frozenset({"notice.aliexpress.com", "aliexpress.com", "mail.aliexpress.com"})
MAX_TEXT, MAX_MAILS = 500_000, 2_000
# Of a header; a subject that names an order has it within the first 300 characters.
MAX_HEADER = 4_000
MAX_UNPACKED = 50 * 1024 * 1024


class OrderMail:
    name = "order-mail"
    label = "AliExpress order mail: .eml, mbox, or a zip of them"

    def recognises(self, content: bytes) -> bool:
        if content.startswith(b"PK\x03\x04"):
            return b".eml" in content[-100_000:]
        start = content[:20_000].lstrip(b"\xef\xbb\xbf\r\n")
        head = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0].lower()
        return bool(HEADER.match(start)) and b"\nsubject:" in b"\n" + head and b"from" in head

    def read(self, content: bytes) -> ParsedFile:
        orders: list[ParsedOrder] = []
        rejected: list[Rejected] = []
        number = 0
        for number, mail in enumerate(_mails(content), start=1):
            try:
                orders += _orders(mail, number)
            except FieldError as fault:
                rejected.append(Rejected(number, fault.field, fault.error))
        return ParsedFile(rows=number, orders=join_lines(orders), rejected=rejected)


def _mails(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK\x03\x04"):
        yield from _unzipped(content)
        return
    content = content.lstrip(b"\xef\xbb\xbf\r\n")
    if content.startswith(b"From "):
        if sum(1 for _mail in MBOX.finditer(content)) > MAX_MAILS:
            raise UnreadableFile(say("this file holds far more than order mails"))
        yield from (part for part in MBOX.split(content) if part.strip())
    else:
        yield content


def _unzipped(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [e for e in archive.infolist() if e.filename.lower().endswith(".eml")]
            if len(entries) > MAX_MAILS or sum(e.file_size for e in entries) > MAX_UNPACKED:
                raise UnreadableFile(say("this file holds far more than order mails"))
            yield from (archive.read(e) for e in sorted(entries, key=lambda e: e.filename))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as fault:
        raise UnreadableFile(say("this is not a whole zip file")) from fault


def _orders(content: bytes, row: int) -> list[ParsedOrder]:
    try:
        # Its newer kin parses every header by a grammar: minutes for a subject of megabytes.
        message = email.message_from_bytes(content, policy=email.policy.compat32)
        words, text, sent = _subject(message), _text(message), _sent_at(message)
    except Exception as fault:  # the parser raises whatever a broken header makes it stumble on
        raise FieldError("", say("is no mail that can be read")) from fault
    subject = read_subject(words)
    if subject is None:
        raise FieldError(
            "Subject",
            say("{words} is not of one of AliExpress's order mails", words=repr(words[:80])),
        )
    numbers = _numbers(subject, words, text)
    if not numbers:
        raise FieldError(
            "Subject", say("no order number in {words} or the mail's links", words=repr(words[:80]))
        )
    parcels = _parcels(subject, text)
    return [_order(number, subject, parcels, sent, row) for number in numbers]


def _order(
    number: str, subject: Subject, parcels: list[ParsedParcel], sent: datetime | None, row: int
) -> ParsedOrder:
    day = sent.astimezone(CLOCK).date() if sent else None
    return ParsedOrder(
        number=number,
        # The confirmation comes some time after the order, so it tells the day alone.
        placed_on=day if subject.dates == Dates.PLACED else None,
        shipped_on=day if subject.dates == Dates.SHIPPED else None,
        delivered_on=day if subject.dates == Dates.DELIVERED else None,
        status_text=subject.status,
        url=f"{ORDER_PAGE}{number}",
        parcels=list(parcels),
        row=row,
    )


def _parcels(subject: Subject, text: str) -> list[ParsedParcel]:
    found: list[ParsedParcel] = []
    for number in dict.fromkeys([subject.parcel, *(n.upper() for n in TRACKING.findall(text))]):
        if re.search(r"\d", number):
            found += reading.parcels(number, "tracking number")
    return found


def _subject(message: Message) -> str:
    """Decoded, as much of it as a subject can need."""
    raw = _header(message, "subject")
    try:
        pieces = email.header.decode_header(raw)
        text = "".join(_piece(content, charset) for content, charset in pieces)
    except (ValueError, LookupError, email.errors.HeaderParseError):
        text = raw
    return reading.inert(" ".join(text.split()))


def _header(message: Message, name: str) -> str:
    """As it was sent, cut; `name` in small letters. Bytes above 127 stand in it as lone surrogates; '' where it is
    missing."""
    values = (value for key, value in message.raw_items() if key.lower() == name)
    return str(next(values, ""))[:MAX_HEADER]


def _piece(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        content, charset = content.encode("utf-8", "surrogateescape"), None
    if charset in (None, "unknown-8bit"):
        return reading.decoded(content)
    return content.decode(charset or "utf-8", "replace")


def _text(message: Message) -> str:
    parts = []
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                parts.append(reading.decoded(payload[:MAX_TEXT]))
    return "\n".join(parts)[:MAX_TEXT].replace("&amp;", "&")


def _numbers(subject: Subject, words: str, text: str) -> list[str]:
    """The orders that the mail is about: those of its subject, or else those of its links."""
    if subject.order:
        return [subject.order]
    named = [] if subject.parcel else re.findall(r"\b\d{14,20}\b", words, re.ASCII)
    linked = [n for found in LINKED.findall(text) for n in re.split(r",|%2C", found)]
    return list(dict.fromkeys([*named, *linked]))


def _sent_at(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(message, "date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not 2000 <= moment.year <= 2100:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
