"""Adding evidence to a case or an order, and handing a file back to a member."""

import io
import tempfile
from typing import IO, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cases.errors import CaseError
from cases.evidence import add_file, add_text
from cases.evidence_checklist import pieces_asked
from cases.evidence_copies import LONGEST_SIDE, SMALL_SIDE, NoCopy
from cases.evidence_forms import CorrespondenceForm, FilesForm
from cases.evidence_handing import hand_file, hand_video, made_inert
from cases.evidence_types import ACCEPT, KINDS
from cases.models import Case, Evidence
from cases.pack import build_pack, write_zip
from cases.pdf_pages import first_shown
from cases.translations import messages_of
from households.requests import MemberRequest, writers_only
from orders.models import Order


@writers_only
@require_http_methods(["GET", "POST"])
def evidence_new_for_case(request: MemberRequest, case: UUID) -> HttpResponse:
    found = get_object_or_404(Case.objects.of(request.household), public_id=case)
    back = reverse("case_detail", kwargs={"household": request.household.public_id, "case": case})
    return _evidence_page(request, back, case=found)


@writers_only
@require_http_methods(["GET", "POST"])
def evidence_new_for_order(request: MemberRequest, order: UUID) -> HttpResponse:
    found = get_object_or_404(Order.objects.of(request.household), public_id=order)
    back = reverse(
        "order_detail", kwargs={"household": request.household.public_id, "order": order}
    )
    return _evidence_page(request, back, order=found)


@require_GET
def evidence_file(request: MemberRequest, evidence: UUID) -> HttpResponseBase:
    files = Evidence.objects.of(request.household).exclude(file="")
    return hand_file(get_object_or_404(files, public_id=evidence), outside=False)


@require_GET
def evidence_shown(request: MemberRequest, evidence: UUID) -> HttpResponseBase:
    """The copy without place, or a PDF's first page; small where the address says so."""
    found = get_object_or_404(Evidence.objects.of(request.household), public_id=evidence)
    longest = SMALL_SIDE if "small" in request.GET else LONGEST_SIDE
    try:
        shown = first_shown(found, longest=longest)
    except NoCopy as reason:
        raise Http404(str(reason)) from reason
    # What is kept never changes, so the browser of who saw it may keep its copy.
    response = HttpResponse(shown, content_type="image/jpeg")
    return made_inert(response, kept="private, max-age=86400, immutable")


@require_GET
def evidence_played(request: MemberRequest, evidence: UUID) -> HttpResponseBase:
    """A video, in the parts that a player asks for."""
    videos = Evidence.objects.of(request.household).filter(content_type__startswith="video/")
    found = get_object_or_404(videos, public_id=evidence)
    return hand_video(found, wanted=request.headers.get("Range", ""), outside=False)


@require_GET
def pack_page(request: MemberRequest, case: UUID) -> HttpResponse:
    found = _case_with_all(request, case)
    return render(request, "cases/pack.html", {"case": found, "spoken": messages_of(found)})


def _case_with_all(request: MemberRequest, case: UUID) -> Case:
    rows = Case.objects.of(request.household).select_related("seller", "order", "household")
    return get_object_or_404(
        rows.prefetch_related("order__items", "order__parcels"), public_id=case
    )


@require_GET
def pack_pdf(request: MemberRequest, case: UUID) -> HttpResponseBase:
    found = _case_with_all(request, case)
    pack = build_pack(found, zone=_zone(), now=request.now)
    return _download(io.BytesIO(pack.pdf), f"{_pack_name(found)}.pdf", "application/pdf")


@require_GET
def pack_zip(request: MemberRequest, case: UUID) -> HttpResponseBase:
    found = _case_with_all(request, case)
    pack = build_pack(found, zone=_zone(), now=request.now)
    # Closed, and so removed, when the answer has been sent.
    written = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        write_zip(pack, written, originals="originals" in request.GET)
    except CaseError as error:
        written.close()
        messages.error(request, str(error))
        return redirect("pack_page", household=request.household.public_id, case=case)
    written.seek(0)
    return _download(written, f"{_pack_name(found)}.zip", "application/zip")


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


def _download(content: IO[bytes], name: str, content_type: str) -> FileResponse:
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    return response


def _pack_name(case: Case) -> str:
    words = slugify(case.title)[:40] or "case"
    return f"parley-{words}-{str(case.public_id)[:8]}"


def _evidence_page(request: MemberRequest, back: str, **owner: Any) -> HttpResponse:
    """Both forms; the one that was sent is bound, and what was typed in it stays on a refusal."""
    is_text = "text-text" in request.POST
    pieces = pieces_asked(owner.get("case"))
    wanted = {"shows": request.GET.get("piece", "")}
    files_form = FilesForm(pieces, initial=wanted)
    text_form = CorrespondenceForm(pieces, initial=wanted, prefix="text")
    if request.method == "POST" and is_text:
        text_form = CorrespondenceForm(pieces, request.POST, prefix="text")
        if text_form.is_valid() and _keep_text(request, text_form, owner):
            return redirect(back)
    elif request.method == "POST":
        files_form = FilesForm(pieces, request.POST, request.FILES)
        if files_form.is_valid() and _keep_files(request, files_form, owner):
            return redirect(back)
    context = {
        "files_form": files_form,
        "text_form": text_form,
        "back": back,
        "most_bytes": settings.UPLOAD_MAX_BYTES,
        "kinds": ", ".join(kind.name for kind in KINDS),
        "endings": ACCEPT,
        **owner,
    }
    return render(request, "cases/evidence_new.html", context)


def _keep_text(request: MemberRequest, form: CorrespondenceForm, owner: dict[str, Any]) -> bool:
    try:
        add_text(member=request.member, now=request.now, **form.cleaned_data, **owner)
    except CaseError as error:
        form.add_error("text", str(error))
        return False
    messages.success(request, _("The correspondence is kept."))
    return True


def _keep_files(request: MemberRequest, form: FilesForm, owner: dict[str, Any]) -> bool:
    """Keep each file that can be kept; a refused one is named and does not stop the others."""
    kept = 0
    for upload in form.cleaned_data["uploads"]:
        try:
            add_file(
                member=request.member,
                upload=upload,
                caption=form.cleaned_data["caption"],
                shows=form.cleaned_data.get("shows", ""),
                now=request.now,
                **owner,
            )
            kept += 1
        except CaseError as error:
            form.add_error("uploads", str(error))
    if kept:
        messages.success(
            request,
            ngettext("%(count)d file is kept.", "%(count)d files are kept.", kept)
            % {"count": kept},
        )
    return form.is_valid()
