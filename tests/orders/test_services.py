"""Orders as members change them: deadlines and where they come from, items, parcels, conflicts."""

from datetime import UTC, datetime, timedelta

import pytest

from households.conflicts import EditConflict
from money import Money
from orders.announcements import orders_changed
from orders.models import Order, Parcel, ProtectionSource
from orders.services import (
    ItemEntry,
    OrderError,
    add_parcel,
    archive_order,
    create_order,
    edit_order,
    remove_parcel,
    restore_order,
)
from sellers.profiles import get_profile
from tests.stock import NOW, Home, make_home, make_order

pytestmark = pytest.mark.django_db

SHIPPED = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
TYPED = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def heard(monkeypatch):
    heard = []
    monkeypatch.setattr(orders_changed, "_subscribers", [lambda *args: heard.append(args)])
    return heard


def days() -> timedelta:
    return timedelta(days=get_profile("aliexpress").protection_days)


def edit(home, order, items=(), version=None, **changes):
    return edit_order(
        member=home.owner,
        order=order,
        version=version or Order.objects.get(pk=order.pk).version,
        changes=changes,
        items=items,
        now=NOW,
    )


def create(home, items=(), **fields):
    fields.setdefault("number", "3069099405659913")
    return create_order(member=home.owner, fields=fields, items=items, now=NOW)


def test_a_new_order_has_its_deadline_derived_and_says_by_which_rule(home):
    order = create(home, shipped_at=SHIPPED)
    assert order.protection_ends_at == SHIPPED + days()
    assert order.protection_source == ProtectionSource.DERIVED
    assert "AliExpress" in order.protection_rule


def test_a_typed_deadline_wins_and_stays_when_the_dates_change(home):
    order = create(home, shipped_at=SHIPPED, protection_ends_at=TYPED)
    assert order.protection_source == ProtectionSource.ENTERED
    edited = edit(home, order, shipped_at=SHIPPED + timedelta(days=3))
    assert edited.protection_ends_at == TYPED
    assert edited.protection_source == ProtectionSource.ENTERED
    assert edited.protection_rule == ""


def test_a_derived_deadline_moves_with_the_dates(home):
    order = create(home, shipped_at=SHIPPED)
    edited = edit(home, order, shipped_at=SHIPPED + timedelta(days=3), protection_ends_at=None)
    assert edited.protection_ends_at == SHIPPED + timedelta(days=3) + days()


def test_clearing_a_typed_deadline_has_it_derived_again(home):
    order = create(home, shipped_at=SHIPPED, protection_ends_at=TYPED)
    edited = edit(home, order, protection_ends_at=None)
    assert edited.protection_ends_at == SHIPPED + days()
    assert edited.protection_source == ProtectionSource.DERIVED


def test_typing_exactly_the_derived_deadline_makes_it_an_entered_one(home):
    order = create(home, shipped_at=SHIPPED)
    edited = edit(home, order, protection_ends_at=order.protection_ends_at)
    assert edited.protection_source == ProtectionSource.ENTERED


def test_an_imported_deadline_left_alone_stays_imported_and_changed_becomes_entered(home):
    order = make_order(home, protection_ends_at=TYPED, protection_source="imported")
    assert edit(home, order, protection_ends_at=TYPED).protection_source == "imported"
    later = TYPED + timedelta(days=1)
    assert edit(home, order, protection_ends_at=later).protection_source == "entered"


def test_without_a_date_no_deadline_is_made_up(home):
    order = create(home)
    assert order.protection_ends_at is None
    assert order.protection_source == ""


def test_a_new_date_is_announced_and_a_new_note_is_not(home, heard):
    order = create(home, shipped_at=SHIPPED)
    edit(home, order, notes="left with the neighbour")
    assert heard == []
    edited = edit(home, order, delivered_at=SHIPPED + timedelta(days=9))
    assert heard == [([edited], NOW)]


def test_the_second_editor_is_told_and_nothing_is_saved(home):
    order = create(home, currency="EUR", total_minor=100)
    mara, _client = home.member("Mara")
    edit_order(
        member=mara, order=order, version=1, changes={"total_minor": 2340}, items=[], now=NOW
    )
    with pytest.raises(EditConflict) as caught:
        edit(home, order, version=1, notes="mine")
    assert caught.value.who == "Mara"
    assert [(change.before, change.after) for change in caught.value.changes] == [
        ("€1.00", "€23.40")
    ]
    assert Order.objects.get().notes == ""


