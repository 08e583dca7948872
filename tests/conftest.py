from collections.abc import Iterator
from typing import Any

import pytest

from tests.smtp_server import Mailbox, smtp_server, use_server


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with smtp_server() as box:
        use_server(settings, box.port)
        yield box
