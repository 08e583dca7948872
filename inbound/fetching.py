"""Fetches mail by IMAP. The folder is opened read-only: no mark is set, nothing is moved."""

import imaplib
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from inbound.models import MailboxPosition
from inbound.sorting import take_in

log = logging.getLogger(__name__)
TIMEOUT = 60.0
# A larger mail is read by its head alone.
MAX_BYTES = 25 * 1024 * 1024
# So many a pass: an old mailbox of many thousands comes in over some ticks.
MAILS_A_PASS = 500
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
BOXES = {"imaps": MailBox, "imap+tls": MailBoxStartTls, "imap": MailBoxUnencrypted}
PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}


@dataclass(slots=True)
class FetchFigures:
    """What a pass did: mails taken in, known already, of no household here, or beyond reading; and
    the fault."""

    taken: int = 0
    known: int = 0
    unrouted: int = 0
    unreadable: int = 0
    fault: str = ""


def fetch_mail(*, now: datetime) -> FetchFigures:
    """Take in what is new in the folder of INBOUND_EMAIL_URL. Never raises for the server's faults.

    Each mail is taken in and the position moved on behind it; killed in between, the next pass
    meets a mail that is known already.
    """
    figures = FetchFigures()
    folder = _folder_name()
    try:
        with _connected() as mailbox:
            _read_new(mailbox, folder, figures, now)
    except (OSError, ImapToolsError, imaplib.IMAP4.error) as fault:
        figures.fault = _in_words(fault)
        log.warning("mail was not fetched: %s", figures.fault)
    MailboxPosition.objects.filter(folder=_key(folder)).update(
        fault=figures.fault[:300], **({} if figures.fault else {"read_at": now})
    )
    return figures


def _connected() -> Any:
    parts = urlsplit(settings.INBOUND_EMAIL_URL)
    box = BOXES[parts.scheme](
        parts.hostname or "", parts.port or PORTS[parts.scheme], timeout=TIMEOUT
    )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return box.login(user, password, initial_folder=None)


def _folder_name() -> str:
    return unquote(urlsplit(settings.INBOUND_EMAIL_URL).path.strip("/")) or "INBOX"


def _key(folder: str) -> str:
    parts = urlsplit(settings.INBOUND_EMAIL_URL)
    return f"{unquote(parts.username or '')}@{parts.hostname}:{parts.port or ''}/{folder}"[:300]


def _read_new(mailbox: BaseMailBox, folder: str, figures: FetchFigures, now: datetime) -> None:
    validity = mailbox.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"]
    mailbox.folder.set(folder, readonly=True)
    position, _created = MailboxPosition.objects.get_or_create(
        folder=_key(folder), defaults={"uid_validity": validity, "last_uid": 0, "read_at": now}
    )
    if position.uid_validity != validity:
        # The server has numbered its mails anew: all are looked at again, and the known ones told.
        position.uid_validity, position.last_uid = validity, 0
    # 'n:*' always names the last mail, though its number be lower than n.
    found = (int(uid) for uid in mailbox.uids(f"UID {position.last_uid + 1}:*"))
    for uid in sorted(uid for uid in found if uid > position.last_uid)[:MAILS_A_PASS]:
        _take_one(mailbox, uid, figures, now)
        position.last_uid = uid
        position.save(update_fields=["uid_validity", "last_uid"])


def _take_one(mailbox: BaseMailBox, uid: int, figures: FetchFigures, now: datetime) -> None:
    raw = _raw(mailbox, uid)
    if raw is None:
        return  # expunged since it was listed
    try:
        row = take_in(raw, now=now)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the mail waits
    except Exception:  # or one mail would stand before all that come after it, for ever
        log.exception("mail %s of the folder cannot be taken in", uid)
        figures.unreadable += 1
        return
    if row is None:
        figures.unrouted += 1
    elif row.received_at == now:
        figures.taken += 1
    else:
        figures.known += 1


def _raw(mailbox: BaseMailBox, uid: int) -> bytes | None:
    part = "BODY.PEEK[]" if _size(mailbox, uid) <= MAX_BYTES else "BODY.PEEK[HEADER]"
    _status, data = mailbox.client.uid("FETCH", str(uid), f"({part})")
    return next((bytes(piece[1]) for piece in data if isinstance(piece, tuple)), None)


def _size(mailbox: BaseMailBox, uid: int) -> int:
    _status, data = mailbox.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    found = SIZE.search(b" ".join(piece for piece in data if isinstance(piece, bytes)))
    return int(found.group(1)) if found else 0


def _in_words(fault: Exception) -> str:
    """Without what the settings hold: a server may repeat the password that it refuses."""
    kind = type(fault).__name__
    if isinstance(fault, TimeoutError):
        return "the mail server did not answer in time"
    if isinstance(fault, OSError):
        return f"the mail server was not reached ({fault.strerror or kind})"
    return f"the mail server refused ({kind})"
