from typing import Any

from celery.signals import worker_ready, worker_shutting_down
from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        worker_ready.connect(_start_watchdog, dispatch_uid="watchdog")
        worker_shutting_down.connect(_stop_ticking, dispatch_uid="ticking")


def _start_watchdog(**_details: Any) -> None:
    from operations.watchdog import start_watchdog

    start_watchdog()


def _stop_ticking(**_details: Any) -> None:
    from operations.ticking import stop_ticking

    stop_ticking()
