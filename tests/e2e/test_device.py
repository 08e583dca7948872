"""A phone that loses its connection: nothing typed is lost, and kept pages open as last seen."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, base_url=live_server.url, color_scheme="dark"
    )
    yield context
    context.close()


def keep_pages(page: Page) -> None:
    here = page.url
    page.goto("/you/")
    page.get_by_label("Keep the pages I see").check()
    expect(page.get_by_text("open here without a connection too")).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto(here)
    expect(page.locator("h1")).to_be_visible()


def test_kept_page_opens_without_a_connection_and_says_when_it_was_seen(
    today: Page, context: BrowserContext
) -> None:
    keep_pages(today)
    heading = today.locator("h1").inner_text()
    context.set_offline(True)
    today.reload()
    expect(today.locator("h1")).to_have_text(heading)
    expect(today.get_by_text("the page as you last saw it")).to_be_visible()


def test_page_that_was_never_seen_says_that_there_is_no_connection(
    today: Page, context: BrowserContext
) -> None:
    keep_pages(today)
    context.set_offline(True)
    today.goto(today.url + "orders/")
    expect(today.locator("h1")).to_have_text("No connection")


def test_what_is_sent_without_a_connection_is_still_there_after_going_back(
    today: Page, context: BrowserContext
) -> None:
    keep_pages(today)
    today.goto(today.url + "sellers/new/")
    today.locator("#id_name").fill("Moon Lamp Store")
    context.set_offline(True)
    today.get_by_role("button", name="Save").click()
    expect(today.locator("h1")).to_have_text("No connection")
    context.set_offline(False)
    today.go_back()
    expect(today.locator("#id_name")).to_have_value("Moon Lamp Store")
    today.get_by_role("button", name="Save").click()
    expect(today.locator("h1")).to_contain_text("Moon Lamp Store")


def test_what_was_typed_outlasts_a_reload_and_leaves_when_it_is_sent(today: Page) -> None:
    form = today.url + "sellers/new/"
    today.goto(form)
    today.locator("#id_name").fill("Moon Lamp Store")
    today.reload()
    expect(today.locator("#id_name")).to_have_value("Moon Lamp Store")
    expect(today.get_by_text("What you had typed here")).to_be_visible()
    today.get_by_role("button", name="Save").click()
    expect(today.locator("h1")).to_contain_text("Moon Lamp Store")
    today.goto(form)
    expect(today.locator("#id_name")).to_have_value("")


def test_signing_out_removes_what_the_device_kept(today: Page, context: BrowserContext) -> None:
    keep_pages(today)
    here = today.url
    today.locator("details.menu summary").click()
    today.get_by_role("button", name="Sign out").click()
    expect(today.get_by_role("link", name="Sign in").first).to_be_visible()
    context.set_offline(True)
    with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        today.goto(here)
