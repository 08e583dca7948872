"""What is ours on the operator's pages is in their language."""

import re
from datetime import datetime, timedelta
from typing import Any

import dns.resolver
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone, translation

from cases.models import Case
from cases.sweep import sweep
from languages.saying import said
from operations.dashboard import gather
from operations.mail_check import check_mail
from operations.models import ClockMark
from operations.pulses import BEAT, SELF_TICK, record_pulse
from operations.restored import RESTORED
from reminders.failures import COMPILED, explained
from reminders.holding import hold_outbox
from reminders.models import Notification
from reminders.repair import drop
from tests.cases.test_sweep import due_now, waiting_case
from tests.languages.test_nothing_untranslated import english_on
from tests.smtp_server import free_port, use_server
from tests.stock import NOW, make_home

pytestmark = pytest.mark.django_db
OUTBOX = "/admin/reminders/notification/"
# What is set for the mail server, and the currencies of the charts.
SET = re.compile(r"DATA_DIR|localhost|127\.0\.0\.1|\b[A-Z]{3}\b")


@pytest.fixture
def operator() -> Client:
    home = make_home()
    due_now(waiting_case(home))
    sweep(now=NOW)
    user = home.owner.user
    user.is_staff = user.is_superuser = True
    user.save()
    return home.client


def english_in(answer: Any, part: str) -> list[str]:
    """English of ours in the parts of a page that a selector finds."""
    found = BeautifulSoup(answer.content, "html.parser").select(part)
    assert found, part
    faults = [fault for each in found for fault in english_on(str(each))]
    return [fault for fault in faults if re.search(r"[^\W\d_]{2,}", SET.sub("", fault))]


def alarm(*, now: datetime) -> None:
    """Whatever the front page can warn of at once."""
    ClockMark.objects.create(
        boot="a", machine="host-1", at=now + timedelta(days=3), doubted_at=now + timedelta(days=9)
    )
    hold_outbox(reason=RESTORED, now=now)


def test_front_speaks_the_operators_language(brackets: None, operator: Client) -> None:
    assert english_in(operator.get("/admin/"), ".operator") == []
    record_pulse(BEAT, now=timezone.now())
    assert english_in(operator.get("/admin/"), ".operator") == []


def test_money_is_written_as_the_operators_language_writes_it(operator: Client) -> None:
    Case.objects.update(value_minor=18460, currency="EUR")
    with translation.override("de"):
        figures = [bar.figure for chart in gather(now=NOW).charts for bar in chart.bars]
    assert "184,60\xa0€" in figures


def test_warnings_speak_the_operators_language(brackets: None, operator: Client) -> None:
    now = timezone.now()
    record_pulse(SELF_TICK, now=now)
    alarm(now=now)
    answer = operator.get("/admin/")
    assert answer.content.count(b'role="alert"') == 4
    assert english_in(answer, ".operator") == []
    answers = [
        operator.post("/admin/clock/", follow=True),
        operator.post("/admin/outbox/", {"what": "send"}, follow=True),
        operator.post("/admin/outbox/", {"what": "discard"}, follow=True),
    ]
    assert [fault for each in answers for fault in english_in(each, ".messagelist")] == []


def test_mail_settings_speak_the_operators_language(brackets: None, operator: Client) -> None:
    answer = operator.get("/admin/mail/")
    assert english_in(answer, ".operator") == []
    assert english_in(answer, "h1, .breadcrumbs") == []


def test_what_a_test_mail_found_is_in_the_operators_language(brackets: None, settings: Any) -> None:
    use_server(settings, free_port())
    deaf = dns.resolver.Resolver(configure=False)
    deaf.nameservers, deaf.port, deaf.lifetime = ["127.0.0.1"], free_port(), 0.1
    words = [
        text for each in check_mail("a@b.test", resolver=deaf) for text in (each.title, each.words)
    ]
    assert [fault for text in words for fault in english_on(text)] == []


@pytest.mark.parametrize("language", ["es", "fr", "de", "pt-br"])
def test_each_failure_is_explained_in_the_operators_language(language: str) -> None:
    with translation.override(language):
        assert [words for _pattern, words in COMPILED if said(words) == str(words)] == []


def test_outbox_says_why_in_the_operators_language(operator: Client) -> None:
    mail = Notification.objects.get(channel="email")
    Notification.objects.filter(pk=mail.pk).update(
        state="failed", last_error="550 5.1.1 no such user"
    )
    mail.member.user.language = "de"
    mail.member.user.save()
    answers = [operator.get(OUTBOX), operator.get(f"{OUTBOX}{mail.pk}/change/")]
    german = "Der Server des Empfängers kennt diese Adresse nicht."
    assert [german in answer.content.decode() for answer in answers] == [True, True]


def test_dropped_mail_says_by_whom_in_the_operators_language(operator: Client) -> None:
    rows = Notification.objects.filter(channel="email")
    assert drop(rows, by="Olga") == 1
    user = rows.get().member.user
    user.language = "de"
    user.save()
    answers = [operator.get(OUTBOX), operator.get(f"{OUTBOX}{rows.get().pk}/change/")]
    assert ["verworfen von: Olga" in answer.content.decode() for answer in answers] == [True, True]


def test_reason_of_a_member_is_not_taken_for_the_servers_answer(operator: Client) -> None:
    rows = Notification.objects.filter(channel="email")
    drop(rows, by="Frank Full")
    assert explained(rows.get().last_error) == ""
