"""Hands out files as they were uploaded, so that they run nothing and no cache keeps them."""

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from cases.evidence_playing import play
from cases.models import Evidence

# A file that somebody uploaded runs nothing and loads nothing, even when a browser is made to show it.
INERT = "sandbox; default-src 'none'"
NOT_KEPT = "private, no-store"


def hand_original(evidence: Evidence) -> HttpResponseBase:
    """The file as it came, to be saved and not shown. Raises Http404 where the disk has none."""
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("This file is missing from the disk.")) from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=evidence.file_name,
        content_type=evidence.content_type,
    )
    return made_inert(response, kept=NOT_KEPT)


def hand_video(evidence: Evidence, *, wanted: str) -> HttpResponseBase:
    """A video, or the part of it that the header Range (`wanted`) names. Raises Http404."""
    try:
        file = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("This file is missing from the disk.")) from error
    # A phone's .mov is the same container, and browsers play it under this name.
    response = play(file, size=evidence.size, content_type="video/mp4", wanted=wanted)
    return made_inert(response, kept=NOT_KEPT)


def made_inert(response: HttpResponseBase, *, kept: str) -> HttpResponseBase:
    """The same answer, fenced in; `kept` is what caches may do with it."""
    response["Content-Security-Policy"] = INERT
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = kept
    return response
