"""Each main page, on a phone, by day and by night: axe finds nothing, and nothing overflows."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page

from cases.models import Case
from cases.viewer_links import make_link
from households.models import Household
from operations.demo import make_demo_household
from orders.models import ImportDraft, Order
from sellers.check import Answers, RedFlag
from sellers.checking import record_check
from sellers.models import Seller
from tests.orders.importers.files import EXPORTS

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BEFORE_SIGNING_IN = ["/account/login/", "/account/signup/", "/account/password/reset/", "/nowhere/"]


def household_pages() -> Iterator[str]:
    base = f"/h/{Household.objects.get().public_id}/"
    yield base
    for place in ("cases/", "cases/new/", "orders/", "orders/new/", "orders/import/", "sellers/"):
        yield f"{base}{place}"
    for place in ("sellers/new/", "household/", "household/reminders/", "inbox/"):
        yield f"{base}{place}"
    for case in Case.objects.order_by("pk"):
        yield f"{base}cases/{case.public_id}/?wait=2"
        yield f"{base}cases/{case.public_id}/edit/"
    member = Household.objects.get().memberships.all()[0]
    yield f"{base}household/activity/"
    yield f"{base}household/away/"
    yield f"{base}cases/{Case.objects.all()[0].public_id}/links/"
    yield _outsiders_page()
    yield f"{base}household/members/{member.public_id}/cases/"
    order, seller = Order.objects.order_by("pk")[0], Seller.objects.order_by("pk")[0]
    yield f"{base}orders/{order.public_id}/"
    yield f"{base}orders/{order.public_id}/edit/"
    yield f"{base}sellers/{seller.public_id}/"
    yield f"{base}sellers/{seller.public_id}/edit/"
    yield from buying_pages(base, order, seller)
    yield "/you/"


def buying_pages(base: str, order: Order, seller: Seller) -> Iterator[str]:
    """Before buying, importing and receiving."""
    member, now = order.household.memberships.all()[0], timezone.now()
    answers = Answers(positive_feedback=93.0, red_flags=(RedFlag.BROKEN,), is_protected=True)
    check = record_check(member=member, seller=seller, answers=answers, now=now)
    about = f"{base}sellers/{seller.public_id}/"
    yield from (f"{base}sellers/check/", f"{about}checks/new/", f"{about}question/")
    yield from (f"{about}checks/{check.public_id}/", f"{base}orders/?show=soon")
    question = Case.objects.filter(order=None)[0]
    yield f"{base}cases/{question.public_id}/order/"
    for place in ("confirm", "listing", "evidence/new"):
        yield f"{base}orders/{order.public_id}/{place}/"
    draft = {"household": order.household, "uploaded_by": member, "created_at": now}
    preview = ImportDraft.objects.create(
        **draft, file_name="temu.csv", content=(EXPORTS / "temu-orders.csv").read_bytes()
    )
    running = ImportDraft.objects.create(
        **draft, file_name="x", content=b"", confirmed_at=now, orders_all=900, orders_done=200
    )
    for row in (preview, running):
        yield f"{base}orders/import/{row.public_id}/"


def _outsiders_page() -> str:
    owner, case = Household.objects.get().memberships.all()[0], Case.objects.order_by("pk")[0]
    _link, url = make_link(owner=owner, case=case, label="x", days=7, now=timezone.now())
    return url[url.index("/shared/") :]


def faults_of(page: Page, address: str) -> list[str]:
    page.goto(address)
    found = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
    ]
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*found, *([f"{wider} px wider than the screen"] if wider > 0 else [])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_phone(
    browser: Browser, live_server: object, scheme: str
) -> None:
    demo = make_demo_household(now=timezone.now())
    assert demo is not None
    context = browser.new_context(
        viewport={"width": 360, "height": 780},
        color_scheme=scheme,  # type: ignore[arg-type]
        base_url=live_server.url,  # type: ignore[attr-defined]
    )
    page = context.new_page()
    faults = {address: faults_of(page, address) for address in BEFORE_SIGNING_IN}
    page.goto(f"/sign-in/{demo.sign_in_url.rsplit('/sign-in/', 1)[1]}")
    faults["the sign-in link"] = faults_of(page, page.url)
    page.locator("main button").click()
    page.wait_for_url("**/h/**")
    faults |= {address: faults_of(page, address) for address in household_pages()}
    context.close()
    told = [f"{address} {fault}" for address, found in faults.items() for fault in found]
    assert not told, "\n".join(told)
