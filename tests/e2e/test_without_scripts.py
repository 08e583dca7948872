"""Without JavaScript, and by keyboard alone: the main job is done all the same."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cases.models import Case
from cases.vocabulary import Stage
from households.models import User
from households.services import make_sign_in_link
from tests.stock import Home, make_case, make_home, make_order, make_seller

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    seller = make_seller(home)
    return make_case(home, seller, order=make_order(home, seller=seller))


def sign_in_address(user: User, base: str) -> str:
    link = make_sign_in_link(user, now=timezone.now())
    return f"{base}/sign-in/{link.rsplit('/sign-in/', 1)[1]}"


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    yield context.new_page()
    context.close()


def test_case_is_written_answered_looked_ahead_and_settled_without_scripts(
    plain_page: Page, live_server: object, home: Home, case: Case
) -> None:
    page, base = plain_page, live_server.url  # type: ignore[attr-defined]
    page.goto(sign_in_address(home.owner.user, base))
    page.locator("main button").click()
    page.get_by_role("link", name=case.title).click()
    page.get_by_role("button", name="I sent it").first.click()
    expect(page.locator(".chip").first).to_have_text("Seller's turn.")

    page.get_by_label("Days").fill("3")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("An answer has come with a chance of")).to_be_visible()

    page.get_by_label("What they wrote").first.fill("Please wait 15 days, friend.")
    page.get_by_role("button", name="They answered").click()
    expect(page.get_by_role("heading", name="Before you agree")).to_be_visible()

    page.get_by_label("How did it end?").first.select_option("refunded")
    page.get_by_role("button", name="Settle the case").click()
    case.refresh_from_db()
    assert case.stage == Stage.SETTLED


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def tab_to(page: Page, text: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page) == text:
            return
    raise AssertionError(f"{text!r} was not reached in {most} steps of Tab")


def test_message_is_sent_by_keyboard_alone(
    page: Page, live_server: object, home: Home, case: Case
) -> None:
    page.goto(sign_in_address(home.owner.user, live_server.url))  # type: ignore[attr-defined]
    tab_to(page, "Sign me in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/h/**")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    tab_to(page, case.title)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    tab_to(page, "I sent it")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    expect(page.locator(".chip").first).to_have_text("Seller's turn.")