def test_items_are_added_changed_and_removed_and_those_not_named_stay(home):
    order = create(
        home,
        currency="EUR",
        items=[ItemEntry(title="Lamp"), ItemEntry(title="Cable"), ItemEntry(title="Bulb")],
    )
    lamp, cable, _bulb = order.items.all()
    edit(
        home,
        order,
        items=[
            ItemEntry(item_id=lamp.pk, title="Desk lamp", unit_price=Money(1999, "EUR")),
            ItemEntry(item_id=cable.pk, is_removed=True),
            ItemEntry(title="Shade", quantity=2),
        ],
    )
    kept = [(item.title, item.quantity, str(item.unit_price)) for item in order.items.all()]
    assert kept == [("Desk lamp", 1, "19.99"), ("Bulb", 1, "None"), ("Shade", 2, "None")]


def test_the_item_of_another_order_is_not_touched(home):
    theirs = create_order(
        member=make_home("next-door").owner,
        fields={"number": "1"},
        items=[ItemEntry(title="Theirs")],
        now=NOW,
    )
    order = create(home)
    edit(home, order, items=[ItemEntry(item_id=theirs.items.get().pk, title="Mine")])
    assert theirs.items.get().title == "Theirs"
    assert order.items.get().title == "Mine"


def test_correcting_the_currency_corrects_the_prices_of_the_items(home):
    order = create(
        home, currency="EUR", items=[ItemEntry(title="Lamp", unit_price=Money(150000, "EUR"))]
    )
    edit(home, order, currency="JPY")
    assert order.items.get().unit_price == Money(1500, "JPY")


def test_the_same_number_twice_is_refused_in_words(home):
    create(home)
    with pytest.raises(OrderError, match="3069099405659913"):
        create(home)


def test_the_order_of_another_household_cannot_be_edited(home):
    theirs = make_order(make_home("next-door"))
    with pytest.raises(Order.DoesNotExist):
        edit(home, theirs, notes="x")


def test_archiving_and_restoring_leave_the_rest_alone(home):
    order = create(home, shipped_at=SHIPPED)
    assert archive_order(member=home.owner, order=order, now=NOW).archived_at == NOW
    restored = restore_order(member=home.owner, order=order, now=NOW)
    assert restored.archived_at is None
    assert restored.protection_ends_at == SHIPPED + days()


def test_one_parcel_carries_several_orders(home):
    first, second = create(home), create(home, number="3069099405659914")
    one = add_parcel(
        member=home.owner, order=first, tracking_number="lp 0072 4622 449605", carrier="", now=NOW
    )
    same = add_parcel(
        member=home.owner, order=second, tracking_number="LP00724622449605", carrier="", now=NOW
    )
    assert one == same
    assert set(one.orders.all()) == {first, second}
    assert one.carrier == "Cainiao"


def test_a_parcel_taken_off_its_last_order_is_forgotten(home):
    first, second = create(home), create(home, number="3069099405659914")
    for order in (first, second):
        parcel = add_parcel(
            member=home.owner, order=order, tracking_number="RB123456785GB", carrier="", now=NOW
        )
    remove_parcel(member=home.owner, order=first, parcel=parcel)
    assert Parcel.objects.get().orders.get() == second
    remove_parcel(member=home.owner, order=second, parcel=parcel)
    assert not Parcel.objects.exists()


def test_households_do_not_share_parcels(home):
    next_door = make_home("next-door")
    theirs = make_order(next_door)
    add_parcel(
        member=next_door.owner,
        order=theirs,
        tracking_number="RB123456785GB",
        carrier="Royal Mail",
        now=NOW,
    )
    ours = create(home)
    add_parcel(member=home.owner, order=ours, tracking_number="RB123456785GB", carrier="", now=NOW)
    assert Parcel.objects.count() == 2
    assert Parcel.objects.of(home.household).get().carrier != "Royal Mail"


@pytest.mark.parametrize("number", ["3.07E+15", "12", "<script>", "RB123/456"])
def test_what_is_no_tracking_number_is_refused(home, number):
    order = create(home)
    with pytest.raises(OrderError):
        add_parcel(member=home.owner, order=order, tracking_number=number, carrier="", now=NOW)
    assert not Parcel.objects.exists()
