"""The listing as it was bought: kept with the order, counted, and handed over."""

from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from cases.evidence import add_text
from cases.evidence_checklist import checklist, evidence_of
from cases.models import LISTING, Evidence
from cases.pack import build_pack
from orders.models import OrderItem
from tests.cases.test_pack import pdf_text
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
PAGE = "https://www.aliexpress.com/item/1005008226693966.html"
TEXT = "  LED lamp, 6 W\n\nDelivery by 20 Dec\n"


@pytest.fixture
def home(monkeypatch) -> Home:
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)
    return make_home()


def bought(home: Home, *titles: str):
    order = make_order(home, seller=make_seller(home))
    for position, title in enumerate(titles or ("LED lamp",)):
        OrderItem.objects.create(
            order=order,
            position=position,
            title=title,
            url=PAGE,
            attributes="Colour: black",
            unit_price_minor=1010,
            currency="EUR",
            snapshot_url="https://www.aliexpress.com/snapshot/1.html",
        )
    return order


def address(home: Home, order: object) -> str:
    return reverse("listing_new", args=[home.household.public_id, order.public_id])  # type: ignore[attr-defined]


def test_text_and_link_are_kept_as_they_were_pasted_with_checksum(home):
    order = bought(home)
    page = home.client.get(address(home, order))
    assert page.context["form"]["link"].value() == PAGE
    assert "snapshot/1.html" in page.content.decode()
    home.client.post(address(home, order), {"link": PAGE, "text": TEXT})
    kept = Evidence.objects.get()
    assert (kept.order, kept.shows, kept.link, kept.caption) == (order, LISTING, PAGE, "LED lamp")
    assert kept.text == TEXT
    assert len(kept.sha256) == 64


def test_of_several_items_the_one_is_named(home):
    order = bought(home, "LED lamp", "Cable")
    page = home.client.get(f"{address(home, order)}?item=1")
    assert page.context["form"]["item"].value() == "1"
    home.client.post(address(home, order), {"item": "1", "text": TEXT})
    assert Evidence.objects.get().caption == "Cable"


def test_nothing_pasted_or_no_web_address_is_said_and_keeps_what_was_typed(home):
    order = bought(home)
    page = home.client.post(address(home, order), {"link": "javascript:alert(1)", "text": TEXT})
    assert page.status_code == 422
    assert "Delivery by 20 Dec" in page.content.decode()
    assert home.client.post(address(home, order), {"text": " "}).status_code == 422
    assert not Evidence.objects.exists()


def test_it_is_the_piece_that_the_case_asks_for_in_every_language(home):
    order = bought(home)
    case = make_case(home, order.seller, order=order)
    with translation.override("de"):
        add_text(
            member=home.owner, order=order, text=TEXT, caption="", shows=LISTING, link=PAGE, now=NOW
        )
    piece = checklist(case, evidence_of(case))[-1]
    assert (piece.name, piece.count) == (LISTING, 1)


def test_the_pack_shows_what_was_bought_and_the_listing(home):
    order = bought(home)
    case = make_case(home, order.seller, order=order)
    add_text(
        member=home.owner, order=order, text=TEXT, caption="", shows=LISTING, link=PAGE, now=NOW
    )
    pack = build_pack(case, zone=ZoneInfo("Europe/Madrid"), now=NOW)
    words = pdf_text(pack.pdf)
    for part in ("Colour: black", "1 × €10.10", "snapshot/1.html", "Delivery by 20 Dec", "Listing"):
        assert part in words, part
    assert pack.exhibits[0].file_name == "01-listing.txt"
    assert pack.log[-1]["link"] == PAGE


def test_the_order_page_leads_to_it(home):
    order = bought(home)
    page = home.client.get(
        reverse("order_detail", args=[home.household.public_id, order.public_id])
    ).content.decode()
    assert f"{address(home, order)}?item=0" in page
    assert "the listing as the marketplace kept it" in page


def test_a_viewer_keeps_none(home):
    client = home.member("Vera", "viewer")[1]
    assert client.get(address(home, bought(home))).status_code == 403
