"""Adding evidence through the pages, and getting a file back as a file and nothing more."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.evidence import add_file
from cases.models import Evidence
from tests.cases.test_evidence import MAIL, picture
from tests.stock import Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path, settings) -> Home:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return make_home()


def url(home: Home, name: str, **ids: object) -> str:
    return reverse(name, kwargs={"household": home.household.public_id, **ids})


def upload(home: Home, *files: tuple[str, bytes], client=None, **fields: str):
    order = home.household.pk and make_order(home, number=str(uuid.uuid4()))
    address = url(home, "evidence_new_for_order", order=order.public_id)
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return (client or home.client).post(address, {"uploads": uploads, **fields})


def test_limits_and_types_are_told_before_choosing(home):
    order = make_order(home)
    page = home.client.get(
        url(home, "evidence_new_for_order", order=order.public_id)
    ).content.decode()
    assert "20.0\u00a0MB" in page
    assert "PDF" in page
    assert 'enctype="multipart/form-data"' in page


def test_several_files_are_kept_with_one_caption(home):
    response = upload(home, ("a.png", picture()), ("b.jpg", picture("JPEG")), caption="the lid")
    assert response.status_code == 302
    assert [(piece.file_name, piece.caption) for piece in Evidence.objects.all()] == [
        ("a.png", "the lid"),
        ("b.jpg", "the lid"),
    ]


def test_a_wrong_file_is_named_the_good_one_is_kept_and_the_caption_stays(home):
    response = upload(home, ("good.png", picture()), ("bad.svg", b"<svg></svg>"), caption="the lid")
    page = response.content.decode()
    assert response.status_code == 200
    assert "bad.svg: it is a web page" in page
    assert "1 file is kept" in page
    assert 'value="the lid"' in page
    assert Evidence.objects.get().file_name == "good.png"


def test_no_file_at_all_is_said_in_words(home):
    assert "Choose a file first" in upload(home).content.decode()


def test_correspondence_is_kept_and_shown_as_text(home):
    order = make_order(home)
    address = url(home, "evidence_new_for_order", order=order.public_id)
    text = "Seller: wait\r\n<img src=x onerror=alert(1)>"
    response = home.client.post(address, {"text-text": text, "text-caption": "chat"}, follow=True)
    page = response.content.decode()
    assert Evidence.objects.get().text == text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_correspondence_that_is_too_long_stays_in_its_field(home):
    order = make_order(home)
    address = url(home, "evidence_new_for_order", order=order.public_id)
    response = home.client.post(
        address, {"text-text": "word " * 20_001, "text-caption": "our chat"}
    )
    assert response.status_code == 200
    assert "our chat" in response.content.decode()
    assert not Evidence.objects.exists()


def test_evidence_of_a_case_is_added_from_the_case(home):
    case = make_case(home, make_seller(home))
    address = url(home, "evidence_new_for_case", case=case.public_id)
    response = home.client.post(address, {"text-text": "hello"})
    assert response.url == url(home, "case_detail", case=case.public_id)
    assert case.evidence.get().text == "hello"


@pytest.fixture
def stored(home) -> Evidence:
    upload(home, ("a\u202eb; c\u00e9\u201c.eml", MAIL))
    return Evidence.objects.get()


def test_a_file_comes_back_whole_as_an_attachment_that_can_do_nothing(home, stored):
    response = home.client.get(url(home, "evidence_file", evidence=stored.public_id))
    assert b"".join(response.streaming_content) == MAIL
    assert response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "filename*=utf-8''ab%3B%20c%C3%A9" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]


def test_a_viewer_may_read_a_file_but_add_none(home, stored):
    _vera, veras = home.member("Vera", role="viewer")
    response = veras.get(url(home, "evidence_file", evidence=stored.public_id))
    assert b"".join(response.streaming_content) == MAIL
    assert upload(home, ("a.png", picture()), client=veras).status_code == 403


def test_the_file_of_another_household_is_not_found(home, stored):
    next_door = make_home("next-door")
    for evidence in (stored.public_id, uuid.uuid4()):
        address = url(next_door, "evidence_file", evidence=evidence)
        assert next_door.client.get(address).status_code == 404


def test_a_file_missing_from_the_disk_is_not_found_and_no_fault(home, stored):
    stored.file.storage.delete(stored.file.name)
    address = url(home, "evidence_file", evidence=stored.public_id)
    assert home.client.get(address).status_code == 404


def test_pasted_text_is_no_file(home):
    order = make_order(home)
    home.client.post(
        url(home, "evidence_new_for_order", order=order.public_id), {"text-text": "hello"}
    )
    address = url(home, "evidence_file", evidence=Evidence.objects.get().public_id)
    assert home.client.get(address).status_code == 404


@pytest.mark.parametrize("what", ["case", "order"])
def test_nothing_is_added_to_what_another_household_owns(home, what):
    next_door = make_home("next-door")
    theirs = (
        make_case(next_door, make_seller(next_door)) if what == "case" else make_order(next_door)
    )
    address = url(home, f"evidence_new_for_{what}", **{what: theirs.public_id})
    assert home.client.post(address, {"text-text": "hello"}).status_code == 404
    assert not Evidence.objects.exists()


def test_a_file_far_above_the_limit_is_cut_off_while_it_arrives_and_refused(
    home, settings, monkeypatch
):
    settings.UPLOAD_MAX_BYTES = 100_000
    sizes = []
    monkeypatch.setattr(
        "cases.evidence_views.add_file",
        lambda **given: sizes.append(given["upload"].size) or add_file(**given),
    )
    page = upload(home, ("big.txt", b"a" * 5_000_000), caption="the lid").content.decode()
    assert "big.txt: it is larger than" in page
    assert 'value="the lid"' in page
    assert 100_000 < sizes[0] < 300_000
