"""A new case offers the newest orders, takes any of the household's, and asks for what it needs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import order_choices
from cases.forms import CaseForm
from cases.models import Case
from tests.stock import NOW, Home, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(order_choices, "MOST_OFFERED", 3)
    return make_home()


def offered(form: CaseForm) -> list[str]:
    return [str(label) for _value, label in form.fields["order"].widget.choices][1:]


def test_the_newest_orders_are_offered_and_the_rest_is_told_of(home: Home) -> None:
    for number in range(5):
        make_order(home, number=f"306909940565991{number}", placed_at=NOW.replace(day=1 + number))
    form = CaseForm(home.household)
    assert [label[:5] for label in offered(form)] == ["…9914", "…9913", "…9912"]
    assert "The newest 3." in str(form.fields["order"].help_text)


def test_the_order_that_one_came_from_is_offered_whatever_its_age(home: Home) -> None:
    orders = [make_order(home, number=f"306909940565991{n}", placed_at=NOW) for n in range(5)]
    form = CaseForm(home.household, initial={"order": str(orders[0].public_id)})
    assert offered(form)[-1].startswith("…9910")


def test_a_case_without_a_word_of_what_is_wrong_asks_for_one(home: Home) -> None:
    page = home.client.post(home.path("cases/new/"), {"details": "It hums."})
    assert page.status_code == 422
    assert "Say in a few words what is wrong." in page.content.decode()
    assert "It hums." in page.content.decode()


def test_an_order_that_was_not_offered_is_taken_all_the_same(home: Home) -> None:
    seller = make_seller(home)
    orders = [make_order(home, number=f"306909940565991{n}", seller=seller) for n in range(5)]
    home.client.post(
        home.path("cases/new/"),
        {
            "order": str(orders[0].public_id),
            "issue": "damaged",
            "goal": "refund",
            "title": "Old one",
            "currency": "EUR",
        },
    )
    assert Case.objects.get().order == orders[0]


@pytest.mark.parametrize("typed", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_names_no_order_adds_none(home: Home, typed: str) -> None:
    make_order(home)
    assert len(offered(CaseForm(home.household, {"order": typed}))) == 1


def test_queries_do_not_grow_with_the_orders(home: Home) -> None:
    home.client.get(home.path("cases/new/"))
    counts = []
    for numbers in (range(2), range(2, 9)):
        for number in numbers:
            make_order(home, number=f"306909940565991{number}")
        with CaptureQueriesContext(connection) as queries:
            home.client.get(home.path("cases/new/"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
