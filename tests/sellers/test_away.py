"""A store's own holiday: answers are expected after it, and of no other seller."""

from datetime import date, timedelta

import pytest

from cases.services import log_attempt
from sellers.facts import seller_facts
from sellers.forms import SellerForm
from sellers.services import edit_seller
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
TYPED = {
    "marketplace": "aliexpress",
    "name": "Blue Kiln",
    "country": "CN",
    "time_zone": "Asia/Shanghai",
    "inquiry_volume": "normal",
}


@pytest.fixture
def home() -> Home:
    return make_home()


def test_days_away_are_days_off_of_that_seller_alone(home: Home) -> None:
    today = NOW.date()
    away = make_seller(home, away_from=today, away_until=today + timedelta(days=2))
    assert seller_facts(away).days_off == {today + timedelta(days=n) for n in range(3)}
    assert seller_facts(make_seller(home, name="Another")).days_off == frozenset()


def test_holiday_that_is_noted_moves_the_next_step_of_open_cases(home: Home) -> None:
    seller = make_seller(home)
    order = make_order(home, seller=seller, protection_ends_at=NOW + timedelta(days=60))
    case = make_case(home, seller, order=order)
    log_attempt(
        member=home.owner, case=case, channel="message_center", sent_at=NOW, body="Hi", now=NOW
    )
    before = case.follow_ups.get(rung="retry", status="pending").due_at
    today = NOW.date()
    edit_seller(
        member=home.owner,
        seller=seller,
        version=seller.version,
        changes={"away_from": today, "away_until": today + timedelta(days=9)},
        now=NOW,
    )
    after = case.follow_ups.get(rung="retry", status="pending").due_at
    assert after > before + timedelta(days=5)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-12-01", "", "away_until"),
        ("", "2026-12-01", "away_from"),
        ("2026-12-05", "2026-12-01", "away_until"),
    ],
)
def test_half_a_holiday_is_asked_for_by_its_field(
    home: Home, first: str, last: str, field: str
) -> None:
    form = SellerForm(TYPED | {"away_from": first, "away_until": last}, household=home.household)
    assert set(form.errors) == {field}


def test_holiday_that_was_saved_is_shown_again_in_the_form(home: Home) -> None:
    seller = make_seller(home, away_from=date(2026, 12, 1), away_until=date(2026, 12, 5))
    page = home.client.get(home.path(f"sellers/{seller.public_id}/edit/")).content.decode()
    assert 'value="2026-12-01"' in page
    assert 'value="2026-12-05"' in page


def test_seller_who_does_not_name_english_shares_no_language_with_the_drafts(home: Home) -> None:
    shares = [
        seller_facts(make_seller(home, name=str(n), languages=named)).shares_language
        for n, named in enumerate(([], ["en", "zh"], ["zh"]))
    ]
    assert shares == [None, True, False]
