"""Adding evidence in a browser: previews, a lost connection, and a file that is too large."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cases.models import Case, Evidence
from cases.viewer_links import make_link
from households.models import Membership
from tests.cases.heic_photos import heic
from tests.cases.test_evidence import picture
from tests.cases.test_film_place import MP4

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def context(
    browser: Browser, live_server: Any, settings: Any, tmp_path: Any, request: Any
) -> Iterator[BrowserContext]:
    settings.MEDIA_ROOT = tmp_path
    context = browser.new_context(
        viewport={"width": 360, "height": 780},
        base_url=live_server.url,
        java_script_enabled=request.param,
    )
    yield context
    context.close()


@pytest.fixture
def form(today: Page) -> Page:
    case = Case.objects.filter(order__isnull=False).first()
    assert case is not None
    today.goto(f"/h/{case.household.public_id}/cases/{case.public_id}/evidence/new/")
    return today


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    page.get_by_label("Files", exact=True).set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": content} for name, content in files]
    )


def test_photo_is_kept_and_shown_on_the_case(form: Page) -> None:
    before = Evidence.objects.count()
    choose(form, ("lid.png", picture()))
    form.get_by_role("button", name="Keep these files").click()
    expect(form.get_by_text("1 file is kept")).to_be_visible()
    expect(form.get_by_role("link", name="lid.png").first).to_be_visible()
    assert Evidence.objects.count() == before + 1


def test_heic_photo_is_shown_on_the_case_and_no_broken_picture_before(
    form: Page, context: BrowserContext
) -> None:
    choose(form, ("lid.heic", heic()))
    expect(form.locator("#chosen img")).to_have_count(0)
    form.get_by_role("button", name="Keep these files").click()
    expect(form.get_by_text("1 file is kept")).to_be_visible()
    picture = form.locator(f"img[src*='{Evidence.objects.latest('pk').public_id}']")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 160)


def test_film_plays_for_an_outsider_without_its_place(form: Page) -> None:
    choose(form, ("kitchen.mp4", MP4))
    form.get_by_role("button", name="Keep these files").click()
    expect(form.get_by_text("1 file is kept")).to_be_visible()
    film = Evidence.objects.latest("pk")
    assert film.case is not None
    _link, url = make_link(
        owner=Membership.objects.get(household=film.household, role="owner"),
        case=film.case,
        label="Mrs Kern",
        days=7,
        now=timezone.now(),
    )
    form.goto(url[url.index("/shared/") :])
    player = form.locator("video")
    player.evaluate("player => player.play()")
    expect(player).to_have_js_property("videoWidth", 32)
    expect(player).to_have_js_property("ended", True)


def test_wrong_file_is_named_on_the_same_page(form: Page) -> None:
    choose(form, ("bad.svg", b"<svg></svg>"))
    form.get_by_role("button", name="Keep these files").click()
    expect(form.get_by_text("bad.svg: it is a web page")).to_be_visible()


@pytest.mark.parametrize("context", [True], indirect=True, ids=["scripts"])
def test_lost_connection_keeps_the_choice_for_another_try(
    form: Page, context: BrowserContext
) -> None:
    choose(form, ("lid.png", picture()))
    expect(form.locator("#chosen img")).to_be_visible()
    context.set_offline(True)
    form.get_by_role("button", name="Keep these files").click()
    expect(form.get_by_text("The connection was lost and nothing was kept")).to_be_visible()
    context.set_offline(False)
    form.get_by_role("button", name="Keep these files").click()
    expect(form.get_by_text("1 file is kept")).to_be_visible()


@pytest.mark.parametrize("context", [True], indirect=True, ids=["scripts"])
def test_file_that_is_too_large_is_told_before_it_is_sent(form: Page, tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    huge.write_bytes(b"x" * (21 * 1024 * 1024))
    form.get_by_label("Files", exact=True).set_input_files(huge)
    expect(form.locator("#upload-status")).to_contain_text("larger than what is taken")
