"""Before and after buying, on a phone: check a seller, ask, import what was ordered, receive it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cases.models import Case, Evidence
from orders.models import Order
from sellers.models import SellerCheck

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
COPIED = """Awaiting delivery
Order date: Nov 20, 2026
Order ID: 3069099405651234
Copy
Order details
Lamp World
LED Reading Lamp, Rechargeable, Three Colours of Light
Color: Black
€10.10
x2
Total:
€20.20
"""


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def context(
    browser: Browser, live_server: Any, settings: Any, tmp_path: Any, request: Any
) -> Iterator[BrowserContext]:
    settings.MEDIA_ROOT = tmp_path
    context = browser.new_context(
        viewport={"width": 360, "height": 780},
        base_url=live_server.url,
        java_script_enabled=request.param,
    )
    yield context
    context.close()


@pytest.fixture
def page(today: Page) -> Page:
    return today


def press(page: Page, name: str, role: Any = "button") -> None:
    page.locator("main").get_by_role(role, name=name).first.click()


def check_a_new_store(page: Page) -> None:
    page.get_by_role("link", name="Sellers").click()
    press(page, "Check before buying", "link")
    page.get_by_label("New store's name").fill("Lamp World")
    page.get_by_label("Its page").fill("https://www.aliexpress.com/store/1103582642")
    press(page, "To the checks")
    page.get_by_label("What do you want to buy?").fill("A reading lamp")
    page.get_by_label("Positive feedback, %").fill("97,5")
    page.get_by_label("I read them: nothing like this").check()
    page.get_by_label("Is the order protected?").select_option("yes")
    press(page, "Weigh it")
    expect(page.get_by_role("heading", name="Unknown: too little was looked up")).to_be_visible()
    expect(page.get_by_text("97.5 % of the feedback is positive")).to_be_visible()
    assert SellerCheck.objects.get().seller.store_id == "1103582642"


def ask(page: Page) -> None:
    press(page, "Ask them something first", "link")
    expect(page.get_by_label("What do you want to buy?")).to_have_value("A reading lamp")
    page.get_by_label("Your question").fill("Is the plug a European one?")
    press(page, "Write the question")
    expect(page.get_by_role("heading", name="A reading lamp")).to_be_visible()


def import_what_was_copied(page: Page) -> None:
    page.get_by_role("link", name="Orders", exact=True).click()
    press(page, "Import orders", "link")
    page.get_by_label("or paste its text").fill(COPIED)
    press(page, "Show what is in it")
    expect(page.get_by_text("3069099405651234")).to_be_visible()
    press(page, "Import these orders")
    expect(page.get_by_text("New: 1; completed: 0")).to_be_visible()


def test_from_the_check_of_a_seller_to_the_parcel_that_arrived(page: Page) -> None:
    check_a_new_store(page)
    ask(page)
    import_what_was_copied(page)
    press(page, "LED Reading Lamp", "link")
    press(page, "Take it to this order")
    expect(page.get_by_text("follows its protection")).to_be_visible()
    order = Order.objects.get(number="3069099405651234")
    assert Case.objects.get(title="A reading lamp").order == order
    page.locator("main").get_by_role("link", name="3069099405651234").first.click()
    press(page, "It arrived")
    expect(page.get_by_text("before you confirm receipt")).to_be_visible()
    press(page, "Confirm receipt", "link")
    expect(page.get_by_text("ends Buyer Protection at once")).to_be_visible()
    expect(page.get_by_role("heading", name="Do not confirm yet")).to_be_visible()
    press(page, "Keep the protection", "link")
    order.refresh_from_db()
    assert (order.status, order.confirmed_at) == ("delivered", None)


@pytest.mark.parametrize("context", [True], indirect=True, ids=["scripts"])
def test_listing_is_kept_and_a_film_is_previewed_before_it_is_sent(page: Page) -> None:
    order = Order.objects.filter(cases__isnull=False, items__isnull=False).first()
    assert order is not None
    page.goto(f"/h/{order.household.public_id}/orders/{order.public_id}/")
    press(page, "Keep its listing", "link")
    page.get_by_label("The listing's text").fill("LED lamp, 6 W\nDelivery by 20 Dec")
    press(page, "Keep it")
    expect(page.get_by_text("The listing is kept with the order")).to_be_visible()
    assert Evidence.objects.get(order=order).is_listing
    page.goto(f"/h/{order.household.public_id}/orders/{order.public_id}/evidence/new/")
    page.get_by_label("Files", exact=True).set_input_files(
        [
            {
                "name": "film.mp4",
                "mimeType": "video/mp4",
                "buffer": b"\0\0\0\x18ftypisom" + b"x" * 99,
            },
            {"name": "tool.exe", "mimeType": "application/x-dosexec", "buffer": b"MZ"},
        ]
    )
    expect(page.locator("#chosen video")).to_be_visible()
    expect(page.locator("#upload-status")).to_contain_text(
        "tool.exe is of a kind that is not taken"
    )
