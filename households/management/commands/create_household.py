"""`manage.py create_household`: a household, its owner and a link to sign in with."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from commandline import ReportingCommand
from households.errors import HouseholdError
from households.services import create_household, make_sign_in_link, person_of


class Command(ReportingCommand):
    help = "Make a household and its owner; prints a sign-in link that works once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--owner", required=True, metavar="EMAIL")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            with transaction.atomic():
                owner = person_of(options["owner"])
                member = create_household(name=options["name"], owner=owner, now=now)
                link = make_sign_in_link(owner, now=now)
        except HouseholdError as fault:
            raise CommandError(str(fault)) from fault
        self.report({"slug": member.household.slug, "sign_in_url": link}, as_json=options["json"])
