import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone, translation

from tests.smtp_server import Mailbox, smtp_server, use_server


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with smtp_server() as box:
        use_server(settings, box.port)
        yield box


@pytest.fixture(autouse=True)
def _nobodys_language_and_zone() -> Iterator[None]:
    """A request leaves the language that its browser asked for in force, as every next one renews it."""
    yield
    translation.deactivate()
    timezone.deactivate()


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
