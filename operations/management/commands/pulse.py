"""`manage.py pulse NAME`: exit 0 while a part ticks; the containers' health check."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commandline import ReportingCommand
from operations.models import Pulse
from operations.pulses import BEAT, DELIVER, SWEEP, is_stale


class Command(ReportingCommand):
    help = "Say when a part last ticked; exit 1 when it has been silent for three intervals."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", choices=[BEAT, SWEEP, DELIVER])

    def handle(self, *_args: Any, **options: Any) -> None:
        pulse = Pulse.objects.filter(name=options["name"]).first()
        if is_stale(pulse, now=timezone.now()):
            raise CommandError(
                f"{options['name']} is silent (last: {pulse.at if pulse else 'never'})"
            )
        assert pulse is not None  # noqa: S101  (none is stale)
        self.report({"name": pulse.name, "at": pulse.at.isoformat()}, as_json=options["json"])
