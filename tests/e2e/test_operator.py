"""The operator's pages in a browser: the outbox in every state, its pictures, and the mail settings."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cases.models import FollowUp
from cases.sweep import sweep
from households.models import Membership, Role, User
from operations.restored import RESTORED
from reminders.delivery import deliver
from reminders.holding import hold_outbox
from reminders.models import Notification
from tests.smtp_server import Mailbox, free_port, smtp_server, use_server

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)


@pytest.fixture(params=[360, 1200], ids=["phone", "desk"])
def context(browser: Browser, live_server: Any, request: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 780}, base_url=live_server.url
    )
    yield context
    context.close()


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with smtp_server() as box:
        use_server(settings, box.port)
        yield box


def another(member: Membership, name: str) -> None:
    user = User.objects.create_user(f"{name.lower()}@home.test", name=name)
    Membership.objects.create(
        household=member.household, user=user, role=Role.ADULT, joined_at=member.joined_at
    )


@pytest.fixture
def operator(today: Page, mailbox: Mailbox) -> Page:
    """Olga runs the instance. Of one step's mails one is sent, one failed, one is given up, one waits."""
    owner = Membership.objects.get(role=Role.OWNER)
    for name in ("Rita", "Dora", "Wanda"):
        another(owner, name)
    User.objects.update(is_staff=True, is_superuser=True)
    mailbox.codes.update(
        rita="550 5.1.1 <rita@home.test>: no such user",
        dora="451 4.7.1 greylisted, come back later",
        wanda="451 4.7.1 greylisted, come back later",
    )
    now = timezone.now()
    step = FollowUp.objects.filter(status="pending", kind="retry").first()
    assert step is not None
    FollowUp.objects.filter(pk=step.pk).update(due_at=now)
    sweep(now=now)
    deliver(now=now)
    # Dora's server has put her mail off for more than three days by now.
    doras = Notification.objects.filter(channel="email", member__user__name="Dora")
    for row in doras:
        row.tries.update(started_at=now - 4 * DAY)
    doras.update(created_at=now - 5 * DAY, next_try_at=now)
    deliver(now=now + timedelta(seconds=1))
    return today


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def row(page: Page, name: str) -> Locator:
    return page.locator("#result_list tbody tr").filter(has_text=name)


def test_front_leads_to_what_failed_and_each_row_says_why(operator: Page) -> None:
    page = operator
    page.goto("/admin/")
    expect(page.locator(".operator-queues .is-bad")).to_have_count(2)
    expect(page.get_by_role("img", name="Sent in the last day, by hour")).to_be_visible()
    expect(page.get_by_role("img", name="How late the last day's went out")).to_be_visible()
    assert has_no_sideways_scroll(page)
    page.get_by_role("link", name="Mails failed or given up").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    expect(row(page, "Rita")).to_contain_text("The recipient's server knows no such address.")
    expect(row(page, "Rita")).to_contain_text("550 5.1.1 <rita@home.test>: no such user")
    expect(row(page, "Dora")).to_contain_text("given up")
    expect(row(page, "Dora")).to_contain_text("The server put it off")
    assert has_no_sideways_scroll(page)


# The labels that run into their bars, each other one being a bar's figure.
LABELS_IN_BARS = """[...document.querySelectorAll('.operator-chart')].flatMap(chart => {
  const bars = [...chart.querySelectorAll('rect')];
  const labels = [...chart.querySelectorAll('text')].filter((_text, place) => place % 2 === 0);
  return labels
    .filter((label, row) => label.getBoundingClientRect().right > bars[row].getBoundingClientRect().left)
    .map(label => label.textContent);
})"""


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt-br"])
def test_labels_of_the_pictures_end_before_their_bars(operator: Page, language: str) -> None:
    User.objects.update(language=language)
    operator.goto("/admin/")
    expect(operator.locator("html")).to_have_attribute("lang", language)
    assert operator.evaluate(LABELS_IN_BARS) == []
    assert has_no_sideways_scroll(operator)


def test_row_shows_each_of_its_tries(operator: Page) -> None:
    page = operator
    failed = Notification.objects.get(state="failed")
    page.goto(f"/admin/reminders/notification/{failed.pk}/change/")
    expect(page.locator(".field-why")).to_contain_text("knows no such address")
    expect(page.locator("#tries-group tbody tr.has_original")).to_have_count(1)
    expect(page.locator("#tries-group")).to_contain_text("recipient refused by the server")
    assert has_no_sideways_scroll(page)


def test_what_was_given_up_is_put_back_and_goes(operator: Page, mailbox: Mailbox) -> None:
    page = operator
    page.goto("/admin/reminders/notification/?state__exact=dead")
    row(page, "Dora").locator("input[type=checkbox]").check()
    page.locator("select[name=action]").select_option("send_again")
    page.get_by_role("button", name="Go").click()
    expect(page.locator(".messagelist")).to_contain_text("Put back to be sent: 1.")
    mailbox.codes.clear()
    deliver(now=timezone.now())
    assert len(mailbox.to("dora@home.test")) == 1


def test_held_outbox_is_let_go_with_one_press(operator: Page) -> None:
    page = operator
    hold_outbox(reason=RESTORED, now=timezone.now())
    page.goto("/admin/")
    alert = page.get_by_role("alert").filter(has_text="was it restored from a backup?")
    expect(alert).to_contain_text("1 message waits.")
    assert has_no_sideways_scroll(page)
    alert.get_by_role("button", name="Drop what waits").click()
    expect(page.locator(".messagelist")).to_contain_text("Dropped: 1.")
    assert not Notification.objects.filter(state="waiting").exists()


def test_mail_settings_say_what_hinders_a_test(operator: Page, settings: Any) -> None:
    page = operator
    settings.EMAIL_PORT = free_port()
    page.goto("/admin/mail/")
    page.get_by_label("Send a test to").fill("olga@home.test")
    page.get_by_role("button", name="Send a test").click()
    findings = page.get_by_role("region", name="What came of it")
    expect(findings).to_contain_text("Nothing listens there.")
    expect(findings).to_contain_text("DKIM")
    assert has_no_sideways_scroll(page)
