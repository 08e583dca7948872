"""Evidence is kept exactly as it came, and nothing is kept that is not what it says it is."""

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from PIL import Image

from cases.errors import CaseError
from cases.evidence import add_file, add_text, tidy_file_name
from cases.models import Case, Evidence
from tests.cases.heic_photos import heic
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path, settings) -> Home:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return make_home()


@pytest.fixture
def case(home) -> Case:
    return make_case(home, make_seller(home))


def picture(kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, kind)
    return content.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 60,000 by 60,000 pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


MAIL = b"From: shop@example.test\r\nSubject: Your order\r\n\r\n<html><body>Hello</body></html>"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 40
MOV = b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  " + b"\x00" * 40
NO_HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 40


def add(home: Home, name: str, content: bytes, **owner: object) -> Evidence:
    return add_file(
        member=home.owner,
        upload=SimpleUploadedFile(name, content, content_type="text/html"),
        caption="the lid",
        now=NOW,
        **owner,
    )


def files_on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.png", picture("PNG"), "image/png"),
        ("a.JPG", picture("JPEG"), "image/jpeg"),
        ("a.gif", picture("GIF"), "image/gif"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("saved-by-the-shop.jpg", picture("WEBP"), "image/webp"),
        ("a.heic", heic(), "image/heic"),
        ("invoice.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "application/pdf"),
        ("chat.txt", "你好, two cups are broken <3".encode(), "text/plain"),
        ("chat.txt", "utf-16 from Windows".encode("utf-16"), "text/plain"),
        ("mail.eml", MAIL, "message/rfc822"),
        ("clip.mp4", MP4, "video/mp4"),
        ("clip.mov", MOV, "video/quicktime"),
        ("without-ending", picture("PNG"), "image/png"),
    ],
)
def test_what_is_taken_is_known_by_its_content(home, case, name, content, content_type):
    evidence = add(home, name, content, case=case)
    assert evidence.content_type == content_type
    assert evidence.file.open("rb").read() == content
    assert evidence.sha256 == hashlib.sha256(content).hexdigest()
    assert evidence.size == len(content)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.png", b"", "empty"),
        ("page.html", b"<!doctype html><script>alert(1)</script>", "could run code"),
        ("drawing.svg", b'<?xml version="1.0"?><svg onload="alert(1)"/>', "could run code"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "could run code"),
        ("notes.txt", b"hello " * 2000 + b"<script>alert(1)</script>", "could run code"),
        ("page.eml", b"<html><script>alert(1)</script></html>", "could run code"),
        ("tool.exe", b"MZ\x90\x00\x03\x00\x00\x00", "not taken"),
        ("archive.zip", b"PK\x03\x04\x14\x00\x00\x00", "not taken"),
        ("photo.jpg", b"%PDF-1.7\n1 0 obj", "ends in .jpg but it is PDF"),
        ("paper.pdf", picture("PNG"), "ends in .pdf but it is PNG"),
        ("tool.exe", picture("PNG"), "ends in .exe"),
        ("paper.pdf", b"<html>%PDF-1.7</html>", "could run code"),
        ("cut.png", picture("PNG")[:40], "damaged"),
        ("bomb.png", bomb(), "too many pixels"),
        ("fake.heic", NO_HEIC, "damaged"),
        ("cut.heic", heic()[:-10], "damaged"),
        ("bomb.heic", heic(says=(60_000, 60_000)), "too many pixels"),
        ("large.heic", heic(says=(8_000, 6_251)), "too many pixels"),
        ("fake.gif", b"GIF89a=1;alert(1)//", "damaged"),
    ],
)
def test_what_is_not_taken_is_named_with_the_reason_and_leaves_nothing(
    home, case, name, content, reason
):
    with pytest.raises(CaseError, match=reason) as refused:
        add(home, name, content, case=case)
    assert str(refused.value).startswith(f"{name}: ")
    assert not Evidence.objects.exists()
    assert files_on_disk() == []


def test_a_file_that_is_too_big_is_refused_with_the_limit(home, case, settings):
    settings.UPLOAD_MAX_BYTES = 1024
    with pytest.raises(CaseError, match=r"big\.txt: it is larger than 1\.0.KB"):
        add(home, "big.txt", b"a" * 2048, case=case)


