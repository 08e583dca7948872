"""Files and earlier correspondence kept with a case or an order, unchanged and with a checksum."""

import hashlib
import logging
import os
import re
import unicodedata
from contextlib import suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.evidence_types import FileRefused, sniff
from cases.models import Case, CaseEvent, Evidence, evidence_path
from households.models import Household, Membership
from orders.models import Order

logger = logging.getLogger(__name__)

MAX_NAME = 120
MAX_TEXT = 100_000
MAX_CAPTION = 200


def add_file(
    *,
    member: Membership,
    case: Case | None = None,
    order: Order | None = None,
    upload: "UploadedFile[Any]",
    caption: str,
    shows: str = "",
    now: datetime,
) -> Evidence:
    """Keep the file as it came; raise CaseError naming it when it cannot be kept."""
    evidence = _new_evidence(
        member=member, case=case, order=order, caption=caption, shows=shows, now=now
    )
    evidence.file_name = tidy_file_name(upload.name or "")
    _refuse_beyond_quota(evidence, upload.size or 0)
    _examine(evidence, upload)
    name = evidence_path(evidence, "")
    storage = evidence.file.storage
    try:
        # The file first: a row without its file would promise what is not there.
        evidence.file.save(evidence.file_name, upload, save=False)
        name = evidence.file.name or name
        _flush(evidence)
        _write(evidence, case)
    except BaseException as error:
        with suppress(OSError):
            storage.delete(name)
        if isinstance(error, OSError):
            logger.exception("evidence could not be stored")
            raise CaseError(
                _("%(name)s: it could not be stored and is not saved. Try again in a while.")
                % {"name": evidence.file_name}
            ) from error
        raise
    return evidence


def add_text(
    *,
    member: Membership,
    case: Case | None = None,
    order: Order | None = None,
    text: str,
    caption: str,
    shows: str = "",
    link: str = "",
    now: datetime,
) -> Evidence:
    """Keep earlier correspondence, stored as it was pasted; raise CaseError when it cannot be."""
    if not text.strip():
        raise CaseError(_("Paste the messages first; there is nothing here to keep."))
    if len(text) > MAX_TEXT:
        raise CaseError(
            _("This is too long (%(length)d characters; at most %(most)d). Keep it in two parts.")
            % {"length": len(text), "most": MAX_TEXT}
        )
    evidence = _new_evidence(
        member=member, case=case, order=order, caption=caption, shows=shows, now=now
    )
    # PostgreSQL cannot hold this one character, and nobody can see it.
    evidence.text = text.replace("\0", "")
    evidence.link = link
    encoded = evidence.text.encode()
    evidence.content_type, evidence.size = "text/plain", len(encoded)
    evidence.sha256 = hashlib.sha256(encoded).hexdigest()
    _write(evidence, case)
    return evidence


def tidy_file_name(name: str) -> str:
    """The last part of the name without what could break a header or a folder, its ending kept."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in name)
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    path = PurePosixPath(kept)
    suffix = path.suffix[:12]
    return (path.stem[: MAX_NAME - len(suffix)] + suffix) or "file"


def _new_evidence(
    *,
    member: Membership,
    case: Case | None,
    order: Order | None,
    caption: str,
    shows: str,
    now: datetime,
) -> Evidence:
    _belongs_to(member.household, case, order)
    return Evidence(
        household=member.household,
        case=case,
        order=order,
        caption=caption.strip()[:MAX_CAPTION],
        shows=shows,
        added_by=member,
        added_at=now,
    )


def _belongs_to(household: Household, case: Case | None, order: Order | None) -> None:
    owners = [owned.household_id for owned in (case, order) if owned is not None]
    if not owners or any(owner != household.pk for owner in owners):
        raise ValueError("evidence belongs to a case or an order of the member's household")


def _refuse_beyond_quota(evidence: Evidence, size: int) -> None:
    kept = Evidence.objects.of(evidence.household).aggregate(bytes=Sum("size"))["bytes"] or 0
    most = settings.HOUSEHOLD_UPLOAD_BYTES
    if kept + size > most:
        raise CaseError(
            _(
                "%(name)s: it is not saved, since the household's files would take more than "
                "%(most)s. Ask whoever runs the server for more room."
            )
            % {"name": evidence.file_name, "most": filesizeformat(most)}
        )


def _examine(evidence: Evidence, upload: "UploadedFile[Any]") -> None:
    """Set what the file is and its checksum; raise CaseError when it is not one that is taken."""
    most = settings.UPLOAD_MAX_BYTES
    try:
        if (upload.size or 0) > most:
            raise FileRefused(
                _("it is larger than %(most)s, the most that is taken")
                % {"most": filesizeformat(most)}
            )
        kind = sniff(cast(BinaryIO, upload), evidence.file_name)
    except FileRefused as reason:
        raise CaseError(
            _("%(file_name)s: %(reason)s.") % {"file_name": evidence.file_name, "reason": reason}
        ) from reason
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    evidence.content_type, evidence.sha256 = kind.content_type, digest.hexdigest()
    evidence.size = upload.size or 0


def _flush(evidence: Evidence) -> None:
    """Have the disk hold the file before the row says so, where the storage is a disk."""
    try:
        path = evidence.file.path
    except NotImplementedError:
        return
    for place in (path, os.path.dirname(path)):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write(evidence: Evidence, case: Case | None) -> None:
    with transaction.atomic():
        evidence.save()
        if case is None:
            return
        current = Case.objects.of(evidence.household).select_for_update().get(pk=case.pk)
        CaseEvent.objects.create(
            household=evidence.household,
            case=current,
            at=evidence.added_at,
            actor=evidence.added_by,
            kind=CaseEvent.Kind.EVIDENCE_ADDED,
            stage=current.stage,
            cycle=current.cycle,
            details={
                "evidence": str(evidence.public_id),
                "file_name": evidence.file_name,
                "caption": evidence.caption,
            },
        )
