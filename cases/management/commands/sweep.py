"""`manage.py sweep`: one full pass over all that is due."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from cases.sweep import BATCH_SIZE, sweep
from commandline import ReportingCommand, aware_time, positive_int


class Command(ReportingCommand):
    help = "Fire every planned step that is due. Any number may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--now",
            type=aware_time,
            metavar="TIME",
            help="default: the clock, e.g. 2026-11-23T09:00Z",
        )
        parser.add_argument("--batch", type=positive_int, default=BATCH_SIZE, metavar="N")

    def handle(self, *_args: Any, **options: Any) -> None:
        figures = asdict(sweep(now=options["now"] or timezone.now(), batch_size=options["batch"]))
        figures["now"] = figures["now"].isoformat()
        self.report(figures, as_json=options["json"])
