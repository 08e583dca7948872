"""Everybody is spoken to in their own language: strangers in their browser's, members in theirs."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cases.sweep import sweep
from households.models import User
from reminders.delivery import deliver
from tests.cases.test_sweep import due_now, waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
TODAY = {
    "es": "Hoy",
    "fr": "Aujourd",
    "de": "Heute",
    "pt-br": "Hoje",
    "en": "Today",
}


@pytest.fixture
def home() -> Home:
    return make_home()


def speaks(home: Home, language: str) -> None:
    User.objects.filter(pk=home.owner.user_id).update(language=language)


@pytest.mark.parametrize("language", TODAY)
def test_a_member_reads_the_language_they_chose(home: Home, language: str) -> None:
    speaks(home, language)
    answer = home.client.get(home.path(), headers={"accept-language": "it"})
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert f"{TODAY[language]}" in page
    assert answer["Content-Language"] == language


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de-AT,de;q=0.9", "de"),
        ("pt-BR", "pt-br"),
        ("pt", "pt-br"),
        ("ja, fr;q=0.5", "fr"),
        ("xx", "en"),
    ],
)
def test_a_stranger_reads_the_language_of_their_browser(asked: str, language: str) -> None:
    answer = Client().get(reverse("account_login"), headers={"accept-language": asked})
    assert f'<html lang="{language}"' in answer.content.decode()


def test_whoever_signs_up_keeps_the_language_in_which_they_did() -> None:
    Client().post(
        reverse("account_signup"),
        {"email": "neu@example.org", "password1": "ein-langes-wort-hier"},
        headers={"accept-language": "de"},
    )
    assert User.objects.get(email="neu@example.org").language == "de"


def test_a_reason_reaches_each_member_by_mail_in_their_own_language(home: Home) -> None:
    speaks(home, "de")
    colleague, _client = home.member("Ines")
    User.objects.filter(pk=colleague.user_id).update(language="es", time_zone="America/New_York")
    due_now(waiting_case(home))
    sweep(now=NOW)
    deliver(now=NOW)
    texts = {message.to[0]: message.body for message in mail.outbox}
    assert "Antwort" in texts["owner@home.test"]
    assert "respuesta" in texts["ines@home.test"]
    for text in texts.values():
        assert "An answer" not in text
        assert "Write again" not in text


def test_a_case_s_page_says_its_plan_and_timeline_in_the_reader_s_language(home: Home) -> None:
    case = waiting_case(home)
    speaks(home, "fr")
    page = home.client.get(home.path(f"cases/{case.public_id}/")).content.decode()
    for english in ("answers of", "Write again through", "Protection ends", "Nobody is at work"):
        assert english not in page
