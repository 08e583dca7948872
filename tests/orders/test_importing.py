"""What an import does to what the household knows already."""

import random
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.announcements import orders_changed
from orders.importers.parsed import UnreadableFile
from orders.importing import ImportOutcome, import_orders
from orders.models import Order, OrderItem, OrderStatus, Parcel, ProtectionSource
from sellers.models import Seller
from tests.orders.importers.files import SAMPLES, inventory, mail, sample
from tests.stock import NOW, Home, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
NUMBER = "3069099405659913"
ALIEXPRESS = [name for name in SAMPLES if "temu" not in name]


@pytest.fixture
def home() -> Home:
    return make_home()


def bring(home: Home, content: bytes | str, **options: object) -> ImportOutcome:
    content = content.encode() if isinstance(content, str) else content
    return import_orders(
        household=home.household, content=content, file_name="orders.csv", now=NOW, **options
    )


def counts(outcome: ImportOutcome) -> tuple[int, int, int]:
    return outcome.created, outcome.updated, outcome.unchanged


def items_of(home: Home) -> set[tuple[object, ...]]:
    items = OrderItem.objects.filter(order__household=home.household)
    fields = "order__number line_id product_id sku_id title quantity unit_price_minor currency"
    return set(items.values_list(*fields.split()))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_makes_its_orders_and_nothing_the_second_time(home, name):
    first = bring(home, sample(name))
    known = 6 if "temu" in name else 24
    assert counts(first) == (known, 0, 0)
    assert first.rejected == []
    history = Order.history.count()
    assert counts(bring(home, sample(name))) == (0, 0, known)
    assert Order.history.count() == history


ORDERS_OF_FILES = [ALIEXPRESS, ALIEXPRESS[::-1]] + [
    random.Random(seed).sample(ALIEXPRESS, len(ALIEXPRESS)) for seed in range(4)
]


@pytest.mark.parametrize("names", ORDERS_OF_FILES, ids=range(len(ORDERS_OF_FILES)))
def test_all_formats_in_any_order_end_with_the_same_orders(home, names):
    for name in names:
        bring(home, sample(name))
    for name in names:
        assert counts(bring(home, sample(name))) == (0, 0, 24)
    alone = make_home("alone")
    bring(alone, sample("order-list.json"))
    assert items_of(home) == items_of(alone)
    for facts in ("number", "seller__name", "total_minor", "currency", "status"):
        mine, theirs = (
            set(Order.objects.of(h.household).values_list("number", facts)) for h in (home, alone)
        )
        assert mine == theirs
    assert Seller.objects.of(home.household).count() == Seller.objects.of(alone.household).count()
    assert not Seller.objects.of(home.household).filter(store_id="").exists()


def test_sellers_orders_items_and_parcels_come_out_right(home):
    bring(home, sample("order-downloader.tsv"))
    bring(home, sample("shopper-inventory.csv"))
    order = Order.objects.of(home.household).get(number="4583420941597242")
    assert order.placed_at == datetime(2026, 9, 19, 7, tzinfo=UTC)  # midnight in Los Angeles
    assert (str(order.total), order.currency) == ("25.51", "USD")
    assert order.status == OrderStatus.COMPLETED
    assert order.protection_source == ProtectionSource.DERIVED
    assert order.seller is not None
    assert (order.seller.name, order.seller.store_id) == ("Copper Leaf Audio Store", "1100689613")
    (parcel,) = order.parcels.all()
    assert (parcel.tracking_number, parcel.carrier) == ("LP00297482617446", "Cainiao")
    (item,) = order.items.all()
    assert (str(item.unit_price), item.attributes) == ("25.51", "Color: Black")


def test_a_thin_format_takes_nothing_from_a_rich_one(home):
    bring(home, sample("order-list.json"))
    before = items_of(home)
    for name in ("orders-scrapper.csv", "order-export-orders.csv", "shopper-inventory.csv"):
        assert counts(bring(home, sample(name))) == (0, 0, 24)
    assert items_of(home) == before


def test_quantities_and_currencies_that_the_backup_lacks_are_completed(home):
    bring(home, sample("aliexpress_user_data_backup.xlsx"))
    assert not OrderItem.objects.exclude(currency="").exists()
    bring(home, sample("shopper-inventory.csv"))
    item = OrderItem.objects.get(order__number="7946343613177242", title__startswith="Ultrasonic")
    assert (item.quantity, str(item.unit_price), item.currency) == (2, "7.39", "USD")


