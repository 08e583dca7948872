"""What is wrong with a page for whoever sees little, hears it, or holds it on a phone."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

# By night only the colours are others: what axe says of names, roles and order is the same.
# A colour that is on its way to another is not measured until it is there.
COLOURS_AT_REST = """async () => {
    const underway = document.getAnimations().filter((it) => it instanceof CSSTransition);
    await Promise.allSettled(underway.map((it) => it.finished));
    return axe.run({ resultTypes: ["violations"], runOnly: ["color-contrast"] });
}"""


def phone_by_day(browser: Browser, base_url: str) -> BrowserContext:
    return browser.new_context(
        viewport={"width": 360, "height": 780}, color_scheme="light", base_url=base_url
    )


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page as it is open, by day and by night, and whether it overflows."""
    by_day = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    by_night = page.evaluate(COLOURS_AT_REST)["violations"]
    page.emulate_media(color_scheme="light")
    return [
        *(_told(violation, "") for violation in by_day),
        *(_told(violation, " by night") for violation in by_night),
        *too_wide(page),
    ]


def _told(violation: dict[str, Any], when: str) -> str:
    return f"{violation['id']}{when}: {violation['nodes'][0]['html'][:160]}"


def too_wide(page: Page) -> list[str]:
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [f"{wider} px wider than the screen"] if wider > 0 else []
