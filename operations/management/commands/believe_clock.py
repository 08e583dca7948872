"""`manage.py believe_clock`: go on after the clock was doubted."""

from typing import Any

from django.utils import timezone

from commandline import ReportingCommand
from operations.clock import believe_clock


class Command(ReportingCommand):
    help = "Say that the clock is right, after it has leapt and nothing was swept or sent since."

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        believe_clock(now=now)
        self.report({"believed": now.isoformat()}, as_json=options["json"])
