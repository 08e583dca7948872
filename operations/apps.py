from typing import Any

from celery.signals import beat_init, worker_ready, worker_shutting_down
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = _("Signs of life")

    def ready(self) -> None:
        worker_ready.connect(_warm_up, dispatch_uid="warming")
        worker_ready.connect(_start_watchdog, dispatch_uid="watchdog")
        beat_init.connect(_tick_at_once, dispatch_uid="first tick")
        worker_shutting_down.connect(_stop_ticking, dispatch_uid="ticking")


def _warm_up(**_details: Any) -> None:
    from operations.warming import warm_up

    warm_up()


def _start_watchdog(**_details: Any) -> None:
    from operations.watchdog import start_watchdog

    start_watchdog()


def _tick_at_once(**_details: Any) -> None:
    from operations.tasks import ring_for_sweep

    ring_for_sweep()


def _stop_ticking(**_details: Any) -> None:
    from operations.ticking import stop_ticking

    stop_ticking()
