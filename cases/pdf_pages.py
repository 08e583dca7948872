"""The pages of a PDF as pictures, for a preview and for the evidence pack."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image

from cases.evidence_copies import NoCopy, as_jpeg, copy_without_place
from cases.models import Evidence

ROOT = Path(__file__).resolve().parents[1]
# Longer than what the drawing process allows itself.
WAIT_SECONDS = 15


def pages_of(evidence: Evidence, *, most: int, longest: int) -> list[bytes]:
    """The first pages as JPEG of at most `longest` pixels a side. Raises NoCopy."""
    if not evidence.is_pdf:
        raise NoCopy(_("There is no copy of this kind of file."))
    with tempfile.TemporaryDirectory(prefix="parley-pdf-") as name:
        folder = Path(name)
        try:
            with evidence.file.open("rb") as file, (folder / "x.pdf").open("wb") as copy:
                shutil.copyfileobj(file, copy)
            _draw(folder, most)
            drawn = [folder / f"{number}.png" for number in range(1, most + 1)]
            pages = [_as_jpeg(path, longest) for path in drawn if path.exists()]
        except (OSError, subprocess.SubprocessError, Image.DecompressionBombError) as fault:
            raise NoCopy(_("The pages cannot be drawn.")) from fault
    if not pages:
        raise NoCopy(_("The pages cannot be drawn."))
    return pages


def first_shown(evidence: Evidence, *, longest: int) -> bytes:
    """As a JPEG: a photo's copy without place, or a PDF's first page. Raises NoCopy."""
    if evidence.is_pdf:
        return pages_of(evidence, most=1, longest=longest)[0]
    return copy_without_place(evidence, longest=longest)


def _draw(folder: Path, most: int) -> None:
    # What it drew before it was stopped is used; how it ended does not matter.
    subprocess.run(  # noqa: S603 (a fixed program; the folder is made here)
        [sys.executable, "-m", "cases.pdf_drawing", str(folder), str(most)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=WAIT_SECONDS,
        check=False,
    )


def _as_jpeg(path: Path, longest: int) -> bytes:
    with Image.open(path, formats=["PNG"]) as picture:
        return as_jpeg(picture, longest)
