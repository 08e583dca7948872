"""Pages with all that is folded away open, and the pages that test_accessibility does not reach."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page

from cases.models import Case
from cases.services import open_case, settle_case
from households.models import Household, Membership
from households.services import create_household
from operations.demo import Demo, make_demo_household
from orders.models import Order
from sellers.models import Seller
from tests.e2e.test_main_job import EXPORT

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SMALL_TARGETS = """() => [...document.querySelectorAll("button, .button, summary, select, input")]
    .filter((it) => it.type !== "hidden" && it.type !== "checkbox" && it.checkVisibility())
    .map((it) => it.type === "radio" ? it.closest("label") : it)
    .filter((it) => it.getBoundingClientRect().height < 43)
    .map((it) => it.outerHTML.slice(0, 120))"""


@pytest.fixture
def member() -> Membership:
    return Membership.objects.get()


@pytest.fixture
def demo() -> Demo:
    demo = make_demo_household(now=timezone.now())
    assert demo is not None
    return demo


@pytest.fixture(params=["light", "dark"])
def phone(
    browser: Browser, live_server: object, demo: Demo, request: pytest.FixtureRequest
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 780},
        color_scheme=request.param,
        base_url=live_server.url,  # type: ignore[attr-defined]
    )
    page = context.new_page()
    page.goto(f"/sign-in/{demo.sign_in_url.rsplit('/sign-in/', 1)[1]}")
    page.locator("main button").click()
    page.wait_for_url("**/h/**")
    yield page
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


def faults_of(page: Page) -> list[str]:
    page.evaluate("for (const it of document.querySelectorAll('main details')) it.open = true")
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [
        *(
            f"{page.url} {violation['id']}: {violation['nodes'][0]['html'][:160]}"
            for violation in Axe().run(page).response["violations"]
        ),
        *([f"{page.url} is {wider} px wider than the screen"] if wider > 0 else []),
    ]


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
        faults += faults_of(phone)
    assert not faults, "\n".join(faults)


def test_preview_of_an_import_is_accessible_and_fits(phone: Page, member: Membership) -> None:
    phone.goto(f"/h/{member.household.public_id}/orders/import/")
    phone.get_by_label("File").set_input_files(EXPORT)
    phone.get_by_role("button", name="Show what is in it").click()
    phone.get_by_role("button", name="Import these orders").wait_for()
    assert faults_of(phone) == []


def test_empty_household_is_accessible_and_fits(phone: Page, member: Membership) -> None:
    empty = create_household(name="Summer house", owner=member.user, now=timezone.now())
    for place in ("", "cases/", "orders/", "sellers/", "inbox/"):
        phone.goto(f"/h/{empty.household.public_id}/{place}")
        assert faults_of(phone) == []


def test_operators_front_is_accessible_and_fits(phone: Page) -> None:
    phone.goto("/admin/")
    assert faults_of(phone) == []


def test_everything_to_press_is_tall_enough_for_a_thumb(phone: Page) -> None:
    base = f"/h/{Household.objects.get().public_id}/"
    for address in unfolded_pages(base):
        phone.goto(address)
        phone.evaluate("for (const it of document.querySelectorAll('main details')) it.open = true")
        assert phone.evaluate(SMALL_TARGETS) == [], address
