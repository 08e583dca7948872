"""The text of an order page or list, as selecting and copying it in a browser gives it."""

from datetime import date

import pytest

from orders.importers.order_page import OrderPage
from orders.importers.parsed import UnreadableFile
from orders.importers.registry import IMPORTERS, choose
from tests.orders.importers.files import EXPORTS

LIST = """My Orders
Search by order number or title
Awaiting delivery
Order date: Feb 10, 2026
Order ID: 3069099405659913
Copy
Order details
SucceBuy Overseas Store
Ultrasonic Cleaner 6L with Heater and Timer for Glasses
Color: 6L, Ships From: GERMANY
US $120.95
x1
Total:
US $125.95
Track order
Confirm received
Completed
Order date: Jan 5, 2026
Order ID: 8211744661738042 Copy
Order details
Lamp World
LED Reading Lamp, Rechargeable, Three Colours of Light
US $10.10 x2
USB-C Cable, 1 m, Braided
US $2.00 x3
Total: US $26.20
Add to cart
"""
GERMAN = """Wartet auf Lieferung
Bestelldatum: 10. Februar 2026
Bestellnummer: 3069099405659913
Kopieren
Bestelldetails
Lampen-Welt
Leselampe mit Akku, drei Lichtfarben, dimmbar
Farbe: Schwarz
10,10€
x2
Gesamtbetrag: 20,20€
"""
DETAIL = """Awaiting delivery
The seller has shipped your order
Order ID: 3069099405659913
Order placed on: Feb 10, 2026
Payment completed on: Feb 11, 2026
Tracking number: LP00724622449605
Tracking number: 00340434161094012345
Subtotal: US $120.95
Total: US $125.95
"""


def read(text: str):
    return OrderPage().read(text.encode())


def test_every_order_of_a_list_is_read_with_its_items():
    parsed = read(LIST)
    assert not parsed.rejected
    first, second = parsed.orders
    assert (first.number, first.placed_on) == ("3069099405659913", date(2026, 2, 10))
    assert (first.status_text, first.seller_name) == (
        "Awaiting delivery",
        "SucceBuy Overseas Store",
    )
    assert (first.total_minor, first.currency) == (12595, "USD")
    (item,) = first.items
    assert item.title == "Ultrasonic Cleaner 6L with Heater and Timer for Glasses"
    assert item.attributes == "Color: 6L, Ships From: GERMANY"
    assert (item.quantity, item.unit_price_minor, item.currency) == (1, 12095, "USD")
    assert (second.number, second.status_text) == ("8211744661738042", "Completed")
    assert [(i.title[:3], i.quantity) for i in second.items] == [("LED", 2), ("USB", 3)]
    assert second.total_minor == 2620


def test_the_tabs_above_a_list_are_no_state_of_its_first_order():
    tabs = "View all\nTo ship\nShipped\n" + LIST.replace("Awaiting delivery", "Ready for pickup")
    assert [order.status_text for order in read(tabs).orders] == ["Ready for pickup", "Completed"]


def test_another_language_is_read_by_its_shape():
    (order,) = read(GERMAN).orders
    assert (order.number, order.placed_on) == ("3069099405659913", date(2026, 2, 10))
    assert order.seller_name == "Lampen-Welt"
    assert (order.total_minor, order.currency) == (2020, "EUR")
    assert order.items[0].attributes == "Farbe: Schwarz"


def test_one_orders_page_gives_its_day_total_and_parcel():
    (order,) = read(DETAIL).orders
    assert order.placed_on == date(2026, 2, 10)
    assert (order.status_text, order.total_minor) == ("Awaiting delivery", 12595)
    assert [parcel.number for parcel in order.parcels] == ["LP00724622449605"]


def test_the_number_of_a_parcel_is_no_order():
    with pytest.raises(UnreadableFile):
        read("Tracking number: 00340434161094012345")


def test_an_order_of_which_only_the_number_was_copied_is_still_one():
    (order,) = read("Order ID: 3069099405659913").orders
    assert (order.status_text, order.items, order.total_minor) == ("", [], None)


def test_text_is_told_from_every_other_format():
    assert choose(LIST.encode()).name == "order-page"
    for sample in EXPORTS.rglob("*.*"):
        if sample.is_file() and sample.suffix in {".csv", ".json", ".tsv", ".eml", ".xlsx"}:
            assert choose(sample.read_bytes()).name != "order-page", sample
    assert IMPORTERS[-1].name == "order-page"


@pytest.mark.parametrize("text", ["", "hello", "x" * 100_000, "Order ID: 12", ": 1\n:\n：\n"])
def test_what_is_no_order_page_is_not_taken_for_one(text):
    assert not OrderPage().recognises(text.encode())


def test_markup_and_marks_in_a_copied_page_are_only_text():
    (order,) = read(
        "Order ID: 3069099405659913\nStore\n<script>alert(1)</script> \u202elamp\x00\nUS $1.00 x1"
    ).orders
    assert "\x00" not in order.items[0].title
    assert order.items[0].title.startswith("<script>")
