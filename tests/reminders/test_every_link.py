"""Programs that look for malware open every link of every mail: nothing may come of it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core import context
from django.apps import apps
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client, RequestFactory

from cases.models import Case, FollowUp
from cases.sweep import sweep
from cases.vocabulary import FollowUpKind
from reminders.delivery import deliver
from reminders.relay import relay
from tests.cases.test_sweep import waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https://parley\.test(/[^\s\"'<>]*)")
DAY = timedelta(days=1)
METHODS = ("get", "head", "options")


@pytest.fixture
def home(time_machine: Any) -> Home:
    time_machine.move_to(NOW, tick=False)
    return make_home()


def due(home: Home, kind: str, number: int) -> None:
    case = waiting_case(home, str(10**15 + number), protection_ends_at=NOW + 30 * DAY)
    FollowUp.objects.create(
        household=home.household,
        case=case,
        kind=kind,
        rung=f"{kind}:x",
        cycle=case.cycle,
        due_at=NOW,
        becomes="awaiting_platform" if kind == "platform_check" else "retry_due",
        reason="Look again.",
        created_at=NOW,
    )


def write_every_mail(home: Home, time_machine: Any) -> None:
    for number, kind in enumerate(FollowUpKind):
        due(home, kind, number)
        sweep(now=NOW)
        deliver(now=NOW)
    # A digest, and one in the place of somebody else.
    adam, _ = home.member("Adam")
    adam.reminder_scope = "assigned"
    adam.save()
    for number in range(4):
        due(home, "retry", 50 + number)
    sweep(now=NOW)
    Case.objects.of(home.household).update(assignee=home.owner)
    relay(now=NOW + DAY)
    deliver(now=NOW + DAY)
    # What the accounts send.
    EmailAddress.objects.create(user=home.owner.user, email=home.owner.user.email, primary=True)
    home.client.post(home.path("household/invitations/"), {"email": "new@x.test", "role": "adult"})
    Client().post("/account/password/reset/", {"email": home.owner.user.email})
    request = RequestFactory().get("/", headers={"host": "parley.test"})
    with context.request_context(request):
        EmailAddress.objects.get(user=home.owner.user).send_confirmation(request)


def everything() -> dict[str, list[Any]]:
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
    }


def links_of(message: EmailMultiAlternatives) -> Iterator[str]:
    parts = [message.body, *(str(content) for content, _ in message.alternatives)]
    for text in [*parts, *map(str, message.extra_headers.values())]:
        yield from LINK.findall(text)


def test_opening_every_link_of_every_mail_changes_not_one_row(
    home: Home, time_machine: Any
) -> None:
    write_every_mail(home, time_machine)
    subjects = [message.subject for message in mail.outbox]
    assert len(subjects) == len(FollowUpKind) + 5, subjects
    links = {link for message in mail.outbox for link in links_of(message)}
    assert sum("/mail/act/" in link for link in links) >= 20
    before = everything()
    for link in sorted(links):
        for method in METHODS:
            getattr(Client(), method)(link)
    after = everything()
    assert {label for label in after if after[label] != before[label]} == set()
