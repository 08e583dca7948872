"""The evidence pack of a case: one PDF in order, and a zip with it, its log and the files."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import typst
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.evidence_checklist import evidence_of
from cases.evidence_copies import (
    LONGEST_SIDE,
    NoCopy,
    copy_without_place,
    open_for_outsiders,
)
from cases.models import Case, CaseEvent, Evidence
from cases.pack_log import chain
from cases.pdf_pages import pages_of
from cases.timeline import TimelineEntry, timeline
from cases.translations import translations_of
from households.models import Membership
from languages.saying import said, written
from orders.models import OrderItem
from sellers.profiles import get_profile

TEMPLATE = Path(__file__).with_name("pack.typ")
# Larger than what a bank or a consumer office takes by mail many times over.
MOST_BYTES = 500 * 1024 * 1024
MOST_SHOWN_TEXT = 20_000
MOST_PAGES = 6
Kind = CaseEvent.Kind
# What the household notes for itself, and what Parley planned and expected, stays with it.
HANDED_OVER = frozenset(
    {
        *(Kind.OPENED, Kind.ATTEMPT_LOGGED, Kind.REPLY_LOGGED, Kind.EVIDENCE_ADDED),
        *(Kind.ESCALATED, Kind.DECIDED, Kind.SETTLED, Kind.REOPENED),
    }
)
LOG, PDF, SUMS = "log.json", "pack.pdf", "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A numbered piece of evidence: its name in the zip, and the copy that is shown, if any."""

    number: int
    evidence: Evidence
    file_name: str
    picture: bytes | None
    # Of a PDF, its first pages.
    pages: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """What is handed over: the PDF, the chained log, and the exhibits in order."""

    pdf: bytes
    log: list[dict[str, Any]]
    exhibits: list[Exhibit]


def build_pack(case: Case, *, zone: ZoneInfo, now: datetime) -> Pack:
    """Everything of the case up to `now`, in the language in force.

    Nothing is left out silently: what cannot be shown is named with its checksum.
    """
    exhibits = [_exhibit(number, row) for number, row in enumerate(evidence_of(case), start=1)]
    entries = entries_handed_over(case)
    translated = translations_of(case)
    log = chain(
        [
            *(_logged(entry, translated) for entry in entries),
            *(_logged_exhibit(row) for row in exhibits),
        ]
    )
    data = _document(case, entries, translated, exhibits, log, zone, now)
    return Pack(_compiled(data, exhibits), log, exhibits)


def write_zip(pack: Pack, target: IO[bytes], *, originals: bool) -> None:
    """The PDF, the log, the files and their checksums; raises CaseError when it would be too large.

    With `originals` the files go as they came, with what a camera wrote into them; without, photos
    and films go as copies without place, and everything else as it came.
    """
    size = sum(row.evidence.size for row in pack.exhibits)
    if size > MOST_BYTES:
        raise CaseError(
            _(
                "The files are %(size)s together; a zip may hold %(most)s. Hand them over one by one."
            )
            % {"size": filesizeformat(size), "most": filesizeformat(MOST_BYTES)}
        )
    sums: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, content: bytes) -> None:
            archive.writestr(name, content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}")

        add(PDF, pack.pdf)
        add(LOG, json.dumps(pack.log, ensure_ascii=False, indent=1).encode())
        for row in pack.exhibits:
            add(*_zipped(row, originals))
        archive.writestr(SUMS, "\n".join([*sums, ""]))


def _zipped(row: Exhibit, originals: bool) -> tuple[str, bytes]:
    name = f"exhibits/{row.file_name}"
    if not row.evidence.file:
        return name, row.evidence.text.encode()
    if row.picture is not None and not originals:
        return f"{name.rpartition('.')[0] or name}.jpg", row.picture
    try:
        opened = row.evidence.file.open("rb") if originals else open_for_outsiders(row.evidence)
        with opened as file:
            content = file.read()
    except OSError as fault:
        raise CaseError(
            _("%(name)s is missing from the server's disk, so the zip would not be whole.")
            % {"name": row.evidence.file_name}
        ) from fault
    if row.evidence.has_copy and not originals:
        # A damaged photo still tells where it was taken; no copy without that can be made of it.
        return f"{name}.txt", _("The picture cannot be read.").encode()
    return name, content


