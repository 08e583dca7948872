"""A real Chromium for the browser tests: Debian's, or the one that CHROMIUM names."""

import os
import shutil
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from operations.demo import make_demo_household

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.fail(
            "The browser tests need Chromium: install it (Debian: apt-get install chromium), "
            "or name its program in CHROMIUM."
        )
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def today(context: BrowserContext) -> Page:
    """Today of a fresh demo household, its owner signed in by the printed link."""
    demo = make_demo_household(now=timezone.now())
    assert demo is not None
    page = context.new_page()
    page.goto(f"/sign-in/{demo.sign_in_url.rsplit('/sign-in/', 1)[1]}")
    page.locator("main button").click()
    page.wait_for_url("**/h/**")
    return page
