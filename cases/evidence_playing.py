"""Plays a video that is kept as evidence: a part of the file, as players ask for it."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

PART = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
CHUNK = 64 * 1024
UNSATISFIABLE = 416


def play(file: IO[bytes], *, size: int, content_type: str, wanted: str) -> HttpResponseBase:
    """The whole file, or the part that the header Range (`wanted`) names; closes the file."""
    part = _part(wanted, size)
    if part is None:
        file.close()
        response: HttpResponseBase = HttpResponse(status=UNSATISFIABLE)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, last = part
    is_part = (first, last) != (0, size - 1)
    response = StreamingHttpResponse(
        _read(file, first, last - first + 1),
        status=206 if is_part else 200,
        content_type=content_type,
    )
    if is_part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    return response


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte; all of them where no part, or one that is not understood, is asked for."""
    whole = (0, size - 1)
    named = PART.fullmatch(wanted.strip())
    if named is None or named.groups() == ("", ""):
        return whole
    if not named[1]:
        return max(size - int(named[2]), 0), size - 1
    first = int(named[1])
    last = min(int(named[2]), size - 1) if named[2] else size - 1
    return (first, last) if first <= last else None


def _read(file: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0 and (content := file.read(min(CHUNK, length))):
            length -= len(content)
            yield content
