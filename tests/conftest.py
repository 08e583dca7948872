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


REACHES_SERVERS = {"db", "transactional_db", "live_server", "instance"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what can touch the database, the cache or the broker, for a run on servers of those alone.

    Any other test has no way to them: pytest-django refuses it the database, where the embedded
    set-up keeps the cache as well.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & REACHES_SERVERS:
            item.add_marker(pytest.mark.servers)


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
