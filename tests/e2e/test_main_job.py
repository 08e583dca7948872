"""The main job in a real browser, from signing in to a settled case."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.mail import get_connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from cases.sweep import sweep
from reminders.delivery import deliver
from reminders.models import Notification
from tests.stock import make_home

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
EXPORT = Path(__file__).parent.parent / "exports" / "shopper-inventory.csv"
PASSWORD = "a tired parent's password"


def test_a_household_brings_orders_in_chases_a_seller_and_settles(
    page: Page, live_server: object, settings: object
) -> None:
    home = make_home()
    user = home.owner.user
    user.set_password(PASSWORD)
    user.save()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.set_viewport_size({"width": 360, "height": 780})

    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is yours today")

    page.get_by_role("link", name="Import orders").click()
    page.get_by_label("File").set_input_files(EXPORT)
    page.get_by_role("button", name="Show what is in it").click()
    expect(page.get_by_text("What is in shopper-inventory.csv")).to_be_visible()
    page.get_by_role("button", name="Import these orders").click()
    expect(page.get_by_text("New: 24; completed: 0")).to_be_visible()

    page.get_by_role("link", name="New", exact=True).click()
    page.locator("#id_order").select_option(index=1)
    page.get_by_label("What is wrong?").select_option("not_received")
    page.get_by_label("In a few words").fill("Nothing has come")
    page.get_by_label("Money at stake").fill("23,40")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing has come")

    page.get_by_role("button", name="I sent it").first.click()
    expect(page.locator(".chip").first).to_have_text("Seller's turn.")

    case = Case.objects.get()
    later = timezone.now() + timedelta(days=6)
    case.follow_ups.pending().filter(kind="retry").update(due_at=timezone.now())
    assert sweep(now=timezone.now()).retry_due == 1
    assert deliver(now=later).sent == 1
    assert Notification.objects.filter(state="sent").count() == 2
    assert get_connection() is not None

    page.get_by_role("link", name="Today").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One thing is yours today")
    expect(page.get_by_text("Write again.")).to_be_visible()
    page.locator("details.menu > summary").click()
    page.get_by_role("link", name="Reminders (1)").click()
    page.get_by_role("button", name="Open the case").click()

    page.locator("summary", has_text="Take it to AliExpress").click()
    page.get_by_role("button", name="I opened it").click()
    expect(page.locator(".chip").first).to_have_text("AliExpress's turn.")

    page.locator("summary", has_text="Settle").click()
    page.get_by_label("How did it end?").select_option("refunded")
    page.get_by_label("Money that came back").fill("23,40")
    page.get_by_role("button", name="Settle the case").click()
    expect(page.locator(".chip").first).to_have_text("Settled.")
    case.refresh_from_db()
    assert (case.outcome, case.refunded_minor) == ("refunded", 2340)
    assert problems == []