def test_a_household_takes_no_more_room_than_it_has_and_is_told(home, case, settings):
    kept = add(home, "one.png", picture(), case=case)
    settings.HOUSEHOLD_UPLOAD_BYTES = kept.size + 1
    with pytest.raises(CaseError, match=r"lamp\.png: it is not saved.*more than"):
        add(home, "lamp.png", picture(), case=case)


def test_a_picture_with_a_tail_is_kept_whole_as_a_picture(home, case):
    content = picture("JPEG") + b"<script>alert(1)</script>"
    evidence = add(home, "photo.jpg", content, case=case)
    assert evidence.content_type == "image/jpeg"
    assert evidence.file.open("rb").read() == content


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.txt", "boot.txt"),
        ("C:\\Users\\me\\photo.png", "photo.png"),
        ('a"b\r\nSet-Cookie: x.png', 'a"b Set-Cookie: x.png'),
        ("right\u202egnp.exe.txt", "right gnp.exe.txt"),
        ("...", "file"),
        ("", "file"),
        ("照片.jpg", "照片.jpg"),
        ("x" * 400 + ".jpeg", "x" * 115 + ".jpeg"),
    ],
)
def test_a_file_name_is_made_harmless_and_keeps_its_ending(name, kept):
    assert tidy_file_name(name) == kept


def test_the_file_lies_under_a_random_name_in_the_folder_of_its_household(home, case):
    evidence = add(home, "../../photo.png", picture(), case=case)
    [path] = files_on_disk()
    household = Path(settings.MEDIA_ROOT) / "evidence" / str(home.household.public_id)
    assert path.parent == household
    assert path.name == str(evidence.public_id)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_case_has_an_event_that_names_the_file(home, case):
    evidence = add(home, "photo.png", picture(), case=case)
    event = case.events.get()
    assert (event.kind, event.actor, event.at) == ("evidence_added", home.owner, NOW)
    assert event.details["evidence"] == str(evidence.public_id)
    assert event.details["file_name"] == "photo.png"
    assert event.stage == case.stage


def test_evidence_of_an_order_needs_no_case_and_makes_no_event(home):
    order = make_order(home)
    evidence = add(home, "photo.png", picture(), order=order)
    assert evidence.case is None
    assert order.evidence.get() == evidence


def test_when_the_row_cannot_be_written_no_file_is_left(home, case, monkeypatch):
    def fail(*_args, **_kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr("cases.evidence.CaseEvent.objects.create", fail)
    with pytest.raises(DatabaseError):
        add(home, "photo.png", picture(), case=case)
    assert files_on_disk() == []
    assert not Evidence.objects.exists()


class _FileOfAFullDisk(SimpleUploadedFile):
    """Can be read once, for its checksum; writing it fails after its first piece."""

    reads = 0

    def chunks(self, chunk_size=None):
        self.reads += 1
        yield self.read(10)
        if self.reads > 1:
            raise OSError("No space left on device")
        yield self.read()


def test_when_the_disk_fails_half_way_the_member_is_told_and_no_half_file_is_left(home, case):
    with pytest.raises(CaseError, match=r"photo\.png: .* not saved"):
        add_file(
            member=home.owner,
            case=case,
            upload=_FileOfAFullDisk("photo.png", picture()),
            caption="",
            now=NOW,
        )
    assert files_on_disk() == []
    assert not Evidence.objects.exists()


def test_evidence_cannot_be_put_on_a_case_of_another_household(home):
    next_door = make_home("next-door")
    theirs = make_case(next_door, make_seller(next_door))
    with pytest.raises(ValueError, match="household"):
        add(home, "photo.png", picture(), case=theirs)
    with pytest.raises(ValueError, match="household"):
        add_text(member=home.owner, case=theirs, text="hello", caption="", now=NOW)


def test_correspondence_is_stored_as_it_was_pasted(home, case):
    text = "  Hi\r\n\r\n<b>你好</b> {{ x }} \u202e\n"
    evidence = add_text(member=home.owner, case=case, text=text, caption="", now=NOW)
    evidence.refresh_from_db()
    assert evidence.text == text
    assert evidence.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert case.events.get().kind == "evidence_added"


@pytest.mark.parametrize(("text", "reason"), [(" \n", "Paste"), ("x" * 100_001, "too long")])
def test_correspondence_that_cannot_be_kept_is_refused_in_words(home, case, text, reason):
    with pytest.raises(CaseError, match=reason):
        add_text(member=home.owner, case=case, text=text, caption="", now=NOW)
    assert not Evidence.objects.exists()
