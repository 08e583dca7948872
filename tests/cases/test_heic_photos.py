"""A phone's HEIC photo is shown and handed on as pixels alone, like any other photo."""

import io
import zipfile
from pathlib import Path

import pillow_heif
import pytest
from django.test import Client
from PIL import Image

from cases import heic_pictures
from cases.evidence_types import MAX_PIXELS
from cases.models import Case, Evidence
from cases.viewer_links import make_link
from tests.cases.heic_photos import GPS, heic
from tests.cases.test_pack import keep, pdf_of, zip_of
from tests.stock import NOW, Home, make_case, make_home, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path, settings) -> Home:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    return make_case(home, make_seller(home))


def shown(home: Home, evidence: Evidence, query: str = "") -> bytes:
    answer = home.client.get(home.path(f"evidence/{evidence.public_id}/shown/{query}"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    return bytes(answer.content)


def test_the_photo_of_these_tests_knows_where_it_was_taken():
    photo = pillow_heif.open_heif(heic())
    exif = Image.Exif()
    exif.load(photo.info["exif"])
    assert exif.get_ifd(GPS)[2] == (40.0, 25.0, 0.0)


def test_copy_has_neither_place_nor_camera_and_stands_upright(home: Home, case: Case) -> None:
    content = shown(home, keep(home, case, heic((400, 300), orientation=6), "IMG_1.HEIC"))
    assert b"SecretPhone" not in content
    with Image.open(io.BytesIO(content)) as copy:
        assert copy.size == (300, 400)
        assert not copy.getexif()


def test_copy_shows_what_the_photo_shows(home: Home, case: Case) -> None:
    with Image.open(io.BytesIO(shown(home, keep(home, case, heic(), "a.heic")))) as copy:
        red, green, blue = copy.getpixel((30, 20))
    assert abs(red) < 6
    assert abs(green - 128) < 6
    assert abs(blue - 128) < 6


def test_preview_is_small(home: Home, case: Case) -> None:
    content = shown(home, keep(home, case, heic((800, 600)), "a.heic"), "?small")
    with Image.open(io.BytesIO(content)) as copy:
        assert copy.size == (320, 240)


def test_case_page_shows_it(home: Home, case: Case) -> None:
    kept = keep(home, case, heic(), "a.heic")
    page = home.client.get(home.path(f"cases/{case.public_id}/")).content.decode()
    assert f"evidence/{kept.public_id}/shown/?small" in page


def test_original_stays_as_it_came(home: Home, case: Case) -> None:
    content = heic()
    kept = keep(home, case, content, "a.heic")
    answer = home.client.get(home.path(f"evidence/{kept.public_id}/"))
    assert b"".join(answer.streaming_content) == content


def test_zip_holds_the_copy_unless_the_originals_are_asked_for(home: Home, case: Case) -> None:
    content = heic()
    keep(home, case, content, "a.heic")
    archive: zipfile.ZipFile = zip_of(home, case)
    assert b"SecretPhone" not in archive.read("exhibits/01-a.jpg")
    assert archive.read("exhibits/01-a.jpg").startswith(b"\xff\xd8\xff")
    assert "exhibits/01-a.heic" not in archive.namelist()
    assert zip_of(home, case, "?originals").read("exhibits/01-a.heic") == content
    assert "a.heic" in pdf_of(home, case)


def test_viewer_link_shows_the_copy_and_keeps_the_original_in_the_house(
    home: Home, case: Case
) -> None:
    kept = keep(home, case, heic(), "a.heic")
    _link, url = make_link(owner=home.owner, case=case, label="Mrs Kern", days=7, now=NOW)
    path = f"{url[url.index('/shared/') :]}evidence/{kept.public_id}/"
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert b"SecretPhone" not in answer.content
    assert Client().get(f"{path}file/").status_code == 404


def test_photo_that_takes_its_reader_too_long_has_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heic_pictures, "WAIT_SECONDS", 0.001)
    with pytest.raises(heic_pictures.Unreadable):
        heic_pictures.as_png(io.BytesIO(heic()), longest=320, most_pixels=MAX_PIXELS)


def test_photo_that_is_larger_than_it_says_has_no_copy(home: Home, case: Case) -> None:
    kept = keep(home, case, heic((1000, 800), says=(64, 48)), "a.heic")
    assert home.client.get(home.path(f"evidence/{kept.public_id}/shown/")).status_code == 404


def test_nothing_of_it_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    heic_pictures.as_png(io.BytesIO(heic()), longest=320, most_pixels=MAX_PIXELS)
    assert list(tmp_path.iterdir()) == []
