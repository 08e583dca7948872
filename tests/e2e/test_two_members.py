"""Two members at once in two browsers: each is told of the other, and nothing typed is lost."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cases.models import Case, ContactAttempt
from households.models import Household, Membership, User
from operations.demo import make_demo_household
from tests.e2e.accessibility import faults_of
from tests.e2e.signing_in import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@dataclass
class Two:
    """Robin at a desk and Mara on a phone, and a case with a message to write."""

    robin: Page
    mara: Page
    case: Case

    @property
    def path(self) -> str:
        return f"/h/{self.case.household.public_id}/cases/{self.case.public_id}/"


@pytest.fixture
def two(browser: Browser, live_server: object) -> Iterator[Two]:
    now = timezone.now()
    make_demo_household(now=now)
    household = Household.objects.get()
    mara = User.objects.create_user("mara@home.test", name="Mara", time_zone="Europe/Madrid")
    Membership.objects.create(household=household, user=mara, role="adult", joined_at=now)
    robin = User.objects.exclude(pk=mara.pk).get()
    pages = []
    for user, width in ((robin, 1280), (mara, 360)):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            base_url=live_server.url,  # type: ignore[attr-defined]
        )
        sign_in(context, user, live_server.url)  # type: ignore[attr-defined]
        pages.append(context.new_page())
    case = Case.objects.select_related("household").filter(stage="retry_due")[0]
    yield Two(pages[0], pages[1], case)
    for page in pages:
        page.context.close()


def draft(page: Page) -> object:
    return page.locator("#act textarea[id^='en-']")


def test_each_sees_the_other_and_who_is_about_to_write(two: Two) -> None:
    two.robin.goto(two.path)
    expect(two.robin.locator("#presence-said")).to_have_text("")
    with two.mara.expect_response("**/presence/"):
        two.mara.goto(two.path)
    expect(two.mara.locator("#presence-said")).to_contain_text("Robin is on this case too.")
    with two.robin.expect_response("**/presence/"):
        draft(two.robin).fill("Dear seller, where is the lamp?")  # type: ignore[attr-defined]
    two.mara.reload()
    said = two.mara.locator("#presence-said")
    expect(said).to_contain_text("Robin is about to write to the seller about this case.")
    assert faults_of(two.mara) == []


def test_second_of_two_messages_is_asked_for_and_keeps_its_words(two: Two) -> None:
    for page in (two.robin, two.mara):
        page.goto(two.path)
    draft(two.mara).fill("Mara's own words.")  # type: ignore[attr-defined]
    two.robin.locator("#act").get_by_role("button", name="I sent it").first.click()
    expect(two.robin.locator(".chip").first).to_contain_text("Seller's turn")
    two.mara.locator("#act").get_by_role("button", name="I sent it").first.click()
    expect(two.mara.locator("h1")).to_have_text("Somebody else has just written")
    expect(two.mara.locator("main")).to_contain_text("Mara's own words.")
    assert faults_of(two.mara) == []
    before = ContactAttempt.objects.filter(case=two.case).count()
    two.mara.get_by_role("button", name="I sent mine too: note it").click()
    two.mara.wait_for_url(f"**{two.path}")
    attempts = ContactAttempt.objects.filter(case=two.case)
    assert attempts.count() == before + 1
    assert "Mara's own words." in attempts.latest("id").body


def test_session_that_ends_leaves_the_page_until_somebody_asks_for_more(two: Two) -> None:
    page = two.robin
    with page.expect_response("**/presence/"):
        page.goto(two.path)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    with page.expect_response(lambda answer: answer.status == 204):
        page.evaluate("htmx.trigger('#presence', 'seen')")
    expect(page.locator("#presence-said")).to_be_empty()
    page.locator("#wait").evaluate(
        "slider => { slider.value = 3; slider.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.wait_for_url("**/account/login/?next=**/cases/**")
