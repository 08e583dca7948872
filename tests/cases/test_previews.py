"""Previews of what is no photo: the first page of a PDF, and a video in parts."""

import io
from zoneinfo import ZoneInfo

import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cases.evidence import add_file
from cases.evidence_playing import _part
from cases.models import Evidence
from cases.pack import MOST_PAGES, build_pack
from tests.cases.test_pack import pdf_text
from tests.stock import NOW, Home, make_case, make_home, make_seller

pytestmark = pytest.mark.django_db
VIDEO = b"\0\0\0\x18ftypisom" + bytes(range(256)) * 8


@pytest.fixture
def home(tmp_path, settings) -> Home:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return make_home()


def pdf(tmp_path, pages: int) -> bytes:
    source = tmp_path / "a.typ"
    body = "#pagebreak()\n".join(f"page {number}\n" for number in range(1, pages + 1))
    source.write_text(f"#set page(width: 8cm, height: 10cm)\n{body}")
    return bytes(typst.compile(str(source)))


def keep(home: Home, name: str, content: bytes) -> Evidence:
    return add_file(
        member=home.owner,
        case=make_case(home, make_seller(home)),
        upload=SimpleUploadedFile(name, content),
        caption="",
        now=NOW,
    )


def url(home: Home, name: str, evidence: Evidence) -> str:
    return reverse(name, args=[home.household.public_id, evidence.public_id])


def test_a_pdf_is_shown_by_its_first_page(home, tmp_path):
    kept = keep(home, "bill.pdf", pdf(tmp_path, 2))
    shown = home.client.get(url(home, "evidence_shown", kept) + "?small")
    assert shown["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert max(picture.size) == 320
        assert picture.height > picture.width


def test_a_pdf_that_cannot_be_drawn_is_kept_and_has_no_preview(home):
    kept = keep(home, "bill.pdf", b"%PDF-1.4\nnothing of the kind")
    assert home.client.get(url(home, "evidence_shown", kept)).status_code == 404
    assert home.client.get(url(home, "evidence_file", kept)).status_code == 200


def test_the_pack_shows_the_first_pages_and_the_zip_has_the_file(home, tmp_path):
    kept = keep(home, "bill.pdf", pdf(tmp_path, MOST_PAGES + 1))
    pack = build_pack(kept.case, zone=ZoneInfo("UTC"), now=NOW)
    assert len(pack.exhibits[0].pages) == MOST_PAGES + 1
    assert pack.exhibits[0].picture is None
    assert "Further pages are in the file itself" in pdf_text(pack.pdf)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("", 200, VIDEO),
        ("bytes=0-", 200, VIDEO),
        ("bytes=0-1", 206, VIDEO[:2]),
        ("bytes=10-19", 206, VIDEO[10:20]),
        ("bytes=2000-999999", 206, VIDEO[2000:]),
        ("bytes=-5", 206, VIDEO[-5:]),
        ("bytes=9-3", 416, b""),
        ("bytes=999999-", 416, b""),
        ("bytes=0-1,5-6", 200, VIDEO),
        ("nonsense", 200, VIDEO),
    ],
)
def test_a_video_is_played_in_the_parts_that_are_asked_for(home, asked, status, part):
    kept = keep(home, "broken.mp4", VIDEO)
    answer = home.client.get(url(home, "evidence_played", kept), headers={"Range": asked})
    content = b"".join(answer) if answer.streaming else answer.content
    assert (answer.status_code, content) == (status, part)
    if status == 206:
        assert answer["Content-Range"].endswith(f"/{len(VIDEO)}")
    if status != 416:
        assert answer["Content-Length"] == str(len(part))


def test_only_videos_are_played_and_nothing_in_them_runs(home):
    text = keep(home, "a.txt", b"words")
    assert home.client.get(url(home, "evidence_played", text)).status_code == 404
    video = keep(home, "b.mp4", VIDEO)
    answer = home.client.get(url(home, "evidence_played", video))
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    b"".join(answer)


def test_the_list_shows_a_player_and_a_page(home, tmp_path):
    video = keep(home, "b.mp4", VIDEO)
    page = home.client.get(
        reverse("case_detail", args=[home.household.public_id, video.case.public_id])
    ).content.decode()
    assert url(home, "evidence_played", video) in page


def test_an_empty_file_has_no_part():
    assert _part("bytes=0-0", 0) is None
