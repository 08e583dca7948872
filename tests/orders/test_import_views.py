"""The pages of an import: what is shown before, what is done once, and to whom."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import Role
from orders.import_sources import SOURCES
from orders.importers import registry
from orders.models import ImportDraft, Order
from tests.orders.importers.files import inventory, sample
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)


def url(home: Home, name: str, **ids: object) -> str:
    return reverse(name, kwargs={"household": home.household.public_id, **ids})


def upload(home: Home, content: bytes, name: str = "orders.csv", client: object = None):
    file = SimpleUploadedFile(name, content)
    return (client or home.client).post(url(home, "import_new"), {"file": file, "text": ""})


def preview_url(home: Home, content: bytes | str) -> str:
    content = content.encode() if isinstance(content, str) else content
    return upload(home, content).headers["Location"]


def test_every_format_is_explained():
    explained = [name for source in SOURCES for name in source.formats]
    assert sorted(explained) == sorted(registry.format_names())


def test_the_page_says_where_each_export_is_found_and_how_large_it_may_be(home):
    page = home.client.get(url(home, "import_new")).content.decode()
    assert "Shopper Inventory" in page
    assert "10.0\xa0MB" in page


def test_an_upload_is_shown_before_anything_is_changed(home):
    page = home.client.get(preview_url(home, sample("shopper-inventory.csv"))).content.decode()
    assert "7946343613177242" in page
    assert "Silicone baking mat" in page
    assert "Import these orders" in page
    assert not Order.objects.exists()


def test_a_preview_shows_fifty_lines_and_counts_the_rest(home):
    text = inventory(*({"Order ID": f"30690994{n:04}9913"} for n in range(60)))
    page = home.client.get(preview_url(home, text)).content.decode()
    assert page.count("9913</span>") == 50
    assert "and 10 more" in page


def test_a_row_left_out_is_shown_with_its_reason(home):
    text = inventory({"Order ID": "3.07E+15"}, {"Qty": "<b>many</b>"}, {"Title": "whole"})
    page = home.client.get(preview_url(home, text)).content.decode()
    assert "Row 2, Order ID:" in page
    assert "spreadsheet" in page
    assert "&lt;b&gt;many" in page


def test_confirming_imports_once_however_often_it_is_pressed(home):
    address = preview_url(home, sample("shopper-inventory.csv"))
    answer = home.client.post(address, follow=True)
    assert answer.redirect_chain[-1][0] == url(home, "order_list")
    assert "New: 24; completed: 0" in answer.content.decode()
    again = home.client.post(address, follow=True).content.decode()
    assert "New: 24" not in again
    assert Order.objects.count() == 24
    assert Order.history.count() == 24
    draft = ImportDraft.objects.get()
    assert draft.outcome["created"] == 24
    assert bytes(draft.content) == b""
    assert "All is in" in home.client.get(address).content.decode()


def test_the_history_names_who_confirmed(home):
    home.client.post(preview_url(home, inventory({})))
    assert Order.history.get().history_user == home.owner.user


def test_nothing_new_offers_no_button(home):
    home.client.post(preview_url(home, inventory({})))
    page = home.client.get(preview_url(home, inventory({}))).content.decode()
    assert "Import these orders" not in page
    assert "nothing to import" in page


def test_text_can_be_pasted(home):
    text = sample("order-downloader.tsv").decode()
    answer = home.client.post(url(home, "import_new"), {"text": text})
    assert answer.status_code == 302
    home.client.post(answer.headers["Location"])
    assert Order.objects.count() == 24


def test_pasted_text_stays_when_it_cannot_be_read(home):
    answer = home.client.post(url(home, "import_new"), {"text": "my precious words"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "my precious words</textarea>" in page
    assert "none of the known exports" in page


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 500, b"PK\x03\x04xl/ oops"])
def test_a_file_that_is_no_export_is_refused_in_words(home, content):
    answer = upload(home, content, "photo.jpg")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode() or "errorlist" in answer.content.decode()
    assert not ImportDraft.objects.exists()


def test_a_file_above_the_limit_is_refused_in_words(home, settings):
    settings.IMPORT_MAX_BYTES = 1000
    answer = upload(home, sample("shopper-inventory.csv"))
    assert answer.status_code == 422
    assert not ImportDraft.objects.exists()


def test_nothing_chosen_is_said(home):
    answer = home.client.post(url(home, "import_new"), {"text": " "})
    assert "Choose a file" in answer.content.decode()


def test_a_viewer_imports_nothing(home):
    _, client = home.member("Vera", Role.VIEWER)
    assert client.get(url(home, "import_new")).status_code == 403
    assert upload(home, inventory({}).encode(), client=client).status_code == 403
    assert client.post(preview_url(home, inventory({}))).status_code == 403
    assert not Order.objects.exists()


def test_a_draft_is_for_the_member_who_uploaded_it(home):
    address = preview_url(home, inventory({}))
    _, adult = home.member("Adam")
    stranger = make_home("other")
    elsewhere = address.replace(str(home.household.public_id), str(stranger.household.public_id))
    for client, where in (
        (adult, address),
        (stranger.client, address),
        (stranger.client, elsewhere),
    ):
        assert client.get(where).status_code == 404
        assert client.post(where).status_code == 404
    assert not Order.objects.exists()


def test_looking_at_a_preview_writes_nothing(home):
    address = preview_url(home, inventory({}))
    home.client.get(address)
    with CaptureQueriesContext(connection) as captured:
        home.client.get(address)
    written = [q["sql"] for q in captured if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert written == []
