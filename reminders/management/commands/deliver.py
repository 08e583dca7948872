"""`manage.py deliver`: one pass over the outbox."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from commandline import ReportingCommand, aware_time
from reminders.delivery import deliver


class Command(ReportingCommand):
    help = "Send what waits in the outbox. Any number may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--now", type=aware_time, metavar="TIME", help="default: the clock")

    def handle(self, *_args: Any, **options: Any) -> None:
        figures = deliver(now=options["now"] or timezone.now())
        self.report(asdict(figures), as_json=options["json"])
