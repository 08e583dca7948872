"""`manage.py plan`: what would be done next and why, JSON Lines in and out."""

from typing import Any

from cases.plan_lines import plan_line
from commandline import ReportingCommand
from commandline.lines import convert_standard_input


class Command(ReportingCommand):
    help = "Read one case a line (JSON) and write what would be done next, and why."

    def handle(self, *_args: Any, **_options: Any) -> None:
        convert_standard_input(self.stdout.write, self.stderr.write, plan_line)
