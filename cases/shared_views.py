"""What an outsider sees through a viewer link: one case to read, and nothing else."""

import io
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from cases.evidence_checklist import evidence_of
from cases.evidence_copies import LONGEST_SIDE, SMALL_SIDE, NoCopy
from cases.evidence_handing import NOT_KEPT, hand_file, hand_video, made_inert
from cases.models import Case, Evidence, ViewerLink
from cases.pack import (
    build_pack,
    entries_handed_over,
    facts_handed_over,
    named_outside,
    what_happened,
)
from cases.pdf_pages import first_shown
from cases.translations import translations_of
from cases.viewer_links import find_link, note_use
from households.rates import asks_too_often
from households.requests import PersonRequest

# A case with its photos is some thirty requests.
MOST_REQUESTS, MOST_FILES, MOST_PACKS = 120, 30, 5
A_MINUTE = timedelta(minutes=1)
TOO_MANY = 429


def through_link(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Opens the view with the link that the address names, on its maker's clock and language.

    What is over, withdrawn or made up is one: an address of nothing.
    """

    @wraps(view)
    def checked(request: PersonRequest, *, token: str, **kwargs: UUID) -> HttpResponseBase:
        if _is_too_much(request, "shared", MOST_REQUESTS):
            return _private(render(request, "429.html", status=TOO_MANY))
        link = find_link(token, now=request.now)
        if link is None:
            raise Http404
        if request.method == "GET":
            note_use(link, now=request.now)
        user = link.made_by.user
        with translation.override(user.language), timezone.override(_zone(link)):
            return _private(view(request, link, **kwargs))

    return checked


def _is_too_much(request: PersonRequest, action: str, most: int) -> bool:
    return asks_too_often(request, action=action, most=most, within=A_MINUTE, now=request.now)


def _zone(link: ViewerLink) -> ZoneInfo:
    try:
        return ZoneInfo(link.made_by.user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """The address is the secret: nobody is told it, nothing keeps the page, nothing lists it."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@through_link
def shared_case(request: PersonRequest, link: ViewerLink) -> HttpResponse:
    case = _case(link)
    translated = translations_of(case)
    context = {
        "token": _token(request),
        "link": link,
        "case": case,
        "facts": facts_handed_over(case, _zone(link)),
        "entries": [
            (
                *(entry, what_happened(entry), named_outside(entry.event.actor)),
                translated.get(entry.event.pk, ""),
            )
            for entry in entries_handed_over(case)
        ],
        "exhibits": [(row, named_outside(row.added_by)) for row in evidence_of(case)],
    }
    return render(request, "cases/shared_case.html", context)


def _token(request: PersonRequest) -> str:
    match = request.resolver_match
    return str(match.kwargs["token"]) if match else ""


def _case(link: ViewerLink) -> Case:
    rows = Case.objects.of(link.household).select_related("seller", "order", "household")
    return rows.prefetch_related("order__items", "order__parcels").get(pk=link.case_id)


@require_safe
@through_link
def shared_evidence(request: PersonRequest, link: ViewerLink, evidence: UUID) -> HttpResponseBase:
    """A photo as a copy without place, or a PDF's first page."""
    longest = SMALL_SIDE if "small" in request.GET else LONGEST_SIDE
    try:
        shown = first_shown(_evidence(link, evidence), longest=longest)
    except NoCopy as reason:
        raise Http404(str(reason)) from reason
    return made_inert(HttpResponse(shown, content_type="image/jpeg"), kept=NOT_KEPT)


@require_safe
@through_link
def shared_file(request: PersonRequest, link: ViewerLink, evidence: UUID) -> HttpResponseBase:
    """A file as it came, but a film without its place. A photo's original stays in the house."""
    if _is_too_much(request, "shared_file", MOST_FILES):
        return render(request, "429.html", status=TOO_MANY)
    row = _evidence(link, evidence)
    if not row.file or row.has_copy:
        raise Http404
    return hand_file(row, outside=True)


@require_safe
@through_link
def shared_played(request: PersonRequest, link: ViewerLink, evidence: UUID) -> HttpResponseBase:
    row = _evidence(link, evidence)
    if not row.is_video:
        raise Http404
    return hand_video(row, wanted=request.headers.get("Range", ""), outside=True)


def _evidence(link: ViewerLink, public_id: UUID) -> Evidence:
    return get_object_or_404(evidence_of(_case(link)), public_id=public_id)


@require_safe
@through_link
def shared_pack(request: PersonRequest, link: ViewerLink) -> HttpResponseBase:
    """The evidence pack as a PDF, photos without place."""
    if _is_too_much(request, "shared_pack", MOST_PACKS):
        return render(request, "429.html", status=TOO_MANY)
    pack = build_pack(_case(link), zone=_zone(link), now=request.now)
    return FileResponse(
        io.BytesIO(pack.pdf),
        as_attachment=True,
        filename=f"parley-{str(link.public_id)[:8]}.pdf",
        content_type="application/pdf",
    )
