"""Which orders the list shows, by its address."""

from datetime import timedelta

import pytest
from django.urls import reverse

from households.paging import take_page
from orders.models import OrderStatus
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(monkeypatch) -> Home:
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)
    home = make_home()
    seller = make_seller(home)
    day = timedelta(days=1)
    make_order(home, number="soon", protection_ends_at=NOW + 13 * day)
    make_order(home, number="later", protection_ends_at=NOW + 15 * day)
    make_order(home, number="over", protection_ends_at=NOW - day)
    make_order(home, number="shipped", status=OrderStatus.SHIPPED)
    make_order(home, number="temu", marketplace="temu")
    make_order(home, number="archived", archived_at=NOW)
    troubled = make_order(home, number="troubled", seller=seller)
    make_case(home, seller, order=troubled)
    settled = make_order(home, number="settled", seller=seller)
    make_case(home, seller, order=settled, stage="settled", settled_at=NOW, outcome="refunded")
    return home


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("show=soon", {"soon"}),
        ("show=trouble", {"troubled"}),
        ("show=shipped", {"shipped"}),
        ("show=archived", {"archived"}),
        ("archived=1", {"archived"}),
        ("at=temu", {"temu"}),
        ("at=temu&show=shipped", set()),
        ("q=trouble", {"troubled"}),
    ],
)
def test_the_list_is_narrowed(home, address, numbers):
    page = home.client.get(f"{reverse('order_list', args=[home.household.public_id])}?{address}")
    assert {order.number for order in page.context["page"].rows} == numbers


@pytest.mark.parametrize("address", ["show=nonsense", "at=nowhere", "sort=x", "q=%00"])
def test_what_an_address_cannot_mean_is_passed_over(home, address):
    page = home.client.get(f"{reverse('order_list', args=[home.household.public_id])}?{address}")
    assert len(page.context["page"].rows) == 7


def test_the_next_page_keeps_the_choice(home, monkeypatch):
    monkeypatch.setitem(take_page.__kwdefaults__, "size", 1)
    list_of_orders = reverse("order_list", args=[home.household.public_id])
    page = home.client.get(f"{list_of_orders}?at=aliexpress")
    assert len(page.context["page"].rows) == 1
    link = page.content.decode().split("?after=", 1)[1].split(chr(34), 1)[0]
    assert link.endswith("&amp;at=aliexpress&amp;sort=left")