def _exhibit(number: int, evidence: Evidence) -> Exhibit:
    try:
        picture = copy_without_place(evidence)
    except NoCopy:
        picture = None
    try:
        pages = tuple(pages_of(evidence, most=MOST_PAGES + 1, longest=LONGEST_SIDE))
    except NoCopy:
        pages = ()
    name = evidence.file_name or ("listing.txt" if evidence.is_listing else "messages.txt")
    return Exhibit(number, evidence, f"{number:02}-{name}", picture, pages)


def entries_handed_over(case: Case) -> list[TimelineEntry]:
    """What of the timeline outsiders are shown, the oldest first."""
    folded = timeline(case)
    oldest_first = [*reversed(folded.folded), *reversed(folded.shown)]
    return [entry for entry in oldest_first if entry.event.kind in HANDED_OVER]


def named_outside(member: Membership | None) -> str:
    """A member's name as outsiders read it: never their e-mail address."""
    if member is None:
        return "Parley"
    return member.user.name or _("a member of the household")


def _logged(entry: TimelineEntry, translated: Mapping[int, str]) -> dict[str, Any]:
    translation = translated.get(entry.event.pk)
    return {
        "at": entry.event.at.astimezone(UTC).isoformat(),
        "happened_at": entry.happened_at.astimezone(UTC).isoformat(),
        "kind": entry.event.kind,
        "who": named_outside(entry.event.actor),
        "details": entry.event.details,
        **({"translation": translation} if translation else {}),
    }


def _logged_exhibit(row: Exhibit) -> dict[str, Any]:
    return {
        "kind": "exhibit",
        "number": row.number,
        "name": row.file_name,
        "added_at": row.evidence.added_at.astimezone(UTC).isoformat(),
        "size": row.evidence.size,
        "sha256": row.evidence.sha256,
        **({"link": row.evidence.link} if row.evidence.link else {}),
    }


def _document(
    case: Case,
    entries: Sequence[TimelineEntry],
    translated: Mapping[int, str],
    exhibits: Sequence[Exhibit],
    log: Sequence[dict[str, Any]],
    zone: ZoneInfo,
    now: datetime,
) -> dict[str, Any]:
    """What the template shows; plain text all of it."""
    there = ZoneInfo(case.seller.time_zone)
    made = _moment(now, zone)
    return {
        "language": (translation.get_language() or "en")[:2],
        "title": case.title,
        "subtitle": _("Evidence of %(household)s, as of %(moment)s")
        % {"household": case.household.name, "moment": made},
        "words": {
            "facts": _("Facts"),
            "timeline": _("What happened"),
            "clocks": _("Each moment on three clocks: %(ours)s, %(theirs)s (the seller's) and UTC.")
            % {"ours": zone.key, "theirs": there.key},
            "translation": _("Translated by the buyer:"),
            "exhibits": _("Exhibits"),
            "none": _("No files were kept with this case."),
            "checksum": _("Checksum of the log"),
            "checksum_why": _(
                "Each entry of the log carries a checksum over itself and the entry before. "
                "This is the last one: if an entry is changed later, it no longer fits."
            ),
        },
        "facts": facts_handed_over(case, zone),
        "details": case.details,
        "timeline": [
            {
                "what": what_happened(entry),
                "who": named_outside(entry.event.actor),
                "channel": entry.channel,
                "clocks": _clocks(entry.happened_at, zone, there),
                "body": entry.body,
                "translation": translated.get(entry.event.pk, ""),
            }
            for entry in entries
        ],
        "exhibits": [_shown(row, zone, there) for row in exhibits],
        "checksum": log[-1]["checksum"] if log else "",
    }


def what_happened(entry: TimelineEntry) -> str:
    # To whoever reads it, 'you' would be themselves.
    if entry.event.kind == Kind.ATTEMPT_LOGGED:
        return _("the buyer wrote")
    return str(entry.event.get_kind_display())


