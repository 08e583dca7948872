"""Pages with all that is folded away open, and the pages that test_accessibility does not reach."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from cases.models import Case
from cases.services import open_case, settle_case
from households.models import Household, Membership, User
from households.services import create_household
from operations.demo import Demo, make_demo_household
from orders.models import Order
from sellers.models import Seller
from tests.e2e.accessibility import faults_of, phone_by_day
from tests.e2e.signing_in import sign_in
from tests.e2e.test_main_job import EXPORT

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SMALL_TARGETS = """() => [...document.querySelectorAll("button, .button, summary, select, input")]
    .filter((it) => it.type !== "hidden" && it.type !== "checkbox" && it.checkVisibility())
    .map((it) => it.type === "radio" ? it.closest("label") : it)
    .filter((it) => it.getBoundingClientRect().height < 43)
    .map((it) => it.outerHTML.slice(0, 120))"""

# Words of a drawing that are wider than what they stand on.
WIDE_WORDS = """() => [...document.querySelectorAll("svg.drawing text")]
    .filter((text) => {
      const on = text.parentElement.querySelector("rect.press").getBoundingClientRect();
      const words = text.getBoundingClientRect();
      return words.left < on.left + 4 || words.right > on.right - 4
        || words.top < on.top || words.bottom > on.bottom;
    })
    .map((text) => text.textContent)"""


@pytest.fixture
def member() -> Membership:
    return Membership.objects.get()


@pytest.fixture
def demo() -> Demo:
    demo = make_demo_household(now=timezone.now())
    assert demo is not None
    return demo


@pytest.fixture
def phone(browser: Browser, live_server: object, demo: Demo) -> Iterator[Page]:
    context = phone_by_day(browser, live_server.url)  # type: ignore[attr-defined]
    sign_in(context, User.objects.get(), live_server.url)  # type: ignore[attr-defined]
    yield context.new_page()
    context.close()


def a_case_to_write(member: Membership, now: datetime) -> Case:
    order = Order.objects.order_by("pk")[0]
    assert order.seller is not None
    return open_case(
        member=member,
        seller=order.seller,
        order=order,
        title="The lamp came in the wrong colour",
        issue="wrong_item",
        goal="replacement",
        now=now,
    )


def unfolded_pages(base: str) -> Iterator[str]:
    yield base
    for case in Case.objects.order_by("pk"):
        yield f"{base}cases/{case.public_id}/?wait=2"
    yield f"{base}cases/{Case.objects.order_by('pk')[0].public_id}/evidence/new/"
    yield f"{base}orders/{Order.objects.order_by('pk')[0].public_id}/"
    yield f"{base}sellers/{Seller.objects.order_by('pk')[0].public_id}/"
    yield f"{base}orders/new/"


def unfold(page: Page) -> None:
    page.evaluate("for (const it of document.querySelectorAll('main details')) it.open = true")


def faults_unfolded(page: Page) -> list[str]:
    unfold(page)
    return [f"{page.url} {fault}" for fault in faults_of(page)]


def test_unfolded_pages_of_each_stage_are_accessible_and_fit(
    phone: Page, member: Membership
) -> None:
    now = timezone.now()
    a_case_to_write(member, now)
    settle_case(member=member, case=a_case_to_write(member, now), outcome="replaced", now=now)
    faults = []
    for address in unfolded_pages(f"/h/{member.household.public_id}/"):
        answer = phone.goto(address)
        assert answer is not None
        assert answer.ok, address
        faults += faults_unfolded(phone)
    assert not faults, "\n".join(faults)


def test_preview_of_an_import_is_accessible_and_fits(phone: Page, member: Membership) -> None:
    phone.goto(f"/h/{member.household.public_id}/orders/import/")
    phone.get_by_label("File").set_input_files(EXPORT)
    phone.get_by_role("button", name="Show what is in it").click()
    phone.get_by_role("button", name="Import these orders").wait_for()
    assert faults_unfolded(phone) == []


def test_empty_household_is_accessible_and_fits(phone: Page, member: Membership) -> None:
    empty = create_household(name="Summer house", owner=member.user, now=timezone.now())
    for place in ("", "cases/", "orders/", "sellers/", "inbox/"):
        phone.goto(f"/h/{empty.household.public_id}/{place}")
        assert faults_unfolded(phone) == []


def test_operators_front_is_accessible_and_fits(phone: Page) -> None:
    phone.goto("/admin/")
    assert faults_unfolded(phone) == []


def test_everything_to_press_is_tall_enough_for_a_thumb(phone: Page) -> None:
    base = f"/h/{Household.objects.get().public_id}/"
    for address in unfolded_pages(base):
        phone.goto(address)
        unfold(phone)
        assert phone.evaluate(SMALL_TARGETS) == [], address


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt-br"])
def test_words_of_each_drawing_stay_on_their_button(
    phone: Page, member: Membership, language: str
) -> None:
    User.objects.update(language=language)
    phone.goto(f"/h/{member.household.public_id}/help/channels/")
    assert phone.locator("html").get_attribute("lang") == language
    assert phone.locator("svg.drawing text").count() > 5
    assert phone.evaluate(WIDE_WORDS) == []
