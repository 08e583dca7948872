"""`manage.py forecast`: expected reply times, JSON Lines in and out."""

import argparse
import math
from typing import Any

from django.core.management.base import CommandParser

from commandline import ReportingCommand
from commandline.lines import convert_standard_input
from sellers.forecast_lines import forecast_line
from sellers.profiles import get_profile

# The contract's line names no marketplace: the first one's profile judges it.
MARKETPLACE = "aliexpress"
LONGEST_HOURS = 24 * 365


def hour_list(text: str) -> list[float]:
    """An argparse type: '24,72,120', hours after sending."""
    try:
        hours = [float(part) for part in text.split(",")]
    except ValueError:
        hours = [math.nan]
    if not all(0 <= hour <= LONGEST_HOURS for hour in hours):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of hours like 24,72,120")
    return hours


class Command(ReportingCommand):
    help = "Read one message a line (JSON) and write its expected reply time."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--at", type=hour_list, default=[24.0, 72.0, 120.0], metavar="H,H,…")

    def handle(self, *_args: Any, **options: Any) -> None:
        profile = get_profile(MARKETPLACE)
        convert_standard_input(
            self.stdout.write,
            self.stderr.write,
            lambda line: forecast_line(line, profile=profile, hours=options["at"]),
        )
