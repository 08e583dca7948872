"""The composer on a phone: findings as one types, nothing typed is lost, and the same without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.models import Case
from tests.e2e.signing_in import sign_in
from tests.stock import Home, make_case, make_home, make_order, make_seller

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}
MUCH = "too long for one message " * 4_000
RUDE = "You are idiots. Write me on WhatsApp."


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    seller = make_seller(home)
    return make_case(home, seller, order=make_order(home, seller=seller))


@pytest.fixture(params=[True])
def phone(
    browser: Browser, live_server: object, home: Home, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Signed in; `request.param` says whether it runs scripts."""
    context = browser.new_context(
        java_script_enabled=request.param,
        viewport=PHONE,  # type: ignore[arg-type]
        base_url=live_server.url,  # type: ignore[attr-defined]
    )
    sign_in(context, home.owner.user, live_server.url)  # type: ignore[attr-defined]
    yield context.new_page()
    context.close()


WITHOUT_SCRIPTS = pytest.mark.parametrize("phone", [False], indirect=True, ids=["no scripts"])


def composer(home: Home, case: Case, query: str = "") -> str:
    return home.path(f"cases/{case.public_id}/write/{query}")


def test_findings_come_as_one_types_and_what_was_typed_outlasts_everything(
    phone: Page, home: Home, case: Case
) -> None:
    phone.goto(composer(home, case))
    text = phone.get_by_label("Message in English")
    text.fill("")
    text.press_sequentially(RUDE)
    expect(phone.get_by_text("“idiots” insults")).to_be_visible()
    expect(phone.get_by_text("“WhatsApp” leads outside")).to_be_visible()
    expect(text).to_have_value(RUDE)
    expect(text).to_be_focused()

    # Another draft is shown beside what was typed, and takes its place only when it is told to.
    phone.get_by_label("Tone").select_option("last_notice")
    phone.get_by_role("button", name="Show this draft").click()
    expect(phone.get_by_text("so they stay")).to_be_visible()
    expect(text).to_have_value(RUDE)
    phone.get_by_role("link", name="Take this draft, not my words").click()
    expect(text).to_have_value(re.compile("I will open a dispute"))
    phone.goto(composer(home, case))
    expect(text).to_have_value(RUDE)
    phone.reload()
    expect(text).to_have_value(RUDE)

    # It advises and never blocks.
    phone.get_by_label("both").check()
    phone.get_by_role("button", name="I sent it").click()
    expect(phone.locator(".chip").first).to_have_text("Seller's turn.")
    sent = case.attempts.get().body
    assert sent.startswith("您好")
    assert sent.endswith(RUDE)


def test_typed_statement_is_never_overwritten_by_a_draft(
    phone: Page, home: Home, case: Case
) -> None:
    phone.goto(home.path(f"cases/{case.public_id}/"))
    phone.get_by_text("Take it to AliExpress", exact=True).click()
    statement = phone.get_by_role("textbox", name="What you wrote")
    phone.get_by_role("button", name="Draft what to write").click()
    expect(statement).to_have_value(re.compile("^This is a statement on order"))
    statement.fill("My own statement")
    phone.get_by_role("button", name="Draft what to write").click()
    expect(phone.get_by_text("What you wrote stays.")).to_be_visible()
    expect(statement).to_have_value("My own statement")


@WITHOUT_SCRIPTS
def test_other_draft_does_not_replace_what_was_typed_without_scripts(
    phone: Page, home: Home, case: Case
) -> None:
    phone.goto(composer(home, case))
    phone.get_by_label("Message in English").fill(RUDE)
    phone.get_by_label("Tone").select_option("last_notice")
    phone.get_by_role("button", name="Show this draft").click()
    expect(phone.get_by_label("Message in English")).to_have_value(RUDE)
    expect(phone.get_by_text("I will open a dispute")).to_be_visible()


@WITHOUT_SCRIPTS
def test_check_works_without_scripts_and_keeps_what_was_typed(
    phone: Page, home: Home, case: Case
) -> None:
    phone.goto(composer(home, case))
    phone.get_by_label("Message in English").fill(RUDE)
    phone.get_by_role("button", name="Check it").click()
    expect(phone.get_by_text("“idiots” insults")).to_be_visible()
    expect(phone.get_by_label("Message in English")).to_have_value(RUDE)
    phone.get_by_role("button", name="I sent it").click()
    expect(phone.locator(".chip").first).to_have_text("Seller's turn.")
    assert case.attempts.get().body == RUDE


@pytest.mark.parametrize("phone", [True, False], indirect=True, ids=["scripts", "no scripts"])
def test_much_too_long_a_paste_is_refused_with_a_reason_and_stays_whole(
    phone: Page, home: Home, case: Case
) -> None:
    phone.goto(composer(home, case))
    phone.get_by_label("Message in English").fill(MUCH)
    phone.get_by_role("button", name="I sent it").click()
    expect(phone.get_by_text("at most 20000 characters").first).to_be_visible()
    kept = phone.locator("textarea[name=body]").evaluate_all(
        "areas => areas.map(area => area.value.length)"
    )
    assert len(MUCH) in kept
    assert not case.attempts.exists()
