"""A worker is warm before its first task."""

import gc

import pytest
from celery.signals import worker_ready


def test_worker_that_is_ready_looks_for_no_garbage_in_its_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("operations.watchdog.start_watchdog", lambda: None)
    gc.unfreeze()
    worker_ready.send(None)
    assert gc.get_freeze_count() > 100_000
