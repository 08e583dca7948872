"""A film without what a phone notes in it: the place, the camera, names and remarks.

A film (MP4, MOV) is a row of boxes, some with boxes in them: four bytes of size, four of name. What
a player needs is known by name and stays; every other box becomes an empty one of the same length,
so each picture and sound stays where the film says that it is. What lies in the media data itself,
as an action camera's track of its ways, is not touched. No Django.

Boxes and where they may stand: ISO/IEC 14496-12 and Apple's QuickTime File Format.
"""

import io
import os
from bisect import bisect_right
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

# Three hours in fragments of a second have as many; what comes behind them is blanked.
MOST_BOXES = 50_000
EMPTY = b"free"
SHORT_HEADER, LONG_HEADER = 8, 16

# By name what stays of the boxes at one place: None as it is, else with these of its own boxes.
Kept = dict[bytes, Any]
TRACK: Kept = {
    b"mdia": dict.fromkeys((b"mdhd", b"hdlr", b"minf", b"elng")),
    **dict.fromkeys((b"tkhd", b"tref", b"trgr", b"edts", b"tapt", b"load", b"clip", b"matt")),
}
FILM: Kept = {
    b"moov": {
        b"trak": TRACK,
        **dict.fromkeys((b"mvhd", b"mvex", b"iods", b"pssh", b"ctab", b"clip")),
    },
    b"moof": dict.fromkeys((b"traf", b"mfhd", b"pssh")),
    **dict.fromkeys((b"ftyp", b"styp", b"mdat", b"wide", b"mfra")),
    **dict.fromkeys((b"sidx", b"ssix", b"prft", b"pdin")),
}


@dataclass(frozen=True, slots=True)
class Blank:
    """Bytes from `start` up to `stop` that are zero in the copy, or `name` where it has one."""

    start: int
    stop: int
    name: bytes = b""


def without_place(film: IO[bytes], size: int) -> BinaryIO:
    """The film as it goes to outsiders, to be read in any part; closing it closes the film.

    As long as the film, which has `size` bytes and is left as it is.
    """
    return io.BufferedReader(_Blanked(film, blanks_of(film, size)))


class _Blanked(io.RawIOBase):
    def __init__(self, film: IO[bytes], blanks: list[Blank]) -> None:
        self._film, self._blanks = film, blanks
        self._starts = [blank.start for blank in blanks]
        film.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._film.seek(offset, whence)

    def tell(self) -> int:
        return self._film.tell()

    def readinto(self, buffer: Any) -> int:
        at = self._film.tell()
        content = bytearray(self._film.read(len(buffer)))
        end = at + len(content)
        first = max(bisect_right(self._starts, at) - 1, 0)
        for blank in self._blanks[first : bisect_right(self._starts, end)]:
            start, stop = max(blank.start, at), min(blank.stop, end)
            if start < stop:
                name = blank.name[start - blank.start : stop - blank.start]
                content[start - at : stop - at] = name or bytes(stop - start)
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._film.close()
        super().close()


def blanks_of(film: IO[bytes], size: int) -> list[Blank]:
    """What of the film is no matter of playing it, in order; `size` is the film's, in bytes."""
    blanks: list[Blank] = []
    # What is left to walk: from where, up to where, and what stays there. The last comes first.
    parts: list[tuple[int, int, Kept]] = [(0, size, FILM)]
    count = 0
    while parts:
        at, end, kept = parts.pop()
        if at >= end:
            continue
        count += 1
        box = _box(film, at, end) if count <= MOST_BOXES else None
        if box is None:
            blanks.append(Blank(at, end))
            continue
        name, header, stop = box
        parts.append((stop, end, kept))
        if name not in kept:
            blanks += [Blank(at + 4, at + 8, EMPTY), Blank(at + header, stop)]
        elif kept[name] is not None:
            parts.append((at + header, stop, kept[name]))
    return blanks


def _box(film: IO[bytes], at: int, end: int) -> tuple[bytes, int, int] | None:
    """Name, length of the header, and where the box ends; None where there is none."""
    film.seek(at)
    head = film.read(min(LONG_HEADER, end - at))
    if len(head) < SHORT_HEADER:
        return None
    size, name, header = int.from_bytes(head[:4], "big"), head[4:8], SHORT_HEADER
    if size == 1 and len(head) == LONG_HEADER:
        size, header = int.from_bytes(head[8:], "big"), LONG_HEADER
    elif size == 0:
        size = end - at
    # A film that was cut off while it was taken ends within its last box.
    return (name, header, min(at + size, end)) if size >= header else None
