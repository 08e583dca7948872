import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inbound.fetching import fetch_mail


class Command(BaseCommand):
    help = "Take in what is new in the folder of INBOUND_EMAIL_URL, as the tick does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.INBOUND_EMAIL_URL:
            raise CommandError("INBOUND_EMAIL_URL is not set.")
        figures = fetch_mail(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(figures)))
        else:
            self.stdout.write(
                f"{figures.taken} taken in, {figures.known} known, "
                f"{figures.unrouted} of no household here"
            )
        if figures.fault:
            raise CommandError(figures.fault)
