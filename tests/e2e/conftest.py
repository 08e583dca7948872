"""A real Chromium for the browser tests: Debian's, or the one that CHROMIUM names."""

import os
import shutil
from typing import Any

import pytest

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
