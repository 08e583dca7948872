"""Hands out files that were uploaded, so that they run nothing and no cache keeps them."""

from typing import IO

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from cases.evidence_copies import open_for_outsiders
from cases.evidence_playing import play
from cases.models import Evidence

# A file that somebody uploaded runs nothing and loads nothing, even when a browser is made to show it.
INERT = "sandbox; default-src 'none'"
NOT_KEPT = "private, no-store"


def hand_file(evidence: Evidence, *, outside: bool) -> HttpResponseBase:
    """The file, to be saved and not shown. Raises Http404 where the disk has none.

    It is as it came; but a film goes `outside` without the place where it was taken.
    """
    response = FileResponse(
        _opened(evidence, outside=outside),
        as_attachment=True,
        filename=evidence.file_name,
        content_type=evidence.content_type,
    )
    return made_inert(response, kept=NOT_KEPT)


def hand_video(evidence: Evidence, *, wanted: str, outside: bool) -> HttpResponseBase:
    """A video, or the part of it that the header Range (`wanted`) names; else as `hand_file`."""
    file = _opened(evidence, outside=outside)
    # A phone's .mov is the same container, and browsers play it under this name.
    response = play(file, size=evidence.size, content_type="video/mp4", wanted=wanted)
    return made_inert(response, kept=NOT_KEPT)


def _opened(evidence: Evidence, *, outside: bool) -> IO[bytes]:
    try:
        return open_for_outsiders(evidence) if outside else evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("This file is missing from the disk.")) from error


def made_inert(response: HttpResponseBase, *, kept: str) -> HttpResponseBase:
    """The same answer, fenced in; `kept` is what caches may do with it."""
    response["Content-Security-Policy"] = INERT
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = kept
    return response
