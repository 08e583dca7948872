"""Checking a seller by page: whom, the form, what is kept, and what the pages say."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.services import log_attempt, open_case
from sellers.check import Advice, Answers, Level, Reason, RedFlag
from sellers.check_words import ADVICE, CHECKS, FLAGS, LEVEL_CLASSES, LEVELS, REACTIONS, WORDS
from sellers.checking import dealings_with, judge, record_check
from sellers.models import Seller, SellerCheck
from sellers.record import own_record
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
TYPED = {
    "item_title": "A reading lamp",
    "item_url": "https://www.aliexpress.com/item/1005008226693966.html",
    "positive_feedback": "96,5",
    "comments": ["none"],
    "badges": ["Choice"],
    "open_since": "2019",
    "described": "4,8",
    "estimates": "yes",
    "protected": "yes",
}


@pytest.fixture
def home(monkeypatch) -> Home:
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)
    return make_home()


def url(home: Home, name: str, **ids: object) -> str:
    return reverse(name, kwargs={"household": home.household.public_id, **ids})


def check(home: Home, seller: Seller, **answers: object) -> SellerCheck:
    return record_check(member=home.owner, seller=seller, answers=Answers(**answers), now=NOW)


def test_a_new_store_is_kept_with_the_number_of_its_address(home):
    answer = home.client.post(
        url(home, "seller_check_start"),
        {
            "name": "Lamp World",
            "url": "https://www.aliexpress.com/store/1103582642",
            "marketplace": "aliexpress",
        },
    )
    seller = Seller.objects.get()
    assert seller.store_id == "1103582642"
    assert answer["Location"] == url(home, "seller_check_new", seller=seller.public_id)


@pytest.mark.parametrize(
    "typed",
    [{"url": "https://www.aliexpress.com/store/1103582642"}, {"name": "LANTERN tools store"}],
)
def test_a_store_that_is_known_is_not_made_twice(home, typed):
    seller = make_seller(home, store_id="1103582642" if "url" in typed else "")
    typed = {"name": "Something", "marketplace": "aliexpress"} | typed
    answer = home.client.post(url(home, "seller_check_start"), typed)
    assert answer["Location"] == url(home, "seller_check_new", seller=seller.public_id)


def test_nobody_named_is_told_at_the_field(home):
    page = home.client.post(url(home, "seller_check_start"), {"marketplace": "aliexpress"})
    assert page.status_code == 422
    assert "name" in page.context["form"].errors


def test_what_was_looked_up_is_kept_with_who_and_when_and_told_to_the_seller(home):
    seller = make_seller(home)
    answer = home.client.post(url(home, "seller_check_new", seller=seller.public_id), TYPED)
    kept = SellerCheck.objects.get()
    assert (kept.checked_by, kept.checked_at, kept.item_title) == (
        home.owner,
        NOW,
        "A reading lamp",
    )
    assert kept.answers["positive_feedback"] == 96.5
    assert "delivery_days" not in kept.answers
    seller.refresh_from_db()
    assert (float(seller.positive_feedback), seller.open_since) == (96.5, 2019)
    assert seller.history.first().history_user == home.owner.user
    page = home.client.get(answer["Location"]).content.decode()
    assert "96.5 % of the feedback is positive" in page
    assert "Not looked up yet" in page


def test_a_wrong_figure_keeps_what_was_typed_and_nothing_else(home):
    seller = make_seller(home)
    typed = TYPED | {"described": "7", "open_since": "2031"}
    page = home.client.post(url(home, "seller_check_new", seller=seller.public_id), typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"described", "open_since"}
    assert "A reading lamp" in page.content.decode()
    assert not SellerCheck.objects.exists()


def test_each_check_is_kept_and_the_newest_stands_on_the_sellers_page(home):
    seller = make_seller(home)
    check(home, seller, is_protected=False)
    second = check(home, seller, positive_feedback=99.0)
    assert seller.checks.count() == 2
    page = home.client.get(url(home, "seller_detail", seller=seller.public_id))
    assert page.context["check"] == second
    assert str(ADVICE[Advice.UNKNOWN][0]) in page.content.decode()
    older = home.client.get(
        url(home, "seller_check", seller=seller.public_id, check=seller.checks.last().public_id)
    )
    assert str(ADVICE[Advice.AVOID][0]) in older.content.decode()


def test_the_next_check_begins_with_what_the_store_was(home):
    seller = make_seller(home)
    check(home, seller, positive_feedback=99.0, described=4.6, price=3.0)
    page = home.client.get(url(home, "seller_check_new", seller=seller.public_id))
    form = page.context["form"]
    assert float(form["positive_feedback"].value()) == 99.0
    assert form["described"].value() == 4.6
    assert form["price"].value() is None


def test_dealings_are_counted_from_own_orders_cases_and_messages(home):
    seller = make_seller(home)
    bad, _good = make_order(home, seller=seller), make_order(home, number="2", seller=seller)
    settled = {"stage": "settled", "settled_at": NOW}
    make_case(home, seller, order=bad, outcome="lost", **settled)
    make_case(home, seller, order=bad, outcome="refunded", **settled)
    asked = open_case(
        member=home.owner, seller=seller, title="Lamp", issue="question", goal="answer", now=NOW
    )
    log_attempt(
        member=home.owner, case=asked, channel="contact_now", sent_at=NOW, body="Hi", now=NOW
    )
    record = own_record(seller, now=NOW + timedelta(hours=1))
    found = dealings_with(seller, record)
    assert (found.orders, found.troubled_orders, found.open_cases) == (2, 1, 0)
    assert found.outcomes == {"lost": 1, "refunded": 1}
    # It was sent an hour ago: that it is not answered yet is held against nobody.
    assert (found.messages, found.answered) == (0, 0)
    late = dealings_with(seller, own_record(seller, now=NOW + timedelta(days=9)))
    assert (late.messages, late.answered) == (1, 0)


def test_an_answer_to_the_question_counts_by_itself(home):
    seller = make_seller(home)
    kept = check(home, seller, positive_feedback=99.0)
    judgement, _dealings = judge(kept, seller, now=NOW)
    assert "answer" in {found.check for found in judgement.unknown}
    case = make_case(home, seller, issue="question")
    case.attempts.create(
        cycle=1,
        channel="contact_now",
        sent_at=NOW,
        replied_at=NOW + timedelta(hours=3),
        expected_by=NOW,
        reply_probability=0.7,
        band="within_24h",
        sent_by=home.owner,
    )
    judgement, _dealings = judge(kept, seller, now=NOW + timedelta(days=1))
    found = next(found for found in judgement.findings if found.check == "answer")
    assert (found.level, found.reasons[0][0]) == (Level.GOOD, Reason.OWN_RECORD)


def test_every_code_has_its_words():
    assert set(WORDS) == set(Reason)
    assert set(ADVICE) == set(Advice)
    assert set(FLAGS) == set(RedFlag)
    assert set(LEVELS) == set(LEVEL_CLASSES) == set(Level)
    assert len(CHECKS) == 8
    assert len(REACTIONS) == 5


def test_pages_ask_no_more_of_the_database_for_more_checks(home, django_assert_num_queries):
    seller = make_seller(home)
    first = check(home, seller, positive_feedback=99.0)
    make_order(home, number="first", seller=seller)
    pages = [
        url(home, "seller_check", seller=seller.public_id, check=first.public_id),
        url(home, "seller_check_new", seller=seller.public_id),
        url(home, "seller_detail", seller=seller.public_id),
    ]
    for page in pages:
        home.client.get(page)
    counts = []
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            home.client.get(page)
        counts.append(len(queries))
    for number in range(5):
        check(home, seller, positive_feedback=90.0 + number)
        make_order(home, number=str(number), seller=seller)
    for page, count in zip(pages, counts, strict=True):
        with django_assert_num_queries(count):
            home.client.get(page)


def test_a_viewer_reads_a_check_and_makes_none(home):
    seller = make_seller(home)
    kept = check(home, seller)
    client = home.member("Vera", "viewer")[1]
    shown = url(home, "seller_check", seller=seller.public_id, check=kept.public_id)
    assert client.get(shown).status_code == 200
    assert client.get(url(home, "seller_check_new", seller=seller.public_id)).status_code == 403
    assert client.get(url(home, "seller_check_start")).status_code == 403
