"""A real Chromium for the browser tests: Debian's, or the one that CHROMIUM names."""

import os
import shutil
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from households.models import User
from operations.demo import make_demo_household
from tests.e2e.signing_in import sign_in

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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file, as Parley has it: in memory, all of the server's threads would have to share one
    connection and one transaction."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("e2e") / "parley.sqlite3")


@pytest.fixture
def today(context: BrowserContext, live_server: Any) -> Page:
    """Today of a fresh demo household, for its owner."""
    make_demo_household(now=timezone.now())
    sign_in(context, User.objects.get(), live_server.url)
    page = context.new_page()
    page.goto("/")
    page.wait_for_url("**/h/**")
    return page
