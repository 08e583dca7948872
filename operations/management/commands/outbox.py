"""`manage.py outbox`: hold what would be sent, let it go, or drop it."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext_noop

from commandline import ReportingCommand
from languages.sentences import say
from operations.outbox_hold import discard, release
from reminders.holding import held_rows, hold_outbox, is_held


class Command(ReportingCommand):
    help = (
        "Say what waits in the outbox; hold it, as before a restored backup starts, or let it go."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--hold", action="store_true", help="send nothing from now on")
        what.add_argument(
            "--release", action="store_true", help="send what waits and is still true"
        )
        what.add_argument("--discard", action="store_true", help="drop what waits, and go on")

    def handle(self, *_args: Any, **options: Any) -> None:
        dropped = 0
        if options["hold"]:
            hold_outbox(reason=gettext_noop("held by the operator"), now=timezone.now())
        elif options["release"]:
            release()
        elif options["discard"]:
            dropped = discard(by=say("the operator"))
        figures = {"held": is_held(), "waiting": held_rows().count(), "dropped": dropped}
        self.report(figures, as_json=options["json"])
