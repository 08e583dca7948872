"""Pages of an import: take the file, show what it would do, do it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from households.requests import MemberRequest, writers_only
from orders.import_forms import ImportForm
from orders.import_running import SMALL, confirm_draft, run_draft
from orders.import_sources import SOURCES
from orders.importers.parsed import UnreadableFile
from orders.importing import ImportOutcome, import_orders
from orders.models import ImportDraft
from orders.tasks import ring_for_imports

LINES_SHOWN = 50
UNPROCESSABLE = 422


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: MemberRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name, content = form.content()
        try:
            outcome = _run(request, name, content, dry_run=True)
        except UnreadableFile as fault:
            form.add_error(None, f"{name}: {fault}.")
        else:
            draft = ImportDraft.objects.create(
                household=request.household,
                uploaded_by=request.member,
                file_name=name,
                content=content,
                format=outcome.format,
                created_at=request.now,
            )
            return redirect(
                "import_preview", household=request.household.public_id, draft=draft.public_id
            )
    context = {"form": form, "sources": SOURCES, "most_bytes": settings.IMPORT_MAX_BYTES}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "orders/import_new.html", context, status=status)


def _run(request: MemberRequest, name: str, content: bytes, *, dry_run: bool) -> ImportOutcome:
    return import_orders(
        household=request.household,
        content=content,
        file_name=name,
        dry_run=dry_run,
        now=request.now,
        member=request.member,
    )


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: MemberRequest, draft: UUID) -> HttpResponse:
    # A draft is the upload of one member; nobody else sees what is in it.
    rows = ImportDraft.objects.of(request.household).filter(uploaded_by=request.member)
    row = get_object_or_404(rows, public_id=draft)
    if request.method == "POST":
        try:
            return _confirm(request, row)
        except UnreadableFile as fault:
            messages.error(request, f"{row.file_name}: {fault}.")
            return redirect("import_new", household=request.household.public_id)
    if row.confirmed_at is not None:
        return render(request, "orders/import_progress.html", {"draft": row})
    try:
        outcome = _run(request, row.file_name, bytes(row.content), dry_run=True)
    except UnreadableFile as fault:
        messages.error(request, f"{row.file_name}: {fault}.")
        return redirect("import_new", household=request.household.public_id)
    context = {
        "draft": row,
        "outcome": outcome,
        "lines": outcome.lines[:LINES_SHOWN],
        "more": max(len(outcome.lines) - LINES_SHOWN, 0),
        "faults": outcome.rejected[:LINES_SHOWN],
        "more_faults": max(len(outcome.rejected) - LINES_SHOWN, 0),
    }
    return render(request, "orders/import_preview.html", context)


def _confirm(request: MemberRequest, draft: ImportDraft) -> HttpResponse:
    """Import once, however often the button is pressed; a large file is left to the worker."""
    household = request.household.public_id
    if draft.confirmed_at is not None or not confirm_draft(draft, now=request.now):
        return redirect("import_preview", household=household, draft=draft.public_id)
    draft.refresh_from_db()
    if draft.orders_all > SMALL:
        ring_for_imports()
        return redirect("import_preview", household=household, draft=draft.public_id)
    outcome = run_draft(draft, now=request.now).outcome or {}
    messages.success(
        request,
        _("Imported. New: %(created)s; completed: %(updated)s; here already: %(unchanged)s.")
        % outcome,
    )
    if left_out := len(outcome.get("rejected", [])):
        messages.warning(
            request,
            ngettext("%(count)d row was left out.", "%(count)d rows were left out.", left_out)
            % {"count": left_out},
        )
    return redirect("order_list", household=household)