def test_an_amount_without_currency_is_told_in_the_right_units_later(home):
    row = f"{NUMBER}\t2/21/2026\t\t\t1200\tStore\tTo ship" + "\t" * 13 + "\n"
    bring(home, row)
    bring(home, inventory({"Price": "￥600", "Currency": "JPY", "Price Info": ""}))
    order = Order.objects.get(number=NUMBER)
    assert (str(order.total), order.currency) == ("1200", "JPY")


def test_a_status_moves_on_and_never_back(home):
    bring(home, inventory({"Status": "To ship"}))
    assert counts(bring(home, inventory({"Status": "Awaiting delivery"}))) == (0, 1, 0)
    order = Order.objects.get()
    assert (order.status, order.status_text) == (OrderStatus.SHIPPED, "Awaiting delivery")
    bring(home, inventory({"Status": "Completed"}))
    for older in ("To ship", "Awaiting delivery", "Dispute open", "Canceled", "Was weiß ich", ""):
        assert counts(bring(home, inventory({"Status": older}))) == (0, 0, 1)
    order.refresh_from_db()
    assert (order.status, order.status_text) == (OrderStatus.COMPLETED, "Completed")


def test_mails_move_an_order_along(home):
    bring(home, mail(f"Order {NUMBER}: order confirmed"))
    bring(home, mail(f"Order {NUMBER}: order shipped", "Tracking number: LP00724622449605"))
    order = Order.objects.get()
    assert order.status == OrderStatus.SHIPPED
    assert order.shipped_at == datetime(2026, 8, 25, 7, tzinfo=UTC)
    assert order.protection_ends_at == datetime(2026, 10, 24, 7, tzinfo=UTC)
    assert [parcel.tracking_number for parcel in order.parcels.all()] == ["LP00724622449605"]


def test_a_parcel_that_carries_two_orders_is_one(home):
    body = "Tracking number: LP00724622449605 ?o_ids=8211744661738042,3069099405659913"
    outcome = bring(home, mail("2 Bestellungen wurden bestätigt", body))
    assert counts(outcome) == (2, 0, 0)
    assert Parcel.objects.get().orders.count() == 2


def test_news_of_a_parcel_are_taken_when_they_are_newer(home):
    def row(status: str, day: str) -> str:
        cells = [NUMBER, "2/21/2026", "", "", "5.00", "Store", "In Transit", "LP00724622449605"]
        return "\t".join([*cells, status, day, "", "Pen", *[""] * 8]) + "\n"

    bring(home, row("left the country", "3/1/2026"))
    assert counts(bring(home, row("at customs", "3/9/2026"))) == (0, 1, 0)
    assert counts(bring(home, row("left the country", "3/1/2026"))) == (0, 0, 1)
    assert Parcel.objects.get().status_text == "at customs"


def test_what_a_member_entered_stays(home):
    seller = make_seller(home, name="My name for it")
    entered = datetime(2026, 4, 1, tzinfo=UTC)
    make_order(
        home,
        number=NUMBER,
        seller=seller,
        status=OrderStatus.IN_DISPUTE,
        total_minor=500,
        currency="EUR",
        placed_at=entered,
        protection_ends_at=entered,
        protection_source=ProtectionSource.ENTERED,
        notes="mine",
    )
    bring(home, inventory({"Status": "Awaiting delivery"}))
    order = Order.objects.get()
    assert (order.seller, order.status, str(order.total)) == (
        seller,
        OrderStatus.IN_DISPUTE,
        "5.00",
    )
    assert (order.placed_at, order.protection_ends_at, order.notes) == (entered, entered, "mine")
    assert order.protection_source == ProtectionSource.ENTERED
    assert order.items.count() == 1


def test_a_receipt_ends_the_derived_protection(home):
    bring(home, sample("shopper-inventory.csv"))
    bring(home, sample("aliexpress_user_data_backup.xlsx"))
    order = Order.objects.get(number="4583420941597242")
    assert order.protection_ends_at == order.confirmed_at is not None


