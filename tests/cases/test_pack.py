"""The evidence pack: in order, whole, without place where that is asked, and provably unchanged."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from cases import services
from cases.evidence import add_file, add_text
from cases.models import Case, Evidence
from cases.pack import build_pack
from cases.pack_log import chain, first_broken
from tests.cases.test_sweep import waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
GPS = 0x8825
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    made = waiting_case(home)
    services.log_reply(
        member=home.owner,
        case=made,
        received_at=NOW,
        body="亲,请您再等 15 天",
        channel="message_center",
        now=NOW,
    )
    return made


def photo(size: tuple[int, int] = (400, 300), orientation: int = 1) -> bytes:
    """A photo with a place, as a phone takes it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (40.0, 25.0, 0.0)
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "JPEG", exif=exif.tobytes())
    return written.getvalue()


def keep(home: Home, case: Case, content: bytes, name: str = "lid.jpg") -> Evidence:
    return add_file(
        member=home.owner,
        case=case,
        upload=SimpleUploadedFile(name, content),
        caption="The crack",
        now=NOW,
    )


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def pdf_of(home: Home, case: Case) -> str:
    answer = home.client.get(home.path(f"cases/{case.public_id}/pack/pack.pdf"))
    return pdf_text(b"".join(answer.streaming_content))


def zip_of(home: Home, case: Case, query: str = "") -> zipfile.ZipFile:
    answer = home.client.get(home.path(f"cases/{case.public_id}/pack/pack.zip{query}"))
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_pdf_tells_the_case_in_order_with_numbered_exhibits(home: Home, case: Case) -> None:
    keep(home, case, photo())
    add_text(member=home.owner, case=case, text="We spoke before", caption="Chat", now=NOW)
    text = pdf_of(home, case)
    assert case.order is not None
    for words in ("Lamp has not come", case.order.number, "Exhibit 1.", "Exhibit 2.", "The crack"):
        assert words in text
    assert text.index("case opened") < text.rindex("the seller answered")
    assert "Asia/Shanghai" in text
    assert "UTC" in text


def test_notes_and_expectations_stay_with_the_household(home: Home, case: Case) -> None:
    services.add_note(member=home.owner, case=case, text="My own secret doubt", now=NOW)
    assert "secret doubt" not in pdf_of(home, case)
    assert b"secret doubt" not in zip_of(home, case).read("log.json")
    assert "answers of" not in pdf_of(home, case)


def test_hostile_text_is_shown_as_it_is(home: Home, case: Case) -> None:
    case.title = '#panic("x") $x$ *bold* #read("/etc/passwd") \u202e <b>'
    case.details = '#let x = 1; @ref `raw` \\ #image("/etc/passwd")'
    case.save()
    text = pdf_of(home, case)
    assert '#panic("x")' in text
    assert '#image("/etc/passwd")' in text


def test_copy_has_neither_place_nor_camera_and_stands_upright(home: Home, case: Case) -> None:
    evidence = keep(home, case, photo((400, 300), orientation=6))
    answer = home.client.get(home.path(f"evidence/{evidence.public_id}/shown/"))
    assert b"SecretPhone" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (300, 400)
        assert not shown.getexif()


def test_original_stays_as_it_came(home: Home, case: Case) -> None:
    content = photo()
    evidence = keep(home, case, content)
    answer = home.client.get(home.path(f"evidence/{evidence.public_id}/"))
    assert b"".join(answer.streaming_content) == content


def test_large_photo_is_shown_smaller(home: Home, case: Case) -> None:
    evidence = keep(home, case, photo((4000, 3000)))
    answer = home.client.get(home.path(f"evidence/{evidence.public_id}/shown/?small"))
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert max(shown.size) == 320


def test_transparent_picture_is_shown_on_white(home: Home, case: Case) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(written, "PNG")
    evidence = keep(home, case, written.getvalue(), "clear.png")
    answer = home.client.get(home.path(f"evidence/{evidence.public_id}/shown/"))
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.getpixel((5, 5)) == (255, 255, 255)


def test_file_that_is_no_picture_has_no_copy(home: Home, case: Case) -> None:
    evidence = keep(home, case, b"plain words", "note.txt")
    assert home.client.get(home.path(f"evidence/{evidence.public_id}/shown/")).status_code == 404


