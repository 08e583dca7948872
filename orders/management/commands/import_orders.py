"""`manage.py import_orders`: orders from a file into a household."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commandline import ReportingCommand
from households.models import Household
from orders.importers.parsed import UnreadableFile
from orders.importers.registry import format_names
from orders.importing import import_orders


class Command(ReportingCommand):
    help = "Import orders from an export; the format is recognised by its content."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--household", required=True, metavar="SLUG")
        parser.add_argument("--format", choices=format_names(), metavar="NAME", default=None)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        content = _content(path)
        household = Household.objects.filter(slug=options["household"]).first()
        if household is None:
            raise CommandError(f"there is no household {options['household']!r}")
        try:
            outcome = import_orders(
                household=household,
                content=content,
                file_name=path.name,
                format=options["format"],
                dry_run=options["dry_run"],
                now=timezone.now(),
            )
        except UnreadableFile as fault:
            raise CommandError(f"{path}: {fault}") from fault
        for row in outcome.rejected:
            self.stderr.write(f"{path}: row {row.row}: {row.field}: {row.error}")
        figures = outcome.as_json()
        if not options["json"]:
            figures["rejected"] = len(outcome.rejected)
        self.report(figures, as_json=options["json"])
        if outcome.rejected and not outcome.lines:
            raise CommandError(f"{path}: no order could be read")


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > settings.IMPORT_MAX_BYTES:
            raise CommandError(f"{path}: is larger than {settings.IMPORT_MAX_BYTES // 2**20} MB")
        return path.read_bytes()
    except OSError as fault:
        raise CommandError(f"{path}: cannot be read: {fault.strerror}") from fault
