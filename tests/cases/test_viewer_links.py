"""A link with which an outsider reads one case, until it expires or is ended."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases import shared_views
from cases.errors import CaseError
from cases.evidence import add_file, add_text
from cases.models import Case, CaseEvent, Evidence, ViewerLink
from cases.services import add_note, keep_translations, log_attempt, open_case
from cases.viewer_links import end_expired_links, end_link, make_link
from households.services import leave_household
from tests.cases.test_pack import photo as photo_with_place
from tests.invariants import assert_invariants
from tests.stock import NOW, Home, make_home, make_seller

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Kind = CaseEvent.Kind


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    case = open_case(
        member=home.owner,
        seller=make_seller(home),
        title="Lamp is broken",
        issue="question",
        goal="answer",
        now=NOW,
    )
    log_attempt(
        member=home.owner,
        case=case,
        channel="message_center",
        sent_at=NOW,
        body="Please send a new lamp.",
        now=NOW,
    )
    add_note(member=home.owner, case=case, text="Between us: they are slow.", now=NOW)
    return case


def made(home: Home, case: Case, days: int = 7) -> tuple[ViewerLink, str]:
    link, url = make_link(owner=home.owner, case=case, label="Mrs Kern", days=days, now=NOW)
    return link, url[url.index("/shared/") :]


def photo(home: Home, case: Case) -> Evidence:
    upload = SimpleUploadedFile("lamp.jpg", photo_with_place())
    return add_file(member=home.owner, case=case, upload=upload, caption="the lamp", now=NOW)


def test_outsider_reads_the_case_without_an_account(home: Home, case: Case) -> None:
    _link, path = made(home, case)
    answer = Client().get(path)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Lamp is broken" in text
    assert "Please send a new lamp." in text


def test_notes_plans_and_addresses_of_members_stay_in_the_house(home: Home, case: Case) -> None:
    home.owner.user.name = ""
    home.owner.user.save()
    _link, path = made(home, case)
    text = Client().get(path).content.decode()
    assert "Between us" not in text
    assert "@" not in re.sub(r"<(head|script).*?</\1>", "", text, flags=re.S)
    assert "a member of the household" in text
    assert str(home.household.public_id) not in text


def test_secret_is_long_and_kept_as_a_hash_only(home: Home, case: Case) -> None:
    _link, path = made(home, case)
    token = path.split("/")[2]
    assert len(token) >= 43
    assert token not in str(ViewerLink.objects.values_list())


def test_page_tells_no_other_site_and_is_neither_kept_nor_listed(home: Home, case: Case) -> None:
    _link, path = made(home, case)
    answer = Client().get(path)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


@pytest.mark.parametrize("days", [3, 7, 30])
def test_link_works_until_it_expires_to_the_second(home: Home, case: Case, days: int) -> None:
    _link, path = made(home, case, days)
    with time_machine.travel(NOW + days * DAY - timedelta(seconds=1), tick=False):
        assert Client().get(path).status_code == 200
    for rest in ("", "pack.pdf"):
        with time_machine.travel(NOW + days * DAY, tick=False):
            assert Client().get(f"{path}{rest}").status_code == 404


def test_making_first_opening_and_ending_are_on_the_timeline(home: Home, case: Case) -> None:
    link, path = made(home, case)
    for _time in range(2):
        Client().get(path)
    end_link(owner=home.owner, link=link, now=NOW)
    end_link(owner=home.owner, link=link, now=NOW)
    kinds = [Kind.LINK_MADE, Kind.LINK_OPENED, Kind.LINK_ENDED]
    events = case.events.filter(kind__in=kinds).order_by("id")
    assert [event.kind for event in events] == kinds
    assert [event.actor for event in events] == [home.owner, None, home.owner]
    assert Client().get(path).status_code == 404
    assert_invariants(NOW)


def test_asking_only_for_the_head_is_no_opening(home: Home, case: Case) -> None:
    link, path = made(home, case)
    assert Client().head(path).status_code == 200
    link.refresh_from_db()
    assert (link.first_opened_at, link.last_used_at) == (None, None)


def test_owner_sees_when_it_was_last_used(home: Home, case: Case) -> None:
    link, path = made(home, case)
    links = home.path(f"cases/{case.public_id}/links/")
    assert "Not opened yet." in home.client.get(links).content.decode()
    Client().get(path)
    with time_machine.travel(NOW + DAY, tick=False):
        Client().get(path)
    link.refresh_from_db()
    assert (link.first_opened_at, link.last_used_at) == (NOW, NOW + DAY)
    assert "Last used:" in home.client.get(links).content.decode()


def test_expiry_is_noted_once(home: Home, case: Case) -> None:
    made(home, case, 3)
    assert end_expired_links(now=NOW + 2 * DAY) == 0
    assert [end_expired_links(now=NOW + 3 * DAY) for _time in range(2)] == [1, 0]
    event = case.events.get(kind=Kind.LINK_ENDED)
    assert event.reason == "The link for “Mrs Kern” has expired."
    assert_invariants(NOW)


def test_links_of_an_owner_who_leaves_end_with_them(home: Home, case: Case) -> None:
    other, _client = home.member("Otto", "owner")
    _link, url = make_link(owner=other, case=case, label="x", days=30, now=NOW)
    leave_household(member=other, now=NOW)
    assert Client().get(url[url.index("/shared/") :]).status_code == 404


def test_only_owners_make_and_end_links(home: Home, case: Case) -> None:
    link, _path = made(home, case)
    for role in ("adult", "viewer"):
        member, client = home.member(role.title(), role)
        with pytest.raises(PermissionDenied):
            make_link(owner=member, case=case, label="x", days=7, now=NOW)
        with pytest.raises(PermissionDenied):
            end_link(owner=member, link=link, now=NOW)
        links = home.path(f"cases/{case.public_id}/links/")
        assert client.post(f"{links}new/", {"label": "x", "days": "7"}).status_code == 403
        assert "Make a link" not in client.get(links).content.decode()
    assert ViewerLink.objects.usable(NOW).count() == 1


def test_owner_makes_a_link_on_the_page_and_sees_its_address_once(home: Home, case: Case) -> None:
    links = home.path(f"cases/{case.public_id}/links/")
    text = home.client.post(f"{links}new/", {"label": "Mrs Kern", "days": "3"}).content.decode()
    found = re.search(r'value="[^"]*(/shared/[^"]+)"', text)
    assert found is not None
    assert Client().get(found[1]).status_code == 200
    assert found[1] not in home.client.get(links).content.decode()


def test_odd_wishes_are_refused_with_what_was_typed(home: Home, case: Case) -> None:
    links = home.path(f"cases/{case.public_id}/links/new/")
    answer = home.client.post(links, {"label": "Mrs Kern", "days": "3650"})
    assert answer.status_code == 422
    assert "Mrs Kern" in answer.content.decode()
    with pytest.raises(CaseError, match="3, 7 or 30"):
        make_link(owner=home.owner, case=case, label="x", days=3650, now=NOW)
    assert not ViewerLink.objects.exists()


def test_photo_comes_as_a_copy_without_place(home: Home, case: Case) -> None:
    row = photo(home, case)
    _link, path = made(home, case)
    assert f"evidence/{row.public_id}/" in Client().get(path).content.decode()
    answer = Client().get(f"{path}evidence/{row.public_id}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert b"Exif" not in answer.content
    assert b"SecretPhone" not in answer.content
    assert answer["Referrer-Policy"] == "no-referrer"


def receipt(home: Home, case: Case) -> Evidence:
    upload = SimpleUploadedFile("receipt.txt", b"paid 12.50")
    return add_file(member=home.owner, case=case, upload=upload, caption="", now=NOW)


def test_file_that_is_no_photo_is_downloaded_as_it_came(home: Home, case: Case) -> None:
    row = receipt(home, case)
    _link, path = made(home, case)
    address = f"{path}evidence/{row.public_id}/file/"
    assert address in Client().get(path).content.decode()
    answer = Client().get(address)
    assert b"".join(answer.streaming_content) == b"paid 12.50"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="receipt.txt"'


def test_downloaded_file_runs_nothing_and_is_kept_by_no_cache(home: Home, case: Case) -> None:
    row = receipt(home, case)
    _link, path = made(home, case)
    answer = Client().get(f"{path}evidence/{row.public_id}/file/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_download_ends_with_the_link(home: Home, case: Case) -> None:
    row = receipt(home, case)
    _link, path = made(home, case, 3)
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        assert Client().get(f"{path}evidence/{row.public_id}/file/").status_code == 404


def test_original_of_a_photo_stays_in_the_house_since_it_knows_the_place(
    home: Home, case: Case
) -> None:
    row = photo(home, case)
    _link, path = made(home, case)
    assert Client().get(f"{path}evidence/{row.public_id}/file/").status_code == 404
    assert f"{row.public_id}/file/" not in Client().get(path).content.decode()


def test_downloads_are_slowed_down(home: Home, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_views, "MOST_FILES", 2)
    row = receipt(home, case)
    _link, path = made(home, case)
    address = f"{path}evidence/{row.public_id}/file/"
    assert [Client().get(address).status_code for _time in range(3)] == [200, 200, 429]


def test_file_lost_from_the_disk_is_an_address_of_nothing(home: Home, case: Case) -> None:
    row = receipt(home, case)
    row.file.storage.delete(row.file.name)
    _link, path = made(home, case)
    assert Client().get(f"{path}evidence/{row.public_id}/file/").status_code == 404


def test_video_plays_in_the_parts_that_a_player_asks_for(home: Home, case: Case) -> None:
    upload = SimpleUploadedFile("lamp.mp4", b"\0\0\0\x18ftypisom" + bytes(1000))
    row = add_file(member=home.owner, case=case, upload=upload, caption="", now=NOW)
    _link, path = made(home, case)
    address = f"{path}evidence/{row.public_id}/playing/"
    assert address in Client().get(path).content.decode()
    answer = Client().get(address, headers={"Range": "bytes=4-11"})
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == b"ftypisom"  # type: ignore[attr-defined]


def test_nothing_but_a_video_is_played(home: Home, case: Case) -> None:
    row = receipt(home, case)
    _link, path = made(home, case)
    assert Client().get(f"{path}evidence/{row.public_id}/playing/").status_code == 404


def test_newest_translation_stands_below_its_message(home: Home, case: Case) -> None:
    for words in ("Please send a lamp.", "Bitte schicken Sie eine neue Lampe."):
        keep_translations(member=home.owner, case=case, texts={1: words}, now=NOW)
    _link, path = made(home, case)
    text = Client().get(path).content.decode()
    assert "Translated by the buyer:" in text
    assert text.index("Please send a new lamp.") < text.index("eine neue Lampe")
    assert "Please send a lamp." not in text


def test_no_other_case_is_reached_through_a_link(home: Home, case: Case) -> None:
    other = open_case(
        member=home.owner,
        seller=case.seller,
        title="The other case",
        issue="question",
        goal="answer",
        now=NOW,
    )
    row = photo(home, other)
    add_text(member=home.owner, case=other, text="words of the other", caption="", now=NOW)
    _link, path = made(home, case)
    for piece, rest in ((row, ""), (receipt(home, other), "file/")):
        assert Client().get(f"{path}evidence/{piece.public_id}/{rest}").status_code == 404
    text = Client().get(path).content.decode()
    assert "The other case" not in text
    assert "words of the other" not in text


def test_pack_comes_through_the_link(home: Home, case: Case) -> None:
    _link, path = made(home, case)
    answer = Client().get(f"{path}pack.pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert "no-store" in answer["Cache-Control"]


def test_link_changes_nothing(home: Home, case: Case) -> None:
    _link, path = made(home, case)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(path).status_code == 405


def test_guessing_is_slowed_down(home: Home, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_views, "MOST_REQUESTS", 3)
    codes = [Client().get(f"/shared/{'x' * 43}/").status_code for _time in range(4)]
    assert codes == [404, 404, 404, 429]
    _link, path = made(home, case)
    assert Client().get(path).status_code == 429
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert Client().get(path).status_code == 200


def test_page_makes_a_constant_number_of_queries(
    home: Home, case: Case, django_assert_max_num_queries: Any
) -> None:
    _link, path = made(home, case)
    Client().get(path)
    for number in range(5):
        photo_of = SimpleUploadedFile(f"{number}.txt", f"words {number}".encode())
        add_file(member=home.owner, case=case, upload=photo_of, caption="", now=NOW)
    # Twelve of the cache that counts requests; the link, the case, its events and its evidence,
    # and the events once more for the messages that have a translation.
    with django_assert_max_num_queries(17):
        Client().get(path)
