"""The orders' pages: lists by time left, the form and its days, parcels, and who may do what."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from money import Money
from orders.models import Order, Parcel
from orders.services import ItemEntry, add_parcel, create_order
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db

PACIFIC = ZoneInfo("America/Los_Angeles")
NUMBER = "3069099405659913"


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)


def url(home: Home, name: str, **ids: object) -> str:
    return reverse(name, kwargs={"household": home.household.public_id, **ids})


def typed(**changes: str) -> dict[str, str]:
    fields = {
        "number": NUMBER,
        "marketplace": "aliexpress",
        "status": "shipped",
        "currency": "EUR",
        "items-TOTAL_FORMS": "3",
        "items-INITIAL_FORMS": "0",
    }
    return fields | changes


def shown(response) -> dict[str, str]:
    """All that the form on a page would send, as a browser without scripts sends it."""
    sent = {}
    bound = [*response.context["form"]]
    for form in response.context["items"]:
        bound += [field for field in form if field.name != "DELETE"]
    bound += [*response.context["items"].management_form]
    for field in bound:
        value = field.value()
        if field.name in {name for name in response.context["form"].fields if name.endswith("_at")}:
            parts = field.field.widget.decompress(value)
            formats = ("%Y-%m-%d", "%H:%M")
            for number, (part, layout) in enumerate(zip(parts, formats, strict=True)):
                sent[f"{field.html_name}_{number}"] = part.strftime(layout) if part else ""
        elif value is not None:
            sent[field.html_name] = str(value)
    return sent


def test_the_empty_list_leads_to_the_import(home):
    page = home.client.get(url(home, "order_list")).content.decode()
    assert "No orders yet" in page
    assert url(home, "import_new") in page


def test_the_list_begins_with_what_has_the_least_time_left(home):
    ends = {"soon": 2, "later": 40, "over": -3}
    for number, days in ends.items():
        make_order(
            home,
            number=number,
            protection_ends_at=NOW + timedelta(days=days, hours=1),
            placed_at=NOW - timedelta(days=60),
        )
    make_order(home, number="unknown", placed_at=NOW - timedelta(days=90))
    response = home.client.get(url(home, "order_list"))
    numbers = [order.number for order in response.context["page"].rows]
    assert numbers == ["soon", "later", "over", "unknown"]
    page = response.content.decode()
    assert "2\u00a0days, 1\u00a0hour protected" in page
    assert "protection ended" in page
    assert "end of protection not known" in page


@pytest.mark.parametrize("sort", ["left", "newest"])
def test_the_list_goes_on_where_it_stopped_and_misses_nothing(home, monkeypatch, sort):
    for number in range(8):
        make_order(
            home,
            number=str(number),
            placed_at=NOW - timedelta(days=number // 2),
            protection_ends_at=NOW + timedelta(days=number // 3) if number % 2 else None,
        )
    monkeypatch.setattr("households.paging.take_page.__kwdefaults__", {"size": 3})
    seen, after = [], ""
    while True:
        page = home.client.get(url(home, "order_list"), {"sort": sort, "after": after})
        seen += [order.number for order in page.context["page"].rows]
        after = page.context["page"].after
        if not after:
            break
    assert sorted(seen) == [str(number) for number in range(8)]


@pytest.mark.parametrize("words", ["94056", "DESK", "kiln"])
def test_the_list_finds_by_number_item_and_seller(home, words):
    create_order(
        member=home.owner,
        fields={"number": NUMBER, "seller": make_seller(home, name="Blue Kiln")},
        items=[ItemEntry(title="Desk lamp"), ItemEntry(title="Desk mat")],
        now=NOW,
    )
    make_order(home, number="1")
    response = home.client.get(url(home, "order_list"), {"q": words})
    assert [order.number for order in response.context["page"].rows] == [NUMBER]


def test_the_list_costs_the_same_for_one_order_and_for_many(
    home, django_assert_max_num_queries, django_assert_num_queries
):
    def add(number: str) -> None:
        order = create_order(
            member=home.owner,
            fields={"number": number, "seller": make_seller(home), "currency": "EUR"},
            items=[ItemEntry(title="Lamp"), ItemEntry(title="Cable")],
            now=NOW,
        )
        make_case(home, order.seller, order=order)

    add("1")
    # The first request of a session writes it.
    home.client.get(url(home, "order_list"))
    with django_assert_max_num_queries(10) as one:
        home.client.get(url(home, "order_list"))
    for number in range(2, 20):
        add(str(number))
    with django_assert_num_queries(len(one)):
        home.client.get(url(home, "order_list"))


def test_an_order_is_added_with_days_on_the_marketplaces_clock(home):
    seller = make_seller(home)
    response = home.client.post(
        url(home, "order_new"),
        typed(
            seller=str(seller.public_id),
            total="1.023,40",
            placed_at_0="2026-10-01",
            shipped_at_0="2026-10-03",
            shipped_at_1="14:30",
            **{
                "items-0-title": "Desk lamp",
                "items-0-price": "23,40",
                "items-0-quantity": "2",
                "items-0-url": "https://www.aliexpress.com/item/1005008226693966.html",
            },
        ),
    )
    order = Order.objects.get()
    assert response.url == url(home, "order_detail", order=order.public_id)
    assert order.seller == seller
    assert order.total == Money(102340, "EUR")
    assert order.placed_at == datetime(2026, 10, 1, 0, 0, tzinfo=PACIFIC)
    assert order.shipped_at == datetime(2026, 10, 3, 14, 30, tzinfo=PACIFIC)
    assert order.protection_source == "derived"
    item = order.items.get()
    assert (item.title, item.quantity, str(item.unit_price)) == ("Desk lamp", 2, "23.40")
    assert item.product_id == "1005008226693966"


def test_a_deadline_typed_as_a_day_counts_from_its_start(home):
    page = home.client.get(url(home, "order_new")).content.decode()
    assert "counts from its start" in page
    assert "Los Angeles" in page
    home.client.post(url(home, "order_new"), typed(protection_ends_at_0="2026-12-24"))
    order = Order.objects.get()
    assert order.protection_ends_at == datetime(2026, 12, 24, 8, 0, tzinfo=UTC)
    assert order.protection_source == "entered"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": "3.07E+15"}, "spreadsheet has shortened"),
        ({"number": ""}, "required"),
        ({"total": "12,3,4 EUR"}, "is not an amount"),
        ({"total": "1,234"}, "two ways"),
        ({"total": "23.4567"}, "more digits"),
        ({"total": "-5"}, "is not an amount"),
        ({"currency": "XYZ"}, "not a currency"),
        ({"placed_at_0": "21.02.2026"}, "Write the day like"),
        ({"placed_at_1": "14:30"}, "Add the day"),
        ({"placed_at_0": "0001-01-01"}, "cannot be right"),
        ({"url": "javascript:alert(1)"}, "web address"),
        ({"items-0-title": "Lamp", "items-0-price": "cheap"}, "is not an amount"),
        ({"items-0-price": "5"}, "Say what it is"),
        ({"items-0-title": "Lamp", "items-0-url": "data:text/html,x"}, "web address"),
        ({"items-0-title": "Lamp", "items-0-quantity": "0"}, "greater than or equal to 1"),
        ({"seller": str(uuid.uuid4())}, "not one of the available choices"),
        ({"seller": "1"}, "valid"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(home, changes, said):
    response = home.client.post(url(home, "order_new"), typed(notes="typed with care", **changes))
    page = response.content.decode()
    assert response.status_code == 200
    assert said in page
    assert "typed with care" in page
    assert not Order.objects.exists()


def test_a_form_whose_items_were_tampered_with_is_refused_without_a_fault(home):
    response = home.client.post(url(home, "order_new"), {"number": NUMBER})
    assert response.status_code == 200
    assert not Order.objects.exists()


def test_the_seller_of_another_household_cannot_be_chosen(home):
    theirs = make_seller(make_home("next-door"), name="Secret Store")
    response = home.client.post(url(home, "order_new"), typed(seller=str(theirs.public_id)))
    assert response.status_code == 200
    assert b"Secret Store" not in response.content
    assert not Order.objects.exists()


def test_a_number_that_looks_unusual_is_saved_with_a_word_of_advice(home):
    response = home.client.post(url(home, "order_new"), typed(number="ABC-1"), follow=True)
    assert "does not look like an order number of AliExpress" in response.content.decode()
    assert Order.objects.get().number == "ABC-1"


def test_the_same_number_again_is_refused_in_the_form(home):
    make_order(home)
    page = home.client.post(url(home, "order_new"), typed()).content.decode()
    assert "an order with this number already" in page


def test_saving_the_form_untouched_changes_nothing_but_the_version(home):
    order = create_order(
        member=home.owner,
        fields={
            "number": NUMBER,
            "currency": "EUR",
            "total_minor": 102340,
            "placed_at": datetime(2026, 10, 1, 9, 12, 41, tzinfo=UTC),
            "shipped_at": datetime(2026, 10, 3, 9, 12, 41, tzinfo=UTC),
        },
        items=[ItemEntry(title="Lamp", unit_price=Money(2340, "EUR"))],
        now=NOW,
    )
    address = url(home, "order_edit", order=order.public_id)
    before = Order.objects.filter(pk=order.pk).values().get()
    assert home.client.post(address, shown(home.client.get(address))).status_code == 302
    after = Order.objects.filter(pk=order.pk).values().get()
    assert after.pop("version") == before.pop("version") + 1
    assert after == before
    item = order.items.get()
    assert (item.title, str(item.unit_price)) == ("Lamp", "23.40")


def test_an_imported_deadline_survives_a_save_and_is_derived_when_cleared(home):
    ends_at = datetime(2026, 12, 24, 8, 30, 30, tzinfo=UTC)
    order = make_order(
        home,
        currency="EUR",
        protection_ends_at=ends_at,
        protection_source="imported",
        shipped_at=NOW,
    )
    address = url(home, "order_edit", order=order.public_id)
    home.client.post(address, shown(home.client.get(address)))
    order.refresh_from_db()
    assert (order.protection_ends_at, order.protection_source) == (ends_at, "imported")
    cleared = {"protection_ends_at_0": "", "protection_ends_at_1": ""}
    home.client.post(address, shown(home.client.get(address)) | cleared)
    order.refresh_from_db()
    assert order.protection_source == "derived"


def test_the_second_editor_sees_what_changed_keeps_what_was_typed_and_may_save_again(home):
    order = create_order(member=home.owner, fields={"number": NUMBER}, items=[], now=NOW)
    address = url(home, "order_edit", order=order.public_id)
    _mara, maras = home.member("Mara")
    maras.post(address, typed(version="1", total="23,40"))
    mine = typed(version="1", notes="left with the neighbour", **{"items-0-title": "Typed by hand"})
    response = home.client.post(address, mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Mara" in page
    assert "€23.40" in page
    assert "left with the neighbour" in page
    assert 'value="Typed by hand"' in page
    order.refresh_from_db()
    assert order.notes == ""
    again = mine | {"version": str(response.context["form"]["version"].value())}
    assert home.client.post(address, again).status_code == 302
    order.refresh_from_db()
    assert order.notes == "left with the neighbour"


def test_the_page_says_where_the_deadline_comes_from_and_how_to_type_the_right_one(home):
    order = create_order(
        member=home.owner,
        fields={"number": NUMBER, "shipped_at": NOW - timedelta(days=10)},
        items=[],
        now=NOW,
    )
    page = home.client.get(url(home, "order_detail", order=order.public_id)).content.decode()
    assert "derived from the marketplace" in page
    assert order.protection_rule in page
    assert url(home, "order_edit", order=order.public_id) + "#id_protection_ends_at_0" in page


def test_the_page_links_only_to_the_web_and_shows_text_as_text(home):
    order = make_order(home, url="javascript:alert(1)", notes="<script>alert(1)</script>")
    order.items.create(title="<i>Lamp</i>", url="javascript:alert(2)")
    order.items.create(title="Cable", url="https://www.aliexpress.com/item/1005.html")
    order.items.create(title="Bulb", url="//www.aliexpress.com/item/1006.html")
    page = home.client.get(url(home, "order_detail", order=order.public_id)).content.decode()
    assert "javascript:" not in page
    assert "<script>alert" not in page
    assert "<i>Lamp</i>" not in page
    assert 'href="https://www.aliexpress.com/item/1006.html"' in page
    assert 'rel="noopener noreferrer nofollow"' in page


def test_the_page_costs_the_same_for_few_and_many(
    home, django_assert_max_num_queries, django_assert_num_queries
):
    order = make_order(home)

    def add(number: int) -> None:
        order.items.create(title=f"Item {number}")
        make_case(home, make_seller(home), order=order)
        order.evidence.create(
            household=home.household, text="hello", added_by=home.owner, added_at=NOW
        )
        add_parcel(
            member=home.owner,
            order=order,
            tracking_number=f"LP0072462244960{number}",
            carrier="",
            now=NOW,
        )

    add(0)
    address = url(home, "order_detail", order=order.public_id)
    # The first request of a session writes it.
    home.client.get(address)
    with django_assert_max_num_queries(14) as few:
        home.client.get(address)
    for number in range(1, 9):
        add(number)
    with django_assert_num_queries(len(few)):
        home.client.get(address)


def test_a_tracking_number_is_added_linked_and_removed(home):
    order = make_order(home)
    new = url(home, "parcel_new", order=order.public_id)
    page = home.client.post(new, {"tracking_number": "yt2412345678901234"}, follow=True)
    assert "YT2412345678901234" in page.content.decode()
    assert "YunExpress" in page.content.decode()
    parcel = Parcel.objects.get()
    home.client.post(url(home, "parcel_remove", order=order.public_id, parcel=parcel.public_id))
    assert not order.parcels.exists()


def test_a_wrong_tracking_number_stays_in_its_field_with_the_reason(home):
    order = make_order(home)
    page = home.client.post(
        url(home, "parcel_new", order=order.public_id), {"tracking_number": "1.2E+12"}
    ).content.decode()
    assert "spreadsheet has shortened" in page
    assert 'value="1.2E+12"' in page


def test_a_parcel_of_another_order_or_household_is_not_found(home):
    order, other = make_order(home), make_order(home, number="2")
    parcel = add_parcel(
        member=home.owner, order=other, tracking_number="RB123456785GB", carrier="", now=NOW
    )
    address = url(home, "parcel_remove", order=order.public_id, parcel=parcel.public_id)
    assert home.client.post(address).status_code == 404
    assert other.parcels.exists()


def test_archiving_with_open_cases_says_that_they_go_on(home):
    order = make_order(home)
    make_case(home, make_seller(home), order=order)
    page = home.client.post(url(home, "order_archive", order=order.public_id), follow=True)
    assert "Its open cases go on: 1" in page.content.decode()
    home.client.post(url(home, "order_restore", order=order.public_id))
    assert Order.objects.get().archived_at is None


def test_a_viewer_sees_everything_and_no_button_that_changes(home):
    order = make_order(home)
    _vera, veras = home.member("Vera", role="viewer")
    page = veras.get(url(home, "order_detail", order=order.public_id)).content.decode()
    assert NUMBER in page
    names = ["order_edit", "order_archive", "order_restore", "parcel_new", "evidence_new_for_order"]
    for name in names:
        address = url(home, name, order=order.public_id)
        assert address not in page
        assert veras.post(address, typed()).status_code == 403
    assert veras.get(url(home, "order_new")).status_code == 403
    assert url(home, "order_new") not in veras.get(url(home, "order_list")).content.decode()


@pytest.mark.parametrize(
    "name", ["order_detail", "order_edit", "order_archive", "order_restore", "parcel_new"]
)
def test_the_order_of_another_household_is_not_found(home, name):
    theirs = make_order(make_home("next-door"))
    for public_id in (theirs.public_id, uuid.uuid4()):
        address = url(home, name, order=public_id)
        assert home.client.post(address, typed()).status_code in {404, 405}
        assert home.client.get(address).status_code in {404, 405}
    theirs.refresh_from_db()
    assert (theirs.version, theirs.archived_at) == (1, None)
