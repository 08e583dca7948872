"""Looking ahead in a browser: the slider with and without scripts, and the two pages on a phone."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cases.models import Case
from households.models import User
from operations.demo import make_demo_household
from tests.e2e.signing_in import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}
WAIT = "#wait"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page_of_case(browser: Browser, live_server: object, scripted: bool) -> Iterator[Page]:
    """Olga on her phone, on the page of a case that waits for its seller."""
    make_demo_household(now=timezone.now())
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        java_script_enabled=scripted,
        base_url=live_server.url,  # type: ignore[attr-defined]
    )
    sign_in(context, User.objects.get(), live_server.url)  # type: ignore[attr-defined]
    page = context.new_page()
    case = Case.objects.filter(stage="awaiting_seller")[0]
    page.goto(f"/h/{case.household.public_id}/cases/{case.public_id}/")
    yield page
    context.close()


def test_waiting_is_answered_and_the_pages_ahead_are_one_tap_away(
    page_of_case: Page, scripted: bool
) -> None:
    page = page_of_case
    answer = page.locator("#what-if-answer")
    if scripted:
        page.locator(WAIT).fill("5")
        expect(page.locator(WAIT)).to_have_attribute("type", "range")
        expect(answer).to_contain_text("In 5 days, on")
        page.locator(WAIT).press("ArrowRight")
        expect(answer).to_contain_text("In 6 days, on")
        expect(page).not_to_have_url(re.compile("wait="))
    else:
        page.locator(WAIT).fill("6")
        page.locator("#what-if button").click()
        expect(answer).to_contain_text("In 6 days, on")
    page.locator("#what-if a").click()
    expect(page.locator("h1")).to_have_text("What comes in 14 days")
    expect(page.locator(".day").first).to_contain_text("come")
    page.locator(".menu summary").click()
    page.get_by_role("link", name="Pictures").click()
    expect(page.locator("table.bars").first).to_be_visible()
