"""A base for management commands: people's lines by default, one JSON object with `--json`."""

import argparse
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError


def aware_time(text: str) -> datetime:
    """An argparse type: ISO 8601 with an offset. A time without one is refused, not guessed."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time; write it like 2026-11-23T09:00:00+00:00"
        ) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset; add one, like +00:00")
    return moment


def positive_int(text: str) -> int:
    """An argparse type: a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


class ReportingCommand(BaseCommand):
    """Exit 0 on success, 1 on failure (CommandError), 2 on bad usage (argparse)."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except (OperationalError, ProgrammingError) as fault:
            text = str(fault).splitlines()[0]
            if "no such table" in text or "does not exist" in text:
                raise CommandError(
                    f"the database is not set up ({text}); run 'manage.py migrate' or 'make run' first"
                ) from fault
            raise CommandError(f"the database refused: {text}") from fault

    def report(self, figures: Mapping[str, Any], *, as_json: bool) -> None:
        """Print what was done: JSON on one line, or a 'name: value' line each."""
        if as_json:
            self.stdout.write(json.dumps(figures, ensure_ascii=False, default=str))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {value}")