def facts_handed_over(case: Case, zone: ZoneInfo) -> list[tuple[str, str]]:
    profile = get_profile(case.seller.marketplace)
    issue = profile.issues.get(case.issue)
    facts = [
        (_("Marketplace"), said(profile.name)),
        (_("Seller"), " ".join(filter(None, [case.seller.name, case.seller.url]))),
        (_("Problem"), said(issue.label) if issue else case.issue),
        (_("Wanted"), str(case.get_goal_display())),
        (_("Stage"), str(case.get_stage_display())),
    ]
    if case.value:
        facts.append(
            (_("Money at stake"), case.value.formatted(translation.get_language() or "en"))
        )
    order = case.order
    if order is not None:
        facts.append((_("Order"), order.number))
        if order.placed_at:
            facts.append((_("Ordered"), _moment(order.placed_at, zone)))
        if order.protection_ends_at:
            facts.append((_("Protection ends"), _moment(order.protection_ends_at, zone)))
        facts += [(_("Item"), _bought(item)) for item in order.items.all()]
        facts += [(_("Parcel"), parcel.tracking_number) for parcel in order.parcels.all()]
    if case.outcome:
        facts.append((_("Outcome"), str(case.get_outcome_display())))
    return facts


def _bought(item: OrderItem) -> str:
    """The item as it was bought: what was chosen, how many at which price, and its pages."""
    price = item.unit_price
    count = f"{item.quantity} ×"
    if price:
        count += f" {price.formatted(translation.get_language() or 'en')}"
    return " · ".join(
        filter(None, [item.title, item.attributes, count, item.url, item.snapshot_url])
    )


def _pictures(row: Exhibit) -> dict[str, bytes]:
    """What is shown of an exhibit, by the name under which the document finds it."""
    shown = [row.picture] if row.picture is not None else row.pages[:MOST_PAGES]
    return {f"{row.number}-{count}.jpg": picture for count, picture in enumerate(shown, start=1)}


def _shown(row: Exhibit, zone: ZoneInfo, there: ZoneInfo) -> dict[str, Any]:
    evidence = row.evidence
    added = _("Kept by %(who)s on %(clocks)s, %(size)s") % {
        "who": named_outside(evidence.added_by),
        "clocks": _clocks(evidence.added_at, zone, there),
        "size": filesizeformat(evidence.size),
    }
    text = evidence.text
    if len(text) > MOST_SHOWN_TEXT:
        rest = _("(%(count)d more characters are in the file of the zip)")
        text = f"{text[:MOST_SHOWN_TEXT]}\n{rest % {'count': len(text) - MOST_SHOWN_TEXT}}"
    return {
        "label": _("Exhibit %(number)d.") % {"number": row.number},
        "name": evidence.file_name or _text_name(evidence),
        "caption": " · ".join(
            filter(None, [said(evidence.piece), evidence.caption, evidence.link])
        ),
        "added": added,
        "sha256": evidence.sha256,
        "pictures": list(_pictures(row)),
        "rest": _("Further pages are in the file itself.") if len(row.pages) > MOST_PAGES else "",
        "text": text,
    }


def _text_name(evidence: Evidence) -> str:
    return _("Listing") if evidence.is_listing else _("Earlier correspondence")


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{written(moment, 'j F Y, H:i', zone)} ({zone.key})"


def _clocks(moment: datetime, zone: ZoneInfo, there: ZoneInfo) -> str:
    clocks = dict.fromkeys([zone, there, ZoneInfo("UTC")])
    return " · ".join(_moment(moment, clock) for clock in clocks)


def _compiled(data: dict[str, Any], exhibits: Sequence[Exhibit]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="parley-pack-") as folder:
        place = Path(folder)
        (place / "pack.typ").write_bytes(TEMPLATE.read_bytes())
        (place / "data.json").write_text(json.dumps(data, default=str))
        for row in exhibits:
            for name, picture in _pictures(row).items():
                (place / name).write_bytes(picture)
        return bytes(typst.compile(str(place / "pack.typ"), root=folder))