def test_zip_holds_copies_unless_the_originals_are_asked_for(home: Home, case: Case) -> None:
    content = photo()
    keep(home, case, content)
    assert b"SecretPhone" not in zip_of(home, case).read("exhibits/01-lid.jpg")
    assert zip_of(home, case, "?originals").read("exhibits/01-lid.jpg") == content


def test_damaged_photo_goes_without_its_place_only_as_a_word_that_it_cannot_be_read(
    home: Home, case: Case
) -> None:
    content = photo()[:-200]
    keep(home, case, content)
    archive = zip_of(home, case)
    assert archive.read("exhibits/01-lid.jpg.txt") == b"The picture cannot be read."
    assert "exhibits/01-lid.jpg" not in archive.namelist()
    assert zip_of(home, case, "?originals").read("exhibits/01-lid.jpg") == content


def test_two_files_of_one_name_are_both_in_the_zip(home: Home, case: Case) -> None:
    keep(home, case, photo())
    keep(home, case, photo())
    names = zip_of(home, case).namelist()
    assert "exhibits/01-lid.jpg" in names
    assert "exhibits/02-lid.jpg" in names


def test_pack_that_would_be_too_large_is_refused_in_words(
    home: Home, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.pack.MOST_BYTES", 10)
    keep(home, case, photo())
    address = home.path(f"cases/{case.public_id}/pack/pack.zip")
    page = home.client.get(address, follow=True).content.decode()
    assert "Hand them over one by one" in page


def test_missing_file_is_named_and_no_zip_is_cut_short(home: Home, case: Case) -> None:
    evidence = keep(home, case, b"plain words", "note.txt")
    evidence.file.storage.delete(evidence.file.name)
    address = home.path(f"cases/{case.public_id}/pack/pack.zip")
    assert "note.txt is missing" in home.client.get(address, follow=True).content.decode()


def test_very_long_text_is_cut_in_the_pdf_says_so_and_is_whole_in_the_zip(
    home: Home, case: Case
) -> None:
    add_text(member=home.owner, case=case, text="word " * 15_000, caption="", now=NOW)
    assert "more characters are in the file of the zip" in pdf_of(home, case)
    assert len(zip_of(home, case).read("exhibits/01-messages.txt")) == 75_000


def saved(home: Home, case: Case, folder: Path) -> Path:
    answer = home.client.get(home.path(f"cases/{case.public_id}/pack/pack.zip"))
    path = folder / "pack.zip"
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def rewritten(path: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(path) as old:
        kept = {n: old.read(n) for n in old.namelist()}
    kept[name] = content
    with zipfile.ZipFile(path, "w") as new:
        for n, c in kept.items():
            new.writestr(n, c)


def test_unchanged_pack_passes_the_check(
    home: Home, case: Case, tmp_path: Path, capsys: Any
) -> None:
    keep(home, case, photo())
    call_command("check_pack", str(saved(home, case, tmp_path)))
    assert "as they were made" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["pack.pdf", "exhibits/01-lid.jpg", "log.json"])
def test_changed_file_is_named_by_the_check(
    home: Home, case: Case, tmp_path: Path, name: str
) -> None:
    keep(home, case, photo())
    path = saved(home, case, tmp_path)
    with zipfile.ZipFile(path) as pack:
        content = pack.read(name)
    rewritten(path, name, content.replace(b"0", b"1", 1) if name == "log.json" else content + b"x")
    with pytest.raises(CommandError, match=name):
        call_command("check_pack", str(path))


def test_file_that_is_no_pack_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(CommandError, match="no evidence pack"):
        call_command("check_pack", str(path))


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=5)), min_size=1, max_size=6),
    st.data(),
)
def test_any_changed_entry_breaks_the_chain(entries: list[dict[str, str]], data: Any) -> None:
    clean = [{k: v for k, v in e.items() if k != "checksum"} for e in entries]
    log = chain(clean)
    assert first_broken(log) is None
    index = data.draw(st.integers(0, len(log) - 1))
    log[index] = {**log[index], "added": "later"}
    assert first_broken(log) == index


def test_last_checksum_is_printed_in_the_pdf(home: Home, case: Case) -> None:
    pack = build_pack(case, zone=MADRID, now=NOW)
    assert json.dumps(pack.log)
    assert pack.log[-1]["checksum"][:40] in pdf_text(pack.pdf).replace("\n", "")
