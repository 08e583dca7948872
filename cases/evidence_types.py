"""What kind of file an upload really is: by its first bytes, not by what it calls itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from cases import heic_pictures

HEAD = 4096
MAX_PIXELS = 50_000_000
# Text is looked at whole, so that nothing binary hides behind a readable beginning.
MAX_TEXT_BYTES = 5 * 1024 * 1024


class FileRefused(Exception):
    """The file cannot be kept; the message says why and what would be taken instead."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type that is taken: the endings it may have, and which family it belongs to."""

    content_type: str
    name: str
    family: str
    endings: tuple[str, ...]
    pillow: str = ""


PNG = Kind("image/png", "PNG", "image", ("png",), "PNG")
JPEG = Kind("image/jpeg", "JPEG", "image", ("jpg", "jpeg", "jpe", "jfif"), "JPEG")
WEBP = Kind("image/webp", "WebP", "image", ("webp",), "WEBP")
GIF = Kind("image/gif", "GIF", "image", ("gif",), "GIF")
HEIC = Kind("image/heic", "HEIC", "image", ("heic", "heif"))
PDF = Kind("application/pdf", "PDF", "document", ("pdf",))
MP4 = Kind("video/mp4", "MP4", "video", ("mp4", "m4v"))
MOV = Kind("video/quicktime", "MOV", "video", ("mov", "qt"))
EML = Kind("message/rfc822", "mail (.eml)", "text", ("eml",))
TEXT = Kind("text/plain", "text", "text", ("txt", "text", "log", "md", "csv"))
KINDS = (PNG, JPEG, WEBP, GIF, HEIC, PDF, MP4, MOV, EML, TEXT)
ACCEPT = ",".join(f".{ending}" for kind in KINDS for ending in kind.endings)

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php)\b", re.IGNORECASE)
MAIL_HEADER = re.compile(
    rb"^(?:from|to|date|subject|received|return-path|message-id):", re.I | re.M
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def sniff(file: BinaryIO, file_name: str) -> Kind:
    """The kind of the file, checked against its ending; raise FileRefused. Leaves it rewound."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise FileRefused(_("it is empty; choose it again, or take the picture again"))
    kind = _by_magic(head) or _as_text(file, head, file_name)
    _agree(kind, file_name)
    if kind.pillow:
        _check_picture(file, kind)
    elif kind is HEIC:
        _check_heic(file)
    file.seek(0)
    return kind


def _by_magic(head: bytes) -> Kind | None:
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    starts: list[tuple[Callable[[bytes], bool], Kind]] = [
        (lambda start: start.startswith(b"\x89PNG\r\n\x1a\n"), PNG),
        (lambda start: start.startswith(b"\xff\xd8\xff"), JPEG),
        (lambda start: start[:4] == b"RIFF" and start[8:12] == b"WEBP", WEBP),
        (lambda start: start.startswith((b"GIF87a", b"GIF89a")), GIF),
        (lambda start: start.startswith(b"%PDF-"), PDF),
    ]
    return next((kind for fits, kind in starts if fits(head)), None)


def _by_brand(head: bytes) -> Kind | None:
    brand = head[8:12]
    if brand in HEIC_BRANDS:
        return HEIC
    if brand == b"qt  ":
        return MOV
    known = (b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"3gp", b"dash", b"mmp4")
    return MP4 if brand.startswith(known) else None


def _as_text(file: BinaryIO, head: bytes, file_name: str) -> Kind:
    if MARKUP.search(head) and not _looks_like_mail(head, file_name):
        raise FileRefused(
            _("it is a web page or drawing that could run code; take a screenshot of it instead")
        )
    file.seek(0)
    content = file.read(MAX_TEXT_BYTES + 1)
    is_text = len(content) <= MAX_TEXT_BYTES and _is_readable(content)
    if _looks_like_mail(head, file_name):
        return EML
    if not is_text:
        raise FileRefused(_("this kind of file is not taken; taken are %(kinds)s") % _kinds())
    if MARKUP.search(content):
        raise FileRefused(
            _("it is a web page or drawing that could run code; take a screenshot of it instead")
        )
    return TEXT


def _kinds() -> dict[str, str]:
    return {"kinds": ", ".join(kind.name for kind in KINDS)}


def _looks_like_mail(head: bytes, file_name: str) -> bool:
    first = head.lstrip()[:1]
    return (
        _ending(file_name) == "eml"
        and first.isalpha()
        and len(MAIL_HEADER.findall(head.split(b"<", 1)[0])) >= 2
    )


def _is_readable(content: bytes) -> bool:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return CONTROL.search(text) is None


def _ending(file_name: str) -> str:
    return PurePath(file_name).suffix.removeprefix(".").lower()


def _agree(kind: Kind, file_name: str) -> None:
    """Refuse a name that promises another family; shops do save WebP pictures as .jpg."""
    ending = _ending(file_name)
    if not ending:
        return
    families = {known.family for known in KINDS if ending in known.endings}
    if kind.family not in families:
        raise FileRefused(
            _("its name ends in .%(ending)s but it is %(kind)s; give it its right name")
            % {"ending": ending, "kind": kind.name}
        )


def _check_picture(file: BinaryIO, kind: Kind) -> None:
    file.seek(0)
    try:
        with Image.open(file, formats=[kind.pillow]) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise FileRefused(_("it has too many pixels; make the picture smaller"))
            picture.verify()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise FileRefused(_("it has too many pixels; make the picture smaller")) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise FileRefused(_("the picture is damaged; choose it again")) from None


def _check_heic(file: BinaryIO) -> None:
    file.seek(0)
    try:
        heic_pictures.look(file, most_pixels=MAX_PIXELS)
    except heic_pictures.TooManyPixels:
        raise FileRefused(_("it has too many pixels; make the picture smaller")) from None
    except heic_pictures.Unreadable:
        raise FileRefused(_("the picture is damaged; choose it again")) from None
