"""A phone's HEIC photo as pixels that Pillow knows, made in a process of its own.

Pillow reads no HEIC, and the readers that do are large: a fault in one must not be one of the
server's, so it is kept apart like the drawing of a PDF.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
# Longer than what the drawing process allows itself.
WAIT_SECONDS = 15
# How the drawing process ends to say so.
TOO_LARGE = 3


class Unreadable(Exception):
    """The photo is damaged, or is of a make that cannot be read."""


class TooManyPixels(Unreadable):
    """The photo says that it has more pixels than are taken."""


def look(file: IO[bytes], *, most_pixels: int) -> None:
    """Read what the photo says of itself; raise TooManyPixels or Unreadable."""
    with tempfile.TemporaryDirectory(prefix="parley-heic-") as name:
        _run(file, Path(name), 0, most_pixels)


def as_png(file: IO[bytes], *, longest: int, most_pixels: int) -> bytes:
    """The photo upright, at most `longest` pixels a side, as a PNG of nothing but pixels.

    Raises TooManyPixels or Unreadable.
    """
    with tempfile.TemporaryDirectory(prefix="parley-heic-") as name:
        _run(file, Path(name), longest, most_pixels)
        try:
            return (Path(name) / "1.png").read_bytes()
        except OSError as fault:
            raise Unreadable from fault


def _run(file: IO[bytes], folder: Path, longest: int, most_pixels: int) -> None:
    with (folder / "x.heic").open("wb") as copy:
        shutil.copyfileobj(file, copy)
    words = [str(folder), str(longest), str(most_pixels)]
    try:
        ended = subprocess.run(  # noqa: S603 (a fixed program; the folder is made here)
            [sys.executable, "-m", "cases.heic_drawing", *words],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.SubprocessError as fault:
        raise Unreadable from fault
    if ended.returncode == TOO_LARGE:
        raise TooManyPixels
    if ended.returncode:
        raise Unreadable
