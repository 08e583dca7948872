"""What a person reads on the page of a case."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cases.models import Case
from operations.demo import make_demo_household

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
STEPS = "items => items.map((it) => [it.querySelector('time').dateTime, it.innerText])"


def test_end_of_protection_stands_in_its_place_among_the_steps(
    page: Page, live_server: object
) -> None:
    demo = make_demo_household(now=timezone.now())
    assert demo is not None
    case = Case.objects.get(title__startswith="Desk lamp")
    base = live_server.url  # type: ignore[attr-defined]
    page.goto(f"{base}/sign-in/{demo.sign_in_url.rsplit('/sign-in/', 1)[1]}")
    page.locator("main button").click()
    page.wait_for_url("**/h/**")
    page.goto(f"{page.url}cases/{case.public_id}/")
    page.locator("summary", has_text="later step").click()
    steps = page.locator(".plan > li").evaluate_all(STEPS)
    times = [time for time, _ in steps]
    ends = [i for i, (_, text) in enumerate(steps) if text.endswith("Buyer Protection ends")]
    assert times == sorted(times)
    assert len(ends) == 1
    assert 0 < ends[0] < len(steps) - 1
