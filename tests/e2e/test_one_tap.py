"""From a line of Today: the message copied, the marketplace's page opened, and noted as sent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from cases.models import Case, ContactAttempt

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
OVERDUE = "Desk lamp: no movement for 19 days"


@pytest.fixture
def context(browser: Browser, live_server: object) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 360, "height": 780},
        base_url=live_server.url,  # type: ignore[attr-defined]
        permissions=["clipboard-read"],
    )
    context.route("https://**/*", lambda route: there(route))
    yield context
    context.close()


def there(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<title>The marketplace</title>")


def line(page: Page) -> Locator:
    return page.get_by_role("article").filter(has_text=OVERDUE)


def copy_and_open(page: Page) -> Page:
    with page.expect_popup() as opened:
        line(page).get_by_role("link", name="Copy and open").click()
    return opened.value


def test_one_tap_copies_the_message_and_opens_the_marketplace(today: Page) -> None:
    opened = copy_and_open(today)
    assert opened.url.startswith("https://")
    opened.close()
    expect(today.locator("#said")).to_be_visible()
    expect(today.locator("#said")).to_contain_text("The message is copied.")
    today.bring_to_front()
    copied = today.evaluate("navigator.clipboard.readText()")
    assert copied == line(today).get_by_label("Message in English").input_value()


def test_one_tap_after_a_reload_notes_the_message_as_sent(today: Page) -> None:
    copy_and_open(today).close()
    today.reload()
    line(today).get_by_role("button", name="I sent it").click()
    expect(today.get_by_role("status").first).to_contain_text("It is the seller's turn now.")
    case = Case.objects.get(title=OVERDUE)
    last = ContactAttempt.objects.filter(case=case).latest("sent_at")
    assert case.attempts.count() == 2
    assert last.body.startswith("Hello, this is about order 7946343613170001")


def test_words_changed_in_a_draft_outlast_a_reload(today: Page) -> None:
    line(today).locator("summary").click()
    line(today).get_by_label("Message in English").fill("Where is my lamp, please?")
    copy_and_open(today).close()
    today.reload()
    line(today).get_by_role("button", name="I sent it").click()
    expect(today.get_by_role("status").first).to_contain_text("It is the seller's turn now.")
    last = ContactAttempt.objects.filter(case__title=OVERDUE).latest("sent_at")
    assert last.body == "Where is my lamp, please?"


def test_a_browser_that_does_not_copy_says_so_and_shows_the_message(today: Page) -> None:
    today.evaluate(
        "document.execCommand = () => false;"
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    )
    copy_and_open(today).close()
    expect(today.locator("#said")).to_contain_text("did not copy")
    expect(line(today).get_by_label("Message in English")).to_be_visible()
