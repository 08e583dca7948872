"""What the preview of an import says of each order, field by field."""

import pytest

from orders.importing import import_orders
from orders.models import OrderItem, Parcel
from tests.orders.importers.files import inventory, sample
from tests.stock import NOW, Home, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
NUMBER = "3069099405659913"


@pytest.fixture
def home() -> Home:
    return make_home()


def told(home: Home, content: bytes, *, dry_run: bool = True):
    outcome = import_orders(
        household=home.household, content=content, file_name="x", dry_run=dry_run, now=NOW
    )
    return {line.number: line for line in outcome.lines}


def changes(line) -> dict[str, tuple[str, str]]:
    return {change.label: (change.before, change.after) for change in line.story.changes()}


def test_each_field_that_is_completed_is_named_with_before_and_after(home):
    make_order(home, number=NUMBER, status="preparing", status_text="To ship")
    line = told(home, inventory({"Status": "Completed"}).encode())[NUMBER]
    shown = changes(line)
    assert line.action == "updated"
    assert shown["Status"] == ("awaiting shipment", "completed")
    assert shown["Seller"] == ("", "Lantern Tools Store")
    assert shown["Item"] == ("", "Ultrasonic cleaner 6 L")
    assert "Order number" not in shown


def test_a_known_item_is_completed_by_its_fields(home):
    order = make_order(home, number=NUMBER, seller=make_seller(home))
    OrderItem.objects.create(order=order, title="Ultrasonic cleaner 6 L")
    shown = changes(told(home, inventory({}).encode())[NUMBER])
    assert shown["Ultrasonic cleaner 6 L: options"] == ("", "Color: 6L")


def test_what_is_here_already_has_no_changes(home):
    told(home, inventory({}).encode(), dry_run=False)
    line = told(home, inventory({}).encode())[NUMBER]
    assert line.action == "unchanged"
    assert line.story.changes() == []


def test_a_new_order_has_no_list_of_changes(home):
    assert told(home, inventory({}).encode())[NUMBER].story.changes() == []


def test_the_dry_run_tells_the_same_as_the_run(home):
    make_order(home, number=NUMBER)
    before = {n: changes(line) for n, line in told(home, inventory({}).encode()).items()}
    after = told(home, inventory({}).encode(), dry_run=False)
    assert before == {n: changes(line) for n, line in after.items()}


def test_a_parcel_that_the_file_adds_is_named(home):
    content = sample("order-downloader.tsv")
    with_parcel = [n for n, line in told(home, content).items() if line.story.parcels]
    told(home, content, dry_run=False)
    Parcel.objects.of(home.household).delete()
    line = told(home, content)[with_parcel[0]]
    assert line.action == "updated"
    assert changes(line)["Tracking number"][1]