def test_a_seller_known_by_name_gets_its_number(home):
    seller = make_seller(home, name="lantern  tools store")
    bring(home, inventory({}))
    seller.refresh_from_db()
    assert Order.objects.get().seller == seller
    assert (seller.store_id, seller.version) == ("1103582642", 2)
    assert seller.history.count() == 2


def test_a_seller_with_another_number_is_another_one(home):
    make_seller(home, store_id="1")
    bring(home, inventory({}))
    assert Seller.objects.count() == 2


def test_a_name_that_fits_two_sellers_names_neither(home):
    make_seller(home, store_id="1")
    make_seller(home, store_id="2")
    bring(home, inventory({"Store Url": ""}))
    assert Order.objects.get().seller is None


def test_another_household_is_neither_read_nor_changed(home):
    other = make_home("other")
    bring(other, inventory({}))
    assert counts(bring(home, inventory({}))) == (1, 0, 0)
    assert Seller.objects.of(home.household).count() == 1
    assert Order.objects.of(other.household).get().version == 1


def test_a_dry_run_tells_the_same_and_writes_nothing(home):
    foreseen = bring(home, sample("order-downloader.tsv"), dry_run=True)
    assert counts(foreseen) == (24, 0, 0)
    assert not Order.objects.exists()
    assert not Seller.objects.exists()
    assert not Parcel.objects.exists()
    assert counts(bring(home, sample("order-downloader.tsv"))) == counts(foreseen)


def test_bad_rows_are_told_and_the_rest_goes_in(home):
    outcome = bring(home, inventory({"Order ID": "3.07E+15"}, {"Title": "whole"}))
    assert outcome.as_json()["rejected"] == [
        {
            "row": 2,
            "field": "Order ID",
            "error": outcome.rejected[0].error,
        }
    ]
    assert counts(outcome) == (1, 0, 0)
    assert outcome.rows == 2


def test_nothing_is_written_when_something_fails(home, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(orders_changed, "_subscribers", [fail])
    with pytest.raises(RuntimeError):
        bring(home, inventory({}))
    assert not Order.objects.exists()
    assert not Seller.objects.exists()


def test_new_and_changed_orders_are_announced_and_others_are_not(home, monkeypatch):
    heard: list[tuple[list[str], datetime]] = []
    monkeypatch.setattr(
        orders_changed,
        "_subscribers",
        [lambda orders, now: heard.append(([order.number for order in orders], now))],
    )
    bring(home, inventory({"Status": "To ship"}))
    bring(home, inventory({"Status": "To ship"}))
    bring(home, inventory({"Status": "Completed"}), dry_run=True)
    bring(home, inventory({"Status": "Completed"}))
    assert heard == [([NUMBER], NOW), ([NUMBER], NOW)]


def test_history_names_the_member_and_the_moment_of_each_version(home):
    bring(home, inventory({"Status": "To ship"}), member=home.owner)
    bring(home, inventory({"Status": "Completed"}), member=home.owner)
    records = Order.history.order_by("version")
    assert [(r.version, r.history_user, r.history_date) for r in records] == [
        (1, home.owner.user, NOW),
        (2, home.owner.user, NOW),
    ]


def test_a_file_in_another_format_than_named_is_refused(home):
    with pytest.raises(UnreadableFile):
        bring(home, sample("order-list.json"), format="temu")


def _many(count: int) -> str:
    return inventory(
        *(
            {
                "Order ID": f"30690994{n:04}9913",
                "Status": "To ship",
                "Store": f"Store {n % 40}",
                "Store Url": f"https://www.aliexpress.com/store/11000{n % 40:02}",
            }
            for n in range(count)
        )
    )


def _queries(home: Home, text: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        bring(home, text)
    return len(captured)


def test_an_import_asks_no_query_a_row(home):
    small, large = make_home("small"), make_home("large")
    few, many = _queries(small, _many(10)), _queries(large, _many(500))
    # SQLite takes 999 values in a statement, so that bulk inserts go in slices of some 40 rows.
    slices = 0 if connection.vendor == "postgresql" else 80
    assert many - few <= slices
    few, many = (
        _queries(h, _many(n).replace("To ship", "Completed").replace('"1"', '"3"'))
        for h, n in ((small, 10), (large, 500))
    )
    assert many - few <= slices
    assert set(OrderItem.objects.values_list("quantity", flat=True)) == {3}
