import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.pack import LOG, SUMS
from cases.pack_log import first_broken


class Command(BaseCommand):
    help = "Check that an evidence pack (.zip) is as it was made: its files and its log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with zipfile.ZipFile(options["file"]) as archive:
                faults = _faults(archive)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as fault:
            raise CommandError(f"{options['file']}: no evidence pack ({fault}).") from fault
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("All files and the log are as they were made.")


def _faults(archive: zipfile.ZipFile) -> list[str]:
    listed = [line.split("  ", 1) for line in archive.read(SUMS).decode().splitlines()]
    faults = [
        f"{name}: was changed"
        for checksum, name in listed
        if hashlib.sha256(archive.read(name)).hexdigest() != checksum
    ]
    known = {name for _checksum, name in listed} | {SUMS}
    faults += [f"{name}: is not of the pack" for name in archive.namelist() if name not in known]
    broken = first_broken(json.loads(archive.read(LOG)))
    if broken is not None:
        faults.append(f"{LOG}: entry {broken + 1} was changed")
    return faults
