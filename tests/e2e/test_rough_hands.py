"""What hands and lines do: two presses for one, back and forward, and a connection that breaks."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cases.models import Case
from households.models import Household

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
OVERDUE = "Desk lamp: no movement for 19 days"


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def context(browser: Browser, live_server: Any, request: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 360, "height": 780},
        base_url=live_server.url,
        java_script_enabled=request.param,
    )
    yield context
    context.close()


def test_two_presses_for_one_note_one_message_and_open_one_case(today: Page) -> None:
    home = today.url
    case = Case.objects.get(title=OVERDUE)
    before = case.attempts.count()
    today.get_by_role("link", name=OVERDUE).click()
    today.get_by_role("button", name="I sent it").first.dblclick()
    expect(today.locator(".chip").first).to_have_text("Seller's turn.")
    assert case.attempts.count() == before + 1

    today.goto(f"{home}cases/new/")
    today.locator("#id_order").select_option(index=1)
    today.get_by_label("In a few words").fill("Pressed twice")
    today.get_by_role("button", name="Open the case").dblclick()
    expect(today.get_by_role("heading", level=1)).to_have_text("Pressed twice")
    assert Case.objects.filter(title="Pressed twice").count() == 1

    # Back leads to the form, forward to the case as it is; neither opens another.
    today.go_back()
    expect(today.get_by_role("button", name="Open the case")).to_be_visible()
    today.go_forward()
    expect(today.get_by_role("heading", level=1)).to_have_text("Pressed twice")
    assert Case.objects.filter(title="Pressed twice").count() == 1


def test_back_and_forward_show_the_case_as_it_is_and_send_nothing_again(today: Page) -> None:
    case = Case.objects.get(title=OVERDUE)
    before = case.attempts.count()
    today.get_by_role("link", name=OVERDUE).click()
    today.get_by_role("button", name="I sent it").first.click()
    expect(today.locator(".chip").first).to_have_text("Seller's turn.")
    today.go_back()
    expect(today.locator(".chip, h1").first).to_be_visible()
    today.go_forward()
    expect(today.locator(".chip").first).to_have_text("Seller's turn.")
    today.go_back()
    today.reload()
    assert case.attempts.count() == before + 1


@pytest.mark.parametrize("context", [True], indirect=True, ids=["scripts"])
def test_line_that_breaks_on_today_changes_nothing_and_says_so(
    today: Page, context: BrowserContext
) -> None:
    line = today.get_by_role("article").filter(has_text=OVERDUE)
    before = Case.objects.get(title=OVERDUE).attempts.count()
    context.set_offline(True)
    line.get_by_role("button", name="I sent it").click()
    expect(today.get_by_text("No connection: nothing was changed.")).to_be_visible()
    assert Case.objects.get(title=OVERDUE).attempts.count() == before
    context.set_offline(False)
    line.get_by_role("button", name="I sent it").click()
    expect(today.get_by_text("It is the seller's turn now.")).to_be_visible()
    assert Case.objects.get(title=OVERDUE).attempts.count() == before + 1


def test_tour_is_taken_and_the_examples_removed(today: Page) -> None:
    for number in range(1, 5):
        expect(today.get_by_text(f"Tour, {number} of 5")).to_be_visible()
        today.get_by_role("button", name="Next").click()
    expect(today.get_by_text("Tour, 5 of 5")).to_be_visible()
    today.get_by_role("link", name="Remove the examples").click()
    expect(today.get_by_text(OVERDUE)).to_be_visible()
    today.get_by_role("button", name="Remove the examples").click()
    expect(today.get_by_text("The examples are gone.")).to_be_visible()
    assert not Case.objects.exists()
    assert Household.objects.exists()


def test_button_is_shown_on_a_drawing_in_place(today: Page) -> None:
    today.get_by_role("link", name=OVERDUE).click()
    place = today.locator("#act details.where").first
    expect(place.locator("svg.drawing")).to_be_hidden()
    place.get_by_text("Where is that?").click()
    expect(place.locator("svg.drawing")).to_be_visible()
    expect(place.get_by_text("My Orders, the order")).to_be_visible()
