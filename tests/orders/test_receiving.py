"""'It arrived' and 'I confirmed receipt': what they note, and what the second gives away."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.services import open_case
from orders.announcements import orders_changed
from orders.models import Order, OrderStatus, ProtectionSource
from orders.receiving import confirm_receipt, mark_arrived
from orders.services import OrderError
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30, hours=1)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)


def on_its_way(home: Home, **fields: object) -> Order:
    fields.setdefault("protection_ends_at", LATER)
    fields.setdefault("protection_source", ProtectionSource.ENTERED)
    fields.setdefault("status", OrderStatus.SHIPPED)
    return make_order(home, **fields)


def page(home: Home, name: str, order: Order) -> str:
    return reverse(name, args=[home.household.public_id, order.public_id])


def test_arrived_is_one_tap_and_keeps_the_protection(home):
    order = on_its_way(home)
    home.client.post(page(home, "order_arrived", order))
    order.refresh_from_db()
    assert (order.status, order.delivered_at) == (OrderStatus.DELIVERED, NOW)
    assert order.protection_ends_at == LATER
    assert order.history.first().history_user == home.owner.user


def test_a_second_tap_changes_nothing_more(home):
    order = on_its_way(home)
    once = mark_arrived(member=home.owner, order=order, now=NOW)
    twice = mark_arrived(member=home.owner, order=order, now=NOW + timedelta(days=1))
    assert (twice.version, twice.delivered_at) == (once.version, NOW)


def test_arrived_takes_no_order_back_from_a_dispute(home):
    order = on_its_way(home, status=OrderStatus.IN_DISPUTE)
    assert mark_arrived(member=home.owner, order=order, now=NOW).status == OrderStatus.IN_DISPUTE


def test_the_list_notes_the_arrival_and_stays(home):
    order = on_its_way(home)
    answer = home.client.post(page(home, "order_arrived", order), {"stay": "1"})
    assert answer["Location"] == reverse("order_list", args=[home.household.public_id])


def test_the_page_says_what_confirming_gives_away_and_changes_nothing(home):
    order = on_its_way(home)
    shown = home.client.get(page(home, "order_confirm", order)).content.decode()
    assert "ends Buyer Protection at once" in shown
    assert "15 days" in shown
    order.refresh_from_db()
    assert order.confirmed_at is None


def test_an_open_case_is_a_reason_not_to_confirm(home):
    order = on_its_way(home, seller=make_seller(home))
    make_case(home, order.seller, order=order)
    assert (
        "Do not confirm yet" in home.client.get(page(home, "order_confirm", order)).content.decode()
    )


def test_confirming_ends_even_a_protection_that_was_typed(home):
    order = on_its_way(home)
    home.client.post(page(home, "order_confirm", order))
    order.refresh_from_db()
    assert (order.status, order.confirmed_at) == (OrderStatus.COMPLETED, NOW)
    assert order.protection_ends_at == NOW
    assert "confirmed" in order.protection_rule


def test_confirming_ends_nothing_where_protection_counts_from_the_purchase(home):
    order = on_its_way(home, marketplace="temu")
    assert (
        "does not shorten it"
        in home.client.get(page(home, "order_confirm", order)).content.decode()
    )
    confirmed = confirm_receipt(member=home.owner, order=order, now=NOW)
    assert confirmed.protection_ends_at == LATER


def test_a_cancelled_order_has_no_receipt(home):
    with pytest.raises(OrderError):
        confirm_receipt(
            member=home.owner, order=on_its_way(home, status=OrderStatus.CANCELLED), now=NOW
        )


def test_the_open_case_is_planned_anew_when_protection_ended(home):
    order = on_its_way(home, seller=make_seller(home))
    case = open_case(
        member=home.owner,
        seller=order.seller,
        order=order,
        title="Lamp",
        issue="damaged",
        goal="refund",
        now=NOW,
    )
    before = set(case.follow_ups.values_list("rung", "due_at"))
    confirm_receipt(member=home.owner, order=order, now=NOW)
    assert set(case.follow_ups.filter(status="pending").values_list("rung", "due_at")) != before


def test_whoever_plans_is_told_of_an_arrival(home, monkeypatch):
    heard = []
    monkeypatch.setattr(orders_changed, "_subscribers", [lambda *args: heard.append(args)])
    mark_arrived(member=home.owner, order=on_its_way(home), now=NOW)
    assert len(heard) == 1


def test_a_viewer_may_do_neither(home):
    order = on_its_way(home)
    client = home.member("Vera", "viewer")[1]
    assert client.post(page(home, "order_arrived", order)).status_code == 403
    assert client.get(page(home, "order_confirm", order)).status_code == 403
