"""The marketplace's list for an issue, ticked off by what is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.evidence import add_text
from cases.evidence_checklist import pieces_asked
from cases.models import LISTING, Case, Evidence
from tests.cases.test_sweep import waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    return waiting_case(home)


def page(home: Home, case: Case) -> str:
    return home.client.get(home.path(f"cases/{case.public_id}/")).content.decode()


def test_every_piece_is_missing_at_first_and_leads_to_its_form(home: Home, case: Case) -> None:
    words = page(home, case)
    assert words.count("is missing: add it") == len(pieces_asked(case))
    assert "evidence/new/?piece=" in words
    assert case.order is not None
    assert home.path(f"orders/{case.order.public_id}/listing/") in words


def test_piece_that_was_added_is_ticked_off(home: Home, case: Case) -> None:
    first = pieces_asked(case)[0]
    address = home.path(f"cases/{case.public_id}/evidence/new/")
    upload = SimpleUploadedFile("note.txt", b"plain words")
    home.client.post(address, {"uploads": [upload], "shows": first, "caption": ""})
    assert Evidence.objects.get().shows == first
    assert page(home, case).count("is missing: add it") == len(pieces_asked(case)) - 1


def test_form_opens_with_the_piece_that_was_missing(home: Home, case: Case) -> None:
    address = home.path(f"cases/{case.public_id}/evidence/new/")
    words = home.client.get(address, {"piece": LISTING}).content.decode()
    assert f'<option value="{LISTING}" selected>' in words


def test_piece_that_is_not_of_the_list_is_refused_and_nothing_is_kept(
    home: Home, case: Case
) -> None:
    address = home.path(f"cases/{case.public_id}/evidence/new/")
    upload = SimpleUploadedFile("note.txt", b"plain words")
    answer = home.client.post(address, {"uploads": [upload], "shows": "made up"})
    assert "made up is not one of the available choices" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_listing_kept_with_the_order_counts_for_its_case(home: Home, case: Case) -> None:
    assert case.order is not None
    add_text(
        member=home.owner,
        order=case.order,
        text="Lamp, 40 W, 12.50",
        caption="",
        shows=LISTING,
        now=NOW,
    )
    words = page(home, case)
    assert words.count("is missing: add it") == len(pieces_asked(case)) - 1
    assert "Lamp, 40 W, 12.50" in words
