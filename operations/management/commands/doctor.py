"""`manage.py doctor`: checks the invariants on live data and the running parts."""

import sys
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from commandline import ReportingCommand
from operations.doctor import examine


class Command(ReportingCommand):
    help = "Check the invariants on live data, the broker, the scheduler and the outbox."

    def handle(self, *_args: Any, **options: Any) -> None:
        findings = examine(now=timezone.now())
        is_well = all(finding.ok for finding in findings)
        if options["json"]:
            checks = [asdict(finding) for finding in findings]
            self.report({"ok": is_well, "checks": checks}, as_json=True)
        else:
            for finding in findings:
                state = "ok    " if finding.ok else "BROKEN"
                more = "" if finding.ok else f": {finding.broken}, e.g. {finding.examples}"
                self.stdout.write(f"{state} {finding.name}{more}")
        if not is_well:
            sys.exit(1)
