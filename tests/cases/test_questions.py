"""A question before buying is a case of its own, and becomes the order's."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.services import attach_order, log_attempt, settle_case
from money import Money
from orders.models import ProtectionSource
from sellers.check import Answers
from sellers.checking import record_check
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
ENDS = NOW + timedelta(days=40)


@pytest.fixture
def home(monkeypatch) -> Home:
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)
    return make_home()


def url(home: Home, name: str, **ids: object) -> str:
    return reverse(name, kwargs={"household": home.household.public_id, **ids})


def asked(home: Home) -> Case:
    seller = make_seller(home)
    home.client.post(
        url(home, "question_new", seller=seller.public_id),
        {"item": "A reading lamp", "question": "Is the plug a European one?"},
    )
    return Case.objects.get()


def bought(home: Home, **fields: object):
    fields.setdefault("protection_ends_at", ENDS)
    fields.setdefault("protection_source", ProtectionSource.ENTERED)
    return make_order(home, total_minor=2340, currency="EUR", **fields)


def test_a_question_is_a_case_without_an_order_that_asks_for_an_answer(home):
    case = asked(home)
    assert (case.issue, case.goal, case.order) == ("question", "answer", None)
    page = home.client.get(url(home, "case_detail", case=case.public_id)).content.decode()
    assert "Is the plug a European one?" in page
    assert url(home, "case_take_order", case=case.public_id) in page


def test_the_check_names_what_the_question_is_about(home):
    seller = make_seller(home)
    check = record_check(
        member=home.owner, seller=seller, answers=Answers(), item_title="A lamp", now=NOW
    )
    page = home.client.get(
        f"{url(home, 'question_new', seller=seller.public_id)}?check={check.public_id}"
    )
    assert page.context["form"]["item"].value() == "A lamp"


def test_an_empty_question_keeps_what_was_typed(home):
    seller = make_seller(home)
    page = home.client.post(
        url(home, "question_new", seller=seller.public_id), {"item": "A lamp", "question": " "}
    )
    assert page.status_code == 422
    assert "A lamp" in page.content.decode()
    assert not Case.objects.exists()


def test_the_question_becomes_the_orders_with_event_deadline_money_and_plan(home):
    case = asked(home)
    log_attempt(
        member=home.owner, case=case, channel="contact_now", sent_at=NOW, body="Hi", now=NOW
    )
    case.refresh_from_db()
    assert case.escalate_by is None
    order = bought(home, seller=case.seller)
    page = home.client.get(url(home, "order_detail", order=order.public_id)).content.decode()
    assert "Asked before buying?" in page
    home.client.post(url(home, "case_take_order", case=case.public_id), {"order": order.public_id})
    case.refresh_from_db()
    assert case.order == order
    assert case.value == Money(2340, "EUR")
    assert case.attempts.count() == 1
    assert NOW < case.escalate_by < ENDS
    pending = case.follow_ups.filter(status="pending", kind="escalate")
    assert pending.filter(due_at__lte=case.escalate_by).exists()
    event = case.events.filter(kind=CaseEvent.Kind.EDITED).get()
    assert event.actor == home.owner
    assert event.details["after"]["order"] == order.number
    shown = home.client.get(url(home, "order_detail", order=order.public_id))
    assert list(shown.context["cases"]) == [case]
    assert list(shown.context["questions"]) == []


def test_an_order_without_a_seller_gets_the_one_that_was_asked(home):
    case, order = asked(home), bought(home)
    attach_order(member=home.owner, case=case, order=order, now=NOW)
    order.refresh_from_db()
    assert order.seller == case.seller
    assert order.history.first().history_user == home.owner.user


def test_a_second_press_changes_nothing(home):
    case, order = asked(home), bought(home)
    attach_order(member=home.owner, case=case, order=order, now=NOW)
    attach_order(member=home.owner, case=case, order=order, now=NOW)
    assert case.events.filter(kind=CaseEvent.Kind.EDITED).count() == 1


def test_an_answered_question_can_still_be_tied_to_its_order(home):
    case, order = asked(home), bought(home)
    settle_case(member=home.owner, case=case, outcome="answered", now=NOW)
    tied = attach_order(member=home.owner, case=case, order=order, now=NOW)
    assert tied.order == order
    assert not tied.follow_ups.filter(status="pending").exists()


@pytest.mark.parametrize("wrong", ["another order", "another seller", "another marketplace"])
def test_what_does_not_fit_is_refused_and_changes_nothing(home, wrong):
    case, order = asked(home), bought(home)
    if wrong == "another order":
        attach_order(member=home.owner, case=case, order=bought(home, number="2"), now=NOW)
    elif wrong == "another seller":
        order.seller = make_seller(home, name="Somebody else")
        order.save()
    else:
        order.marketplace = "temu"
        order.save()
    with pytest.raises(CaseError):
        attach_order(member=home.owner, case=case, order=order, now=NOW)
    case.refresh_from_db()
    assert case.order != order


def test_another_households_order_is_out_of_reach(home):
    case, other = asked(home), make_home("others")
    with pytest.raises(PermissionDenied):
        attach_order(member=home.owner, case=case, order=bought(other), now=NOW)


def test_only_orders_that_fit_are_offered(home):
    case = asked(home)
    fits, free = bought(home, seller=case.seller), bought(home, number="2")
    bought(home, number="3", seller=make_seller(home, name="Somebody else"))
    bought(home, number="4", marketplace="temu")
    page = home.client.get(url(home, "case_take_order", case=case.public_id))
    assert set(page.context["form"].fields["order"].queryset) == {fits, free}


def test_without_any_order_the_page_leads_to_the_import(home):
    case = make_case(home, make_seller(home), issue="question")
    page = home.client.get(url(home, "case_take_order", case=case.public_id)).content.decode()
    assert url(home, "import_new") in page
