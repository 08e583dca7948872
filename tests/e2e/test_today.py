"""Today in the browser: acting in place, narrowing, several at once, and single keys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cases.models import Case, ContactAttempt

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LAMP = "Desk lamp: no movement for 19 days"


@pytest.fixture(params=[360, 1200], ids=["phone", "desk"])
def context(browser: Browser, live_server: object, request: object) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 780},  # type: ignore[attr-defined]
        base_url=live_server.url,  # type: ignore[attr-defined]
        color_scheme="dark" if request.param == 1200 else "light",  # type: ignore[attr-defined]
    )
    yield context
    context.close()


def ours(page: Page) -> Locator:
    return page.get_by_role("region", name="Yours now").get_by_role("article")


def line(page: Page, title: str) -> Locator:
    return page.get_by_role("article").filter(has_text=title)


def mark_page(page: Page) -> None:
    page.evaluate("window.isSamePage = true")


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.isSamePage === true"))


def test_a_message_noted_on_today_makes_its_counts_true_without_a_reload(today: Page) -> None:
    before = ours(today).count()
    mark_page(today)
    line(today, LAMP).get_by_role("button", name="I sent it").click()
    expect(ours(today)).to_have_count(before - 1)
    expect(today.get_by_role("status").first).to_contain_text("It is the seller's turn now.")
    expect(today.locator("h1")).not_to_contain_text(f"{before} things")
    assert is_same_page(today)
    focused = "document.activeElement.closest('article.case, h1') !== null"
    assert today.evaluate(focused)


def test_two_quick_taps_note_one_message(today: Page) -> None:
    count = ContactAttempt.objects.filter(case__title=LAMP).count()
    line(today, LAMP).get_by_role("button", name="I sent it").dblclick()
    expect(today.get_by_role("status").first).to_contain_text("It is the seller's turn now.")
    assert ContactAttempt.objects.filter(case__title=LAMP).count() == count + 1


def test_a_refused_message_shows_why_and_keeps_the_words(today: Page) -> None:
    line(today, LAMP).locator("summary").click()
    line(today, LAMP).get_by_label("Message in English").fill("   ")
    line(today, LAMP).get_by_role("button", name="I sent it").click()
    expect(today.get_by_role("alert").first).to_contain_text("The message is empty")


def test_narrowing_happens_in_place_and_back_undoes_it(today: Page) -> None:
    mark_page(today)
    today.get_by_text("Find and narrow").click()
    today.get_by_label("Title, seller or order").press_sequentially("lamp")
    expect(today.get_by_role("article")).to_have_count(1)
    expect(today.get_by_label("Title, seller or order")).to_be_focused()
    today.wait_for_url("**q=lamp*")
    assert is_same_page(today)
    today.go_back()
    expect(today.get_by_role("article").nth(1)).to_be_visible()


def test_a_view_is_kept_opened_and_removed(today: Page) -> None:
    today.get_by_text("Find and narrow").click()
    today.get_by_label("Stage").select_option("awaiting_seller")
    today.get_by_label("Keep this choice as").fill("Waiting")
    today.get_by_role("button", name="Keep this view").click()
    today.get_by_role("link", name="Show all again").first.click()
    today.get_by_role("link", name="Waiting", exact=True).click()
    today.wait_for_url("**stage=awaiting_seller*")
    today.get_by_role("button", name="Remove the view").click()
    expect(today.get_by_role("link", name="Waiting", exact=True)).to_have_count(0)


def test_several_are_snoozed_at_once(today: Page) -> None:
    before = ours(today).count()
    today.locator("summary", has_text="Several at once").click()
    for number in range(2):
        ours(today).nth(number).get_by_role("checkbox").check()
    today.get_by_role("button", name="Do it").click()
    expect(today.get_by_role("status").first).to_contain_text("Done for 2 cases.")
    expect(ours(today)).to_have_count(before - 2)


def test_only_the_chosen_verb_asks_for_its_own(today: Page) -> None:
    today.locator("summary", has_text="Several at once").click()
    today.get_by_label("With the ticked cases").select_option("settle")
    expect(today.get_by_label("How did they end?")).to_be_visible()
    expect(today.get_by_label("Leave them until")).to_be_hidden()


def test_single_keys_walk_tick_open_and_find(today: Page) -> None:
    titles = today.locator("main article.case h3 a")
    today.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    today.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    today.keyboard.press("k")
    expect(titles.nth(0)).to_be_focused()
    today.keyboard.press("x")
    expect(ours(today).nth(0).get_by_role("checkbox")).to_be_checked()
    today.keyboard.press("/")
    expect(today.get_by_label("Title, seller or order")).to_be_focused()
    today.keyboard.type("jjn/?")
    expect(today.get_by_label("Title, seller or order")).to_have_value("jjn/?")


def test_enter_opens_the_line_and_n_a_new_case(today: Page) -> None:
    address = today.url
    today.keyboard.press("j")
    today.keyboard.press("Enter")
    today.wait_for_url("**/cases/*/")
    today.goto(address)
    today.keyboard.press("n")
    today.wait_for_url("**/cases/new/")


def test_single_keys_explain_themselves_and_can_be_switched_off(today: Page) -> None:
    today.keyboard.press("?")
    expect(today.get_by_role("dialog", name="Keys")).to_be_visible()
    today.get_by_label("Single keys do this on this device").uncheck()
    today.get_by_role("button", name="Close").click()
    today.reload()
    address = today.url
    today.keyboard.press("n")
    today.keyboard.press("?")
    expect(today.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert today.url == address


def test_two_members_at_once_the_second_is_told_and_nothing_is_lost(
    today: Page, context: BrowserContext
) -> None:
    other = context.new_page()
    other.goto(today.url)
    case = Case.objects.get(title=LAMP)
    for page, outcome in ((today, "withdrawn"), (other, "lost")):
        page.locator("summary", has_text="Several at once").click()
        line(page, LAMP).get_by_role("checkbox").check()
        page.get_by_label("With the ticked cases").select_option("settle")
        page.get_by_label("How did they end?").select_option(outcome)
    today.get_by_role("button", name="Do it").click()
    expect(today.get_by_role("status").first).to_contain_text("Done for one case.")
    other.get_by_role("button", name="Do it").click()
    expect(other.get_by_role("status").first).to_contain_text(LAMP)
    case.refresh_from_db()
    assert case.outcome == "withdrawn"
