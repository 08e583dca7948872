"""Runs a confirmed import to its end, in parts: a part is there as a whole or not at all.

A small one runs in the request that confirmed it. A large one is left to the worker, which notes how
far it is; when that worker dies, the next tick goes on from there.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from orders.importers.parsed import ParsedOrder, UnreadableFile
from orders.importing import import_part, read_file
from orders.models import ImportDraft
from orders.querysets import ImportDraftQuerySet

log = logging.getLogger(__name__)
# Up to here an import is done sooner than a person wonders.
SMALL = 300
# So many orders are there as a whole, and the progress moves on.
PART = 200
LEASE = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=2)
FIGURES = ("created", "updated", "unchanged")


def confirm_draft(draft: ImportDraft, *, now: datetime) -> bool:
    """Take the import up, once however often it is confirmed; False for the second time."""
    unused = ImportDraft.objects.of(draft.household).filter(pk=draft.pk, confirmed_at__isnull=True)
    parsed = read_file(bytes(draft.content))
    figures = {"format": parsed.format, "rows": parsed.file.rows, **dict.fromkeys(FIGURES, 0)}
    rejected = [{"row": r.row, "field": r.field, "error": r.error} for r in parsed.file.rejected]
    return bool(
        unused.update(
            confirmed_at=now,
            orders_all=len(parsed.file.orders),
            outcome={**figures, "rejected": rejected},
        )
    )


def run_draft(draft: ImportDraft, *, now: datetime) -> ImportDraft:
    """Import what is left of it, if nobody else does at the moment."""
    row = ImportDraft.objects.unfinished(now).filter(pk=draft.pk)
    if row.update(lease_until=now + LEASE, lease=F("lease") + 1):
        draft.refresh_from_db()
        _run_parts(draft, now)
    draft.refresh_from_db()
    return draft


def run_waiting_drafts(*, now: datetime) -> int:
    """Every confirmed import that nobody is at; one that fails is said to have failed."""
    drafts = list(ImportDraft.objects.unfinished(now).select_related("household", "uploaded_by"))
    for draft in drafts:
        run_draft(draft, now=now)
    return len(drafts)


def forget_stale_drafts(*, now: datetime) -> int:
    """Drop what was uploaded, looked at and never confirmed: the file may hold addresses."""
    gone, _rows = ImportDraft.objects.filter(
        confirmed_at__isnull=True, created_at__lt=now - FORGOTTEN_AFTER
    ).delete()
    return gone


def _run_parts(draft: ImportDraft, now: datetime) -> None:
    lease = draft.lease
    try:
        orders = read_file(bytes(draft.content)).file.orders
        while draft.orders_done < len(orders):
            if not _run_part(draft, orders[draft.orders_done :][:PART], lease, now):
                return
    except UnreadableFile as fault:
        log.warning("import %s ended: %s", draft.public_id, fault)
        _mine(draft, lease).update(error=str(fault), finished_at=now, content=b"")
        return
    # The orders are in; the file, which may hold addresses, is not kept.
    _mine(draft, lease).update(finished_at=now, content=b"", lease_until=None)


def _run_part(draft: ImportDraft, orders: list[ParsedOrder], lease: int, now: datetime) -> bool:
    """One transaction: the orders and how far the import is; False when another took it over."""
    with transaction.atomic():
        outcome = import_part(
            household=draft.household, orders=orders, now=now, member=draft.uploaded_by
        )
        figures = dict(draft.outcome or {})
        for name in FIGURES:
            figures[name] = figures.get(name, 0) + getattr(outcome, name)
        done = draft.orders_done + len(orders)
        if not _mine(draft, lease).update(outcome=figures, orders_done=done):
            transaction.set_rollback(True)
            return False
    draft.outcome, draft.orders_done = figures, done
    return True


def _mine(draft: ImportDraft, lease: int) -> ImportDraftQuerySet:
    return ImportDraft.objects.filter(pk=draft.pk, lease=lease)
