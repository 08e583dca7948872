"""`manage.py seed`: synthetic households in bulk."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commandline import ReportingCommand, positive_int
from operations.seeding import seed


class Command(ReportingCommand):
    help = "Make synthetic households with orders, sellers, attempts and planned steps."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--households", type=positive_int, required=True, metavar="N")
        parser.add_argument("--cases", type=positive_int, required=True, metavar="N")
        parser.add_argument("--due", type=_count, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["due"] > options["cases"]:
            raise CommandError("--due is larger than --cases", returncode=2)
        seeded = seed(
            households=options["households"],
            cases=options["cases"],
            due=options["due"],
            seed=options["seed"],
            now=timezone.now(),
        )
        self.report(asdict(seeded), as_json=options["json"])


def _count(text: str) -> int:
    return 0 if text == "0" else positive_int(text)
