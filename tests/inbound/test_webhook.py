"""A provider brings mail by webhook: it must know the secret, and may bring it again."""

import base64
from typing import Any

import pytest
from django.test import Client

from households.models import Household
from inbound.addresses import address_of, renew_address
from inbound.models import InboundMail
from tests.inbound.mails import raw
from tests.stock import NOW, Home, make_home

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.inbound.urls")]


@pytest.fixture
def home(settings: Any) -> Home:
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": "user:secret"}
    return make_home()


def bring(content: bytes, secret: str = "user:secret", recipient: str = "box@home.test") -> int:
    said = base64.b64encode(secret.encode()).decode()
    answer = Client(raise_request_exception=False).post(
        "/inbound/postmark/inbound/",
        {"RawEmail": content.decode(), "OriginalRecipient": recipient},
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Basic {said}",
        secure=True,
    )
    return answer.status_code


def test_mail_of_a_provider_is_taken_in_once_though_brought_twice(home: Home) -> None:
    assert bring(raw(subject="By webhook")) == 200
    assert bring(raw(subject="By webhook")) == 200
    assert InboundMail.objects.get().subject == "By webhook"


def test_household_is_known_by_the_address_the_provider_took_it_for(
    settings: Any, home: Home
) -> None:
    settings.INBOUND_ADDRESS = "box@home.test"
    other = Household.objects.create(slug="other", name="Other", created_at=NOW)
    renew_address(other, now=NOW)
    assert bring(raw(), recipient=address_of(other)) == 200
    assert InboundMail.objects.get().household == other


def test_wrong_secret_brings_nothing(home: Home) -> None:
    assert bring(raw(), "user:wrong") == 400
    assert not InboundMail.objects.exists()


def test_mail_that_cannot_be_kept_is_asked_for_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("inbound.webhook.take_in", full)
    assert bring(raw()) == 500
