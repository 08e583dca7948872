"""Copies to show and to hand on, without place and camera: photos upright and smaller, and films."""

import io
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from cases import heic_pictures
from cases.evidence_types import HEIC, JPEG, MAX_PIXELS, PNG, WEBP
from cases.film_place import without_place
from cases.models import Evidence

FORMATS = {kind.content_type: kind.pillow for kind in (JPEG, PNG, WEBP)}
LONGEST_SIDE, SMALL_SIDE = 1600, 320
QUALITY = 85


class NoCopy(Exception):
    """Why there is no copy of it, in words."""


def copy_without_place(evidence: Evidence, *, longest: int = LONGEST_SIDE) -> bytes:
    """A JPEG of at most `longest` pixels a side, made from the pixels alone. Raises NoCopy.

    What the camera wrote into the file (EXIF, XMP, a small preview, comments) is not in it; the
    file itself stays as it is.
    """
    if not evidence.has_copy:
        raise NoCopy(_("There is no copy of this kind of file."))
    try:
        with evidence.file.open("rb") as file:
            if evidence.content_type == HEIC.content_type:
                drawn = heic_pictures.as_png(file, longest=longest, most_pixels=MAX_PIXELS)
                return _copy_of(io.BytesIO(drawn), PNG.pillow, longest)
            return _copy_of(file, FORMATS[evidence.content_type], longest)
    except (
        heic_pictures.Unreadable,
        *(UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning),
        *(OSError, SyntaxError, ValueError, EOFError),
    ) as fault:
        raise NoCopy(_("The picture cannot be read.")) from fault


def open_for_outsiders(evidence: Evidence) -> IO[bytes]:
    """The file as it leaves the house: a film without what the phone noted in it, else as it came.

    Raises OSError where the disk has none.
    """
    file = evidence.file.open("rb")
    return without_place(file, evidence.size) if evidence.is_video else file


def _copy_of(file: IO[bytes], made_as: str, longest: int) -> bytes:
    with Image.open(file, formats=[made_as]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise NoCopy(_("It has too many pixels."))
        picture.draft("RGB", (longest, longest))
        return as_jpeg(picture, longest)


def as_jpeg(picture: Image.Image, longest: int) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((longest, longest))
    # On white, as a page shows what is transparent; a new picture has pixels and nothing else.
    flat = Image.new("RGB", upright.size, "white")
    rgba = upright.convert("RGBA")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    written = io.BytesIO()
    flat.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
