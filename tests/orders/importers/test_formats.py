"""Each format as it is exported: recognised by its content, and read right."""

import json
from datetime import UTC, date, datetime

import pytest

from orders.importers import registry
from orders.importers.parsed import UnreadableFile
from tests.orders.importers.files import SAMPLES, read, sample

FIRST = "7946343613177242"


@pytest.mark.parametrize(("file", "name"), SAMPLES.items())
def test_each_sample_is_recognised_by_its_content(file, name):
    assert registry.choose(sample(file)).name == name


@pytest.mark.parametrize("file", SAMPLES)
def test_no_sample_is_taken_for_another_format(file):
    content = sample(file)
    takers = [importer.name for importer in registry.IMPORTERS if importer.recognises(content)]
    assert takers == [SAMPLES[file]]


@pytest.mark.parametrize("file", SAMPLES)
def test_each_sample_is_read_whole(file):
    parsed = read(sample(file))
    assert len(parsed.orders) == (6 if "temu" in file else 24)
    assert parsed.rejected == []


@pytest.mark.parametrize(
    "file",
    [
        "shopper-inventory.csv",
        "shopper-inventory.json",
        "order-list.json",
        "order-export-lines.csv",
    ],
)
def test_rich_formats_tell_every_item(file):
    orders = {order.number: order for order in read(sample(file)).orders}
    first = orders[FIRST]
    assert first.placed_on == date(2026, 8, 25)
    assert first.seller_name == "Paper Crane Stationery Store"
    assert [(i.title, i.quantity, i.unit_price_minor) for i in first.items] == [
        ("Silicone baking mat", 1, 11038),
        ("Ceramic tea set, 6 cups", 1, 4418),
        ("Ultrasonic cleaner 6 L", 2, 739),
    ]
    assert {item.currency for item in first.items} == {"USD"}


def test_the_day_as_shown_is_trusted_over_the_day_turned_to_utc():
    rows = json.loads(sample("shopper-inventory.json"))
    assert rows[0]["orderDateIso"] == "2026-08-24"
    assert read(sample("shopper-inventory.json")).orders[0].placed_on == date(2026, 8, 25)


def test_the_backup_tells_lines_moments_and_no_currency():
    orders = {o.number: o for o in read(sample("aliexpress_user_data_backup.xlsx")).orders}
    first = orders[FIRST]
    assert first.placed_at == datetime(2026, 8, 25, 14, 44, 46, tzinfo=UTC)  # 07:44 in summer
    assert [item.line_id for item in first.items] == [
        "7946343613187242",
        "7946343613197242",
        "7946343613207242",
    ]
    assert {(item.unit_price_minor, item.currency) for item in first.items} >= {(11038, "")}
    assert orders["4583420941597242"].confirmed_at is not None
    assert orders["4583420941597242"].status_text == "Completed"
    assert orders["4510994697647242"].status_text == "Cancelled"
    assert orders["4510994697647242"].confirmed_at is None


def test_scrapper_tells_the_total_and_the_first_item_alone():
    first = read(sample("orders-scrapper.csv")).orders[0]
    assert (first.total_minor, first.currency) == (16934, "USD")
    assert not first.items_are_complete
    assert first.items[0].product_id == "1005522095582727"
    assert first.items[0].unit_price_minor is None


def test_downloader_tells_the_parcels():
    orders = {order.number: order for order in read(sample("order-downloader.tsv")).orders}
    assert [p.number for p in orders["4583420941597242"].parcels] == ["LP00297482617446"]
    assert orders[FIRST].parcels == []


def test_webshop_shares_a_lines_total_out():
    first = read(sample("webshop-orders.json")).orders[0]
    assert (first.items[2].quantity, first.items[2].unit_price_minor) == (2, 739)
    assert first.url.endswith(f"orderId={FIRST}")


def test_webshop_takes_orders_of_any_shop():
    shop = {
        "metadata": {"name": "Pen Shop", "order_url": "https://pens.example/o/{order_id}"},
        "orders": [{"id": "A-17", "date": "2026-01-05", "items": [{"name": "Pen"}]}],
    }
    (order,) = read(json.dumps(shop)).orders
    assert (order.marketplace, order.seller_name, order.number) == ("other", "Pen Shop", "A-17")
    assert order.url == "https://pens.example/o/A-17"


def test_addresses_and_telephones_are_never_read():
    row = {
        "order_id": "3069099405659913",
        "order_date": "2026-02-20",
        "total_price_text": "US $1.00",
        "order_titles": "Pen",
        "order_line_count": "1",
        "shipping_contact_name": "CANARY",
        "shipping_detail_address": "CANARY",
        "shipping_phone": "CANARY",
        "detail_json": '{"addressVO": "CANARY"}',
    }
    text = (
        ",".join(row)
        + "\n"
        + ",".join(f'"{v.replace(chr(34), chr(34) * 2)}"' for v in row.values())
    )
    assert "CANARY" not in repr(read(text))


def test_an_unknown_file_is_refused_with_where_to_look():
    with pytest.raises(UnreadableFile, match=r"docs/imports\.md"):
        read("just some words\nand more of them\n")
