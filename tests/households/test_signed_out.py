"""A session that ends while a page is open: no part of the page becomes the page for signing in."""

import json

import pytest
from django.test import Client

from tests.stock import Home, make_home

pytestmark = pytest.mark.django_db


def part_of(home: Home, path: str, **headers: str) -> tuple[int, str, str]:
    """What htmx is answered: the status, the page, and where a person is to go."""
    answer = Client().get(home.path(path), headers={"HX-Request": "true", **headers})
    told = json.loads(answer.headers["HX-Trigger"])
    return answer.status_code, answer.content.decode(), told["signed-out"]["at"]


def test_part_of_a_page_is_nothing_but_the_way_to_sign_in_and_back() -> None:
    home = make_home()
    shown = f"http://testserver{home.path('orders/?q=lamp')}"
    status, page, way = part_of(home, "orders/?q=lam", **{"HX-Current-URL": shown})
    assert (status, page) == (204, "")
    assert way == f"/account/login/?next={home.path('orders/')}%3Fq%3Dlamp"


def test_way_back_never_leads_to_another_site() -> None:
    home = make_home()
    shown = "https://thief.example/h/"
    assert part_of(home, "", **{"HX-Current-URL": shown})[2] == "/account/login/?next=/"


def test_whole_page_is_the_one_for_signing_in() -> None:
    home = make_home()
    answer = Client().get(home.path("orders/"))
    assert answer.url == f"/account/login/?next={home.path('orders/')}"  # type: ignore[attr-defined]
