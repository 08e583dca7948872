"""Each main page, on a phone, by day and by night: axe finds nothing, and nothing overflows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from cases.models import Case
from cases.viewer_links import make_link
from cases.vocabulary import Stage
from households.models import Household
from operations.demo import make_demo_household
from orders.models import ImportDraft, Order
from sellers.check import Answers, RedFlag
from sellers.checking import record_check
from sellers.models import Seller
from tests.e2e.accessibility import faults_of, phone_by_day, too_wide
from tests.orders.importers.files import EXPORTS
from tests.test_isolation import OURS, address, args_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BEFORE_SIGNING_IN = ["/account/login/", "/account/signup/", "/account/password/reset/", "/nowhere/"]


def addresses(page: Page) -> Iterator[str]:
    """Every page that names no more than these rows."""
    order, seller = Order.objects.order_by("pk")[0], Seller.objects.order_by("pk")[0]
    ids = {
        "household": Household.objects.get().public_id,
        "case": Case.objects.order_by("pk")[0].public_id,
        "order": order.public_id,
        "seller": seller.public_id,
        "membership": Household.objects.get().memberships.all()[0].public_id,
    }
    known = [route for route, _ in OURS if set(args_of(route)) <= set(ids)]
    yield from (path for path in [address(r, ids) for r in known] if is_page(page, path))


def pages_in_each_state() -> Iterator[str]:
    """The pages that show a row in each of its states, or a row made for them."""
    base = f"/h/{Household.objects.get().public_id}/"
    for case in Case.objects.order_by("pk"):
        yield f"{base}cases/{case.public_id}/?wait=2"
        yield f"{base}cases/{case.public_id}/edit/"
        yield f"{base}cases/{case.public_id}/write/"
    yield _outsiders_page()
    yield from buying_pages(base, Order.objects.order_by("pk")[0], Seller.objects.order_by("pk")[0])
    yield "/you/"


def is_page(page: Page, path: str) -> bool:
    """Not a file to download, and nothing that only takes what is posted."""
    answer = page.request.get(path, max_redirects=0)
    return answer.status == 200 and "text/html" in answer.headers.get("content-type", "")


def main_pages() -> dict[str, str]:
    """The ten pages that a household lives on."""
    base = f"/h/{Household.objects.get().public_id}/"
    escalated = Case.objects.get(stage=Stage.AWAITING_PLATFORM)
    late = Case.objects.filter(stage=Stage.RETRY_DUE)[0]
    return {
        "today": base,
        "case": f"{base}cases/{late.public_id}/",
        "case-escalated": f"{base}cases/{escalated.public_id}/",
        "cases": f"{base}cases/",
        "orders": f"{base}orders/",
        "order": f"{base}orders/{Order.objects.order_by('pk')[0].public_id}/",
        "import": f"{base}orders/import/",
        "seller": f"{base}sellers/{Seller.objects.order_by('pk')[0].public_id}/",
        "reminders": f"{base}household/reminders/",
        "help": f"{base}help/channels/",
    }


def keep_pictures(page: Page, folder: Path, name: str) -> None:
    """For whoever wants to look at them: PICTURES names the folder."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.screenshot(path=folder / f"{name}-{scheme}.png", full_page=True)


def buying_pages(base: str, order: Order, seller: Seller) -> Iterator[str]:
    """Before buying, importing and receiving."""
    member, now = order.household.memberships.all()[0], timezone.now()
    answers = Answers(positive_feedback=93.0, red_flags=(RedFlag.BROKEN,), is_protected=True)
    check = record_check(member=member, seller=seller, answers=answers, now=now)
    about = f"{base}sellers/{seller.public_id}/"
    yield from (f"{about}checks/{check.public_id}/", f"{base}orders/?show=soon")
    question = Case.objects.filter(order=None)[0]
    yield f"{base}cases/{question.public_id}/order/"
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


@pytest.fixture
def phone(browser: Browser, live_server: object) -> Iterator[Page]:
    context = phone_by_day(browser, live_server.url)  # type: ignore[attr-defined]
    yield context.new_page()
    context.close()


@pytest.fixture
def at_home(phone: Page) -> Page:
    """The demo household's owner, come in by the link that is printed."""
    phone.goto(way_in())
    phone.locator("main button").click()
    phone.wait_for_url("**/h/**")
    return phone


def way_in() -> str:
    demo = make_demo_household(now=timezone.now())
    assert demo is not None
    return f"/sign-in/{demo.sign_in_url.rsplit('/sign-in/', 1)[1]}"


def faults_on(page: Page, paths: Iterator[str]) -> list[str]:
    faults = []
    for path in paths:
        page.goto(path)
        faults += [f"{path} {fault}" for fault in faults_of(page)]
    return faults


def test_pages_before_signing_in_are_accessible_and_fit_a_phone(phone: Page) -> None:
    told = faults_on(phone, iter([*BEFORE_SIGNING_IN, way_in()]))
    assert not told, "\n".join(told)


def test_page_of_every_address_is_accessible_and_fits_a_phone(at_home: Page) -> None:
    told = faults_on(at_home, addresses(at_home))
    assert not told, "\n".join(told)


def test_pages_of_rows_in_each_state_are_accessible_and_fit_a_phone(at_home: Page) -> None:
    told = faults_on(at_home, pages_in_each_state())
    assert not told, "\n".join(told)


def test_main_pages_fit_a_desk(at_home: Page) -> None:
    for width in (360, 1280):
        at_home.set_viewport_size({"width": width, "height": 800})
        for name, path in main_pages().items():
            at_home.goto(path)
            assert too_wide(at_home) == [], path
            if folder := os.environ.get("PICTURES"):
                keep_pictures(at_home, Path(folder), f"{name}-{width}")
