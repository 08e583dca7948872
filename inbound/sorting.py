"""What becomes of a mail that came in: once, in one transaction, whoever fetched it how often."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from cases import services
from cases.errors import CaseError
from cases.models import Case
from households.models import Household, Membership
from inbound.addresses import household_of, writer_of
from inbound.models import InboundMail
from inbound.reading import ReadMail, read_mail
from languages.sentences import say
from orders.importers.order_mail import SENDER_DOMAINS, OrderMail
from orders.importers.parsed import UnreadableFile
from orders.importing import import_orders
from reminders.bounces import is_ours, note_bounce, notification_of
from sellers.profiles import get_profile

log = logging.getLogger(__name__)
State, Kind = InboundMail.State, InboundMail.Kind
# A larger mail is read, but not kept whole while it waits.
MAX_KEPT = 1024 * 1024
# The marketplace writes a few kilobytes of headers; what is made to be slow has far more.
MAX_HEAD = 64 * 1024
ORDER_NUMBER = re.compile(r"(?<!\d)\d{12,20}(?!\d)")
CASE_ID = re.compile(r"^<parley\.case\.([0-9a-f]{32})@")


class SortError(ValueError):
    """What hinders what the member asked for, in words for them."""


@dataclass(slots=True)
class Fate:
    """What was decided about a mail."""

    kind: str
    state: str
    outcome: str = ""
    case: Case | None = None
    by: Membership | None = None


def take_in(raw: bytes, *, now: datetime) -> InboundMail | None:
    """Take one mail in. None if it is of no household here; the known row if it was taken before."""
    mail = read_mail(raw, trusted_servers=settings.INBOUND_AUTHSERV_IDS)
    household = _reported_to(mail) or household_of(mail)
    if household is None:
        return None
    try:
        return _take_in(mail, raw, household, now)
    except Exception:  # one mail must not stop those behind it; it waits, and says so
        log.exception("a mail could not be sorted")
        fault = Fate(Kind.OTHER, State.WAITING, say("Parley stumbled over this mail."))
        return _keep(mail, raw, household, fault, now)


def _reported_to(mail: ReadMail) -> Household | None:
    row = notification_of(mail.bounce.reported_id) if mail.bounce else None
    return row.household if row else None


@transaction.atomic
def _take_in(mail: ReadMail, raw: bytes, household: Household, now: datetime) -> InboundMail:
    # Two that fetch the same mail at once wait for each other here.
    Household.objects.select_for_update().get(pk=household.pk)
    known = InboundMail.objects.of(household).filter(identity=mail.identity).first()
    if known is not None:
        return known
    return _keep(mail, raw, household, _decide(mail, raw, household, now), now)


def _keep(
    mail: ReadMail, raw: bytes, household: Household, fate: Fate, now: datetime
) -> InboundMail:
    waits = fate.state == State.WAITING
    row, _created = InboundMail.objects.get_or_create(
        household=household,
        identity=mail.identity,
        defaults={
            "received_at": now,
            "sent_at": mail.sent_at,
            "sender": mail.sender,
            "sender_name": mail.sender_name,
            "is_authenticated": mail.authenticated,
            "subject": mail.subject,
            "text": mail.text,
            "forwarded": mail.forwarded,
            "attachments": list(mail.attachments),
            "raw": raw if waits and len(raw) <= MAX_KEPT else b"",
            "kind": fate.kind,
            "state": fate.state,
            "outcome": fate.outcome,
            "case": fate.case,
            "sorted_by": fate.by,
        },
    )
    return row


def _decide(mail: ReadMail, raw: bytes, household: Household, now: datetime) -> Fate:
    if mail.bounce is not None:
        return _bounced(mail, now)
    if is_ours(mail.identity):
        return Fate(Kind.OTHER, State.IGNORED, say("One of Parley's own mails."))
    if mail.automatic.startswith("Auto-Submitted: auto-replied"):
        return Fate(Kind.OTHER, State.IGNORED, _automatic(mail))
    writer = writer_of(mail, household)
    if _is_about_orders(raw):
        return _order_mail(mail, raw, household, writer, now)
    if mail.automatic:
        return Fate(Kind.OTHER, State.IGNORED, _automatic(mail))
    case = suggested_case(mail.words, household, refers_to=mail.refers_to)
    if writer is None or case is None or not mail.forwarded:
        kind = Kind.REPLY if mail.forwarded or case else Kind.OTHER
        return Fate(kind, State.WAITING, case=case)
    try:
        with transaction.atomic():
            _log_reply(mail.forwarded, mail.sent_at, case, writer, now)
    except (CaseError, PermissionDenied) as fault:
        return Fate(Kind.REPLY, State.WAITING, str(fault), case)
    return Fate(Kind.REPLY, State.SORTED, say("Noted as the seller's answer."), case, writer)


def _automatic(mail: ReadMail) -> str:
    return say("An automatic mail, by {sign}.", sign=mail.automatic)


def _bounced(mail: ReadMail, now: datetime) -> Fate:
    bounce = mail.bounce
    if bounce is None or not bounce.is_permanent:
        return Fate(Kind.BOUNCE, State.IGNORED, say("A mail is late, and is tried again."))
    turned_off = note_bounce(
        message_id=bounce.reported_id, recipient=bounce.recipient, detail=bounce.detail, now=now
    )
    if turned_off is None:
        return Fate(Kind.BOUNCE, State.IGNORED, say("A report on a mail that Parley did not send."))
    words = say("Mails to {address} came back: it is turned off.", address=bounce.recipient)
    return Fate(Kind.BOUNCE, State.SORTED, words)


def _is_about_orders(raw: bytes) -> bool:
    if len(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]) > MAX_HEAD:
        return False
    return bool(OrderMail().read(raw).orders)


def _order_mail(
    mail: ReadMail, raw: bytes, household: Household, writer: Membership | None, now: datetime
) -> Fate:
    """Taken at once from the marketplace itself or from a member; from anybody else, it waits."""
    domain = mail.sender.rpartition("@")[2]
    if writer is None and not (mail.authenticated and domain in SENDER_DOMAINS):
        return Fate(Kind.ORDER, State.WAITING)
    try:
        with transaction.atomic():
            words = _import(raw, household, writer, now)
    except UnreadableFile as fault:
        return Fate(Kind.ORDER, State.WAITING, fault.args[0])
    return Fate(Kind.ORDER, State.SORTED, words, by=writer)


def _import(raw: bytes, household: Household, member: Membership | None, now: datetime) -> str:
    outcome = import_orders(
        household=household,
        content=raw,
        file_name="mail",
        format=OrderMail.name,
        now=now,
        member=member,
    )
    return say(
        "New orders: {created}, completed: {updated}, as they were: {unchanged}.",
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
    )


def suggested_case(
    words: str, household: Household, *, refers_to: tuple[str, ...] = ()
) -> Case | None:
    """The one open case that a mail names: by the thread of Parley's mails, or an order's number."""
    cases = Case.objects.of(household).open().select_related("seller", "household")
    for message_id in refers_to:
        found = CASE_ID.match(message_id) if is_ours(message_id) else None
        row = notification_of(message_id)
        case_id = found.group(1) if found else row.case.public_id if row else None
        if case_id is not None:
            return cases.filter(public_id=case_id).first()
    numbers = list(dict.fromkeys(ORDER_NUMBER.findall(words)))[:50]
    named = list(cases.filter(order__number__in=numbers)[:2]) if numbers else []
    return named[0] if len(named) == 1 else None


def _log_reply(
    text: str, sent_at: datetime | None, case: Case, member: Membership, now: datetime
) -> None:
    last = case.attempts.order_by("-sent_at").first()
    channel = last.channel if last else next(iter(get_profile(case.seller.marketplace).channels))
    services.log_reply(
        member=member,
        case=case,
        received_at=min(sent_at or now, now),
        body=text,
        channel=channel,
        now=now,
    )


@transaction.atomic
def sort_as_reply(row: InboundMail, *, case: Case, member: Membership, now: datetime) -> None:
    """The member says: this is what the seller of that case answered. Raises SortError, CaseError."""
    row = _waiting(row, member)
    text = row.forwarded or row.text
    if not text.strip():
        raise SortError(_("This mail has no text that could be noted as an answer."))
    _log_reply(text, row.sent_at, case, member, now)
    _end(row, Kind.REPLY, State.SORTED, say("Noted as the seller's answer."), member, case)


@transaction.atomic
def sort_as_order(row: InboundMail, *, member: Membership, now: datetime) -> str:
    """The member says: this is a true order mail. What was made of it. Raises SortError."""
    row = _waiting(row, member)
    if not row.raw:
        raise SortError(_("This mail was too large to keep. Bring its file in under Orders."))
    try:
        words = _import(bytes(row.raw), row.household, member, now)
    except UnreadableFile as fault:
        raise SortError(str(fault)) from fault
    _end(row, Kind.ORDER, State.SORTED, words, member)
    return words


@transaction.atomic
def put_away(row: InboundMail, *, member: Membership) -> None:
    """Nothing is to be done about it; it stays in the list of what came in."""
    row = _waiting(row, member)
    _end(row, Kind(row.kind), State.IGNORED, say("Put away."), member)


def _waiting(row: InboundMail, member: Membership) -> InboundMail:
    if not member.may_write or member.household_id != row.household_id:
        raise PermissionDenied(_("Only owners and adults of the household can sort its mail."))
    locked = InboundMail.objects.to_sort().select_for_update().filter(pk=row.pk).first()
    if locked is None:
        raise SortError(_("Somebody has sorted this mail already."))
    return locked


def _end(
    row: InboundMail,
    kind: str,
    state: str,
    outcome: str,
    member: Membership,
    case: Case | None = None,
) -> None:
    row.kind, row.state, row.outcome = kind, state, outcome
    row.sorted_by, row.raw = member, b""
    row.case = case or row.case
    row.save(update_fields=["kind", "state", "outcome", "sorted_by", "raw", "case"])
