"""A film goes to outsiders without what the phone noted in it, and plays as it did."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cases.evidence import add_file
from cases.film_place import MOST_BOXES, Blank, blanks_of, without_place
from cases.models import Case, Evidence
from cases.viewer_links import make_link
from tests.cases.test_pack import zip_of
from tests.stock import NOW, Home, make_case, make_home, make_seller

# Two seconds' work of ffmpeg each: a test picture of 32 by 32 pixels, with a place in the box `loci`
# of the .mp4, and under Apple's key com.apple.quicktime.location.ISO6709 in the .mov.
FILMS = Path(__file__).with_name("films")
MP4, MOV = (FILMS / "kitchen.mp4").read_bytes(), (FILMS / "kitchen.mov").read_bytes()
ISO6709 = b"+40.4168-003.7038/"
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def box(name: bytes, *contents: bytes) -> bytes:
    body = b"".join(contents)
    return (len(body) + 8).to_bytes(4, "big") + name + body


def copy_of(film: bytes) -> bytes:
    return without_place(io.BytesIO(film), len(film)).read()


def inside(film: bytes, *extra: bytes) -> bytes:
    """The film with these boxes at the end of its `moov`, which is its last box."""
    at = film.index(b"moov") - 4
    assert int.from_bytes(film[at : at + 4], "big") == len(film) - at
    return film[:at] + box(b"moov", film[at + 8 :], *extra)


APPLE_NOTE = box(b"udta", box(b"\xa9xyz", len(ISO6709).to_bytes(2, "big"), b"\x15\xc7", ISO6709))


@pytest.mark.parametrize(
    ("film", "note"),
    [
        (MP4, b"loci"),
        (MP4, b"Kitchen"),
        (MOV, b"+40.4168-003.7038+650.000/"),
        (MOV, b"SecretPhone"),
        (inside(MP4, APPLE_NOTE), ISO6709),
        (inside(MP4, box(b"trak", box(b"tkhd", bytes(84)), APPLE_NOTE)), ISO6709),
        (MP4 + box(b"uuid", XMP, b"<x:xmpmeta>40,25N"), b"40,25N"),
        (MP4 + box(b"sefd", b"40,25N"), b"40,25N"),
        (MP4 + box(b"free", b"40,25N"), b"40,25N"),
        (MP4 + b"\0\0\0\x01meta" + (22).to_bytes(8, "big") + b"40,25N", b"40,25N"),
        (MP4 + b"\0\0\0\x00meta40,25N", b"40,25N"),
        (MP4 + b"\0\0\0\x02no box: 40,25N", b"40,25N"),
    ],
)
def test_what_was_noted_is_not_in_the_copy(film: bytes, note: bytes) -> None:
    assert note in film
    copy = copy_of(film)
    assert note not in copy
    assert len(copy) == len(film)


def boxes(film: bytes) -> dict[bytes, bytes]:
    """The outermost boxes of a film that has each once."""
    found, at = {}, 0
    while at < len(film):
        size = int.from_bytes(film[at : at + 4], "big")
        found[film[at + 4 : at + 8]] = film[at : at + size]
        at += size
    return found


@pytest.mark.parametrize("film", [MP4, MOV])
def test_pictures_and_where_they_are_found_stay_as_they_are(film: bytes) -> None:
    before, after = boxes(film), boxes(copy_of(film))
    assert list(before) == list(after)
    assert before[b"mdat"] == after[b"mdat"]
    # The track's whole description, from its header to its table of samples.
    track = before[b"moov"][before[b"moov"].index(b"mdia") - 4 :]
    track = track[: int.from_bytes(track[:4], "big")]
    assert b"stco" in track
    assert track in after[b"moov"]


@given(at=st.integers(0, len(MOV) + 5), length=st.integers(0, 300))
def test_each_part_that_a_player_asks_for_is_of_the_same_copy(at: int, length: int) -> None:
    film = without_place(io.BytesIO(MOV), len(MOV))
    film.seek(at)
    assert film.read(length) == copy_of(MOV)[at : at + length]


@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(st.tuples(st.integers(0, len(MP4) - 1), st.integers(0, 255)), max_size=8).map(
            lambda changes: _changed(MP4, changes)
        ),
    )
)
def test_no_file_breaks_the_reader_and_each_keeps_its_length(film: bytes) -> None:
    assert len(copy_of(film)) == len(film)


def _changed(film: bytes, changes: list[tuple[int, int]]) -> bytes:
    content = bytearray(film)
    for at, value in changes:
        content[at] = value
    return bytes(content)


def test_film_that_was_cut_off_keeps_the_pictures_that_it_has() -> None:
    cut = MP4[: MP4.index(b"moov") - 40]
    assert copy_of(cut)[MP4.index(b"mdat") :] == cut[MP4.index(b"mdat") :]


def test_endless_boxes_are_not_all_read() -> None:
    film = box(b"wide") * (MOST_BOXES + 10)
    assert blanks_of(io.BytesIO(film), len(film)) == [Blank(MOST_BOXES * 8, len(film))]


@pytest.fixture
def home(tmp_path, settings) -> Home:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    return make_case(home, make_seller(home))


@pytest.fixture
def film(home: Home, case: Case) -> Evidence:
    upload = SimpleUploadedFile("kitchen.mov", MOV)
    return add_file(member=home.owner, case=case, upload=upload, caption="", now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("use", ["playing", "file"])
def test_viewer_link_hands_it_out_without_the_place(
    home: Home, case: Case, film: Evidence, use: str
) -> None:
    _link, url = make_link(owner=home.owner, case=case, label="Mrs Kern", days=7, now=NOW)
    address = f"{url[url.index('/shared/') :]}evidence/{film.public_id}/{use}/"
    answer = Client().get(address)
    assert answer["Content-Length"] == str(len(MOV))
    assert b"".join(answer.streaming_content) == copy_of(MOV)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_viewer_link_plays_a_part_of_the_same_copy(home: Home, case: Case, film: Evidence) -> None:
    _link, url = make_link(owner=home.owner, case=case, label="Mrs Kern", days=7, now=NOW)
    address = f"{url[url.index('/shared/') :]}evidence/{film.public_id}/playing/"
    answer = Client().get(address, headers={"range": "bytes=1500-"})
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == copy_of(MOV)[1500:]  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize("use", ["", "played/"])
def test_members_have_it_as_it_came(home: Home, film: Evidence, use: str) -> None:
    answer = home.client.get(home.path(f"evidence/{film.public_id}/{use}"))
    assert b"".join(answer.streaming_content) == MOV


@pytest.mark.django_db
def test_zip_holds_the_copy_unless_the_originals_are_asked_for(
    home: Home, case: Case, film: Evidence
) -> None:
    archive: zipfile.ZipFile = zip_of(home, case)
    assert archive.read("exhibits/01-kitchen.mov") == copy_of(MOV)
    assert zip_of(home, case, "?originals").read("exhibits/01-kitchen.mov") == MOV
