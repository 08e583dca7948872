"""The main job by keyboard alone: each stop is seen, none lies under a bar."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from cases.vocabulary import Stage
from tests.stock import Home, make_case, make_home, make_order, make_seller

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PASSWORD = "a tired parent's password"
STOPS = 80
NAME_OF_FOCUSED = """() => {
    const it = document.activeElement;
    return (it.labels?.[0] ?? it).textContent.trim().replace(/\\s+/g, " ");
}"""
FAULT_OF_FOCUSED = """() => {
    const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
    if (it === document.body) return null;
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return "no outline";
    const y = box.top + Math.min(box.height, 40) / 2;
    const top = document.elementFromPoint(box.left + box.width / 2, y);
    const isSeen = top && (it.contains(top) || top.contains(it) && !top.closest(".bar"));
    return isSeen ? null : `covered by ${top?.outerHTML.slice(0, 60) ?? "the edge"}`;
}"""


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    seller = make_seller(home)
    return make_case(home, seller, order=make_order(home, seller=seller))


@pytest.fixture
def phone(page: Page, live_server: object, home: Home) -> Page:
    """Signed in by keyboard, on Today."""
    user = home.owner.user
    user.set_password(PASSWORD)
    user.save()
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{live_server.url}/account/login/")  # type: ignore[attr-defined]
    tab_to(page, "Email")
    page.keyboard.type(user.email)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/h/**")
    return page


def tab_to(page: Page, name: str) -> None:
    passed = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        passed.append(str(page.evaluate(NAME_OF_FOCUSED)))
        fault = page.evaluate(FAULT_OF_FOCUSED)
        assert fault is None, f"{passed[-1]!r}: {fault}"
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"{name!r} is not among {passed}")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def test_skip_link_goes_past_the_bar_to_the_content(phone: Page, case: Case) -> None:
    phone.reload()
    press(phone, "To the content")
    phone.keyboard.press("Tab")
    assert phone.evaluate(NAME_OF_FOCUSED) == "Find and narrow"


def test_message_answer_and_end_are_noted_by_keyboard(phone: Page, case: Case) -> None:
    phone.reload()
    press(phone, case.title)
    phone.wait_for_url("**/cases/**")
    press(phone, "I sent it")
    expect(phone.locator(".chip").first).to_have_text("Seller's turn.")
    tab_to(phone, "What they wrote")
    phone.keyboard.type("We refund you, friend.")
    press(phone, "They answered")
    expect(phone.locator(".chip").first).to_have_text("They answered.")
    tab_to(phone, "How did it end?")
    phone.keyboard.type("refunded")
    press(phone, "Settle the case")
    expect(phone.locator(".chip").first).to_have_text("Settled.")
    case.refresh_from_db()
    assert (case.stage, case.outcome) == (Stage.SETTLED, "refunded")


def test_every_stop_on_today_and_on_a_case_is_seen(phone: Page, case: Case) -> None:
    for address in (phone.url, f"{phone.url}cases/{case.public_id}/"):
        phone.goto(address)
        for _ in range(STOPS):
            phone.keyboard.press("Tab")
            fault = phone.evaluate(FAULT_OF_FOCUSED)
            assert fault is None, f"{phone.evaluate(NAME_OF_FOCUSED)!r}: {fault}"
            if phone.evaluate("document.activeElement === document.body"):
                break
