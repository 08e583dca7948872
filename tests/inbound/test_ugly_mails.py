"""Mails as ugly as they come: none stops another, and none changes what it must not."""

import time
from email.message import EmailMessage
from typing import Any

import pytest

from cases.models import Case, Reply
from inbound.models import InboundMail
from inbound.page_text import text_of_page
from inbound.reading import read_mail
from inbound.sorting import take_in
from tests.cases.test_sweep import waiting_case
from tests.inbound.mails import SERVER, build, forwarded_text, raw
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
SECONDS = 60


@pytest.fixture
def home(settings: Any) -> Home:
    settings.INBOUND_AUTHSERV_IDS = [SERVER]
    settings.INBOUND_ADDRESS = "box@home.test"
    return make_home()


def nested_multiparts(depth: int) -> bytes:
    lines = [
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
        for number in range(depth)
    ]
    return b"From: a@b.test\nSubject: Deep\n" + b"".join(lines) + b"\nhello\n"


def invite() -> EmailMessage:
    mail = build(subject="Invitation: Call about your order", text="Please come")
    mail.add_alternative("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR", subtype="calendar")
    return mail


UGLY = {
    "nothing at all": b"",
    "no header": b"hello there\n",
    "only a header": b"Subject: x",
    "multiparts nested two thousand deep": nested_multiparts(2000),
    "mails nested five thousand deep": b"From: a@b.test\n"
    + b"Content-Type: message/rfc822\n\n" * 5000,
    "three thousand parts": b"From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * 3_000
    + b"--b--\n",
    "ten thousand recipients": b"From: a@b.test\nTo: " + b"a@b.test, " * 10_000 + b"\n\nx",
    "brackets without end": b'From: "((<'
    + b'"((<' * 50_000
    + b"\nTo: "
    + b"(((" * 50_000
    + b"\n\n",
    "a subject of many words": b"From: a@b.test\nSubject: "
    + b"=?utf-8?q?=41?= " * 20_000
    + b"\n\nx",
    "results of many brackets": b"Authentication-Results: mx.home.test; "
    + b"dmarc=pass ((( " * 20_000
    + b"\nFrom: a@b.test\n\nx",
    "an id with a null": b"From: a@b.test\nMessage-ID: <a\x00b@c.test>\n\nx",
    "an id in no alphabet": b"From: a@b.test\nMessage-ID: <\xff\xfe@c.test>\n\nx",
    "a page of open comments": b"From: a@b.test\nContent-Type: text/html\n\n"
    + b"<!-- <a " * 50_000,
    "a boundary that never comes": b"From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\nx",
    "base64 that is none": b"From: a@b.test\nContent-Transfer-Encoding: base64\n\n!!!! not base64",
    "a calendar invite": invite().as_bytes(),
    "dates out of the world": b"From: a@b.test\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n\nx",
    "text in UTF-7": b"From: a@b.test\nContent-Type: text/plain; charset=utf-7\n\n+ADw-script+AD4-",
    "windows text without a charset": "From: a@b.test\n\nGrüße – schöne Lampe".encode("cp1252"),
    "chinese text in the wrong charset": b"From: a@b.test\nContent-Type: text/plain; "
    b"charset=utf-8\n\n" + "您好,请再等两天,包裹在路上。".encode("gb18030"),
}


@pytest.mark.parametrize("content", UGLY.values(), ids=UGLY.keys())
def test_ugly_mail_is_kept_or_left_and_changes_nothing(home: Home, content: bytes) -> None:
    case = waiting_case(home)
    started = time.process_time()
    row = take_in(content, now=NOW)
    assert time.process_time() - started < SECONDS
    assert row is None or row.state in ("waiting", "ignored")
    assert row is None or "stumbled" not in row.outcome
    assert not Reply.objects.exists()
    case.refresh_from_db()
    assert case.stage == "awaiting_seller"


def test_chinese_answer_in_the_wrong_charset_is_read() -> None:
    assert "包裹在路上" in read_mail(UGLY["chinese text in the wrong charset"]).text


AWAY = {
    "English": ("Automatic reply: Your order", "I am out of the office until Monday."),
    "German": ("Automatische Antwort: Ihre Bestellung", "Ich bin bis Montag nicht im Büro."),
    "French": ("Réponse automatique : votre commande", "Je suis absent jusqu'à lundi."),
    "Spanish": ("Respuesta automática: su pedido", "Estoy fuera de la oficina hasta el lunes."),
    "Portuguese": ("Resposta automática: seu pedido", "Estou fora do escritório até segunda."),
    "Chinese": ("自动回复:您的订单", "我在休假。"),
}


@pytest.mark.parametrize("language", AWAY)
@pytest.mark.parametrize("says_so", [True, False], ids=["by header", "by subject"])
def test_out_of_office_ends_no_waiting_in_any_language(
    home: Home, language: str, says_so: bool
) -> None:
    case: Case = waiting_case(home)
    subject, words = AWAY[language]
    text = forwarded_text(words).replace("3069099405651234", case.order.number)  # type: ignore[union-attr]
    headers = {"Auto_Submitted": "auto-replied"} if says_so else {}
    row = take_in(raw(subject=subject, text=text, **headers), now=NOW)
    assert row is not None
    assert row.state == "ignored"
    assert not Reply.objects.exists()


def test_two_programs_that_answer_each_other_find_parley_silent(
    home: Home, mailoutbox: Any
) -> None:
    for number in range(20):
        take_in(raw(subject="Re: Re: Re: hello", message_id=f"<{number}@loop.test>"), now=NOW)
    assert mailoutbox == []
    assert InboundMail.objects.count() == 20


def test_words_of_a_page_are_read_as_a_person_reads_them() -> None:
    page = (
        "<html><head><title>T</title><style>p{}</style></head><body><p>We <b>sent</b>\nit &amp; "
        "are&nbsp;sorry</p><script>alert('</p>')</script><!-- <p>no</p> --><div>5 < 6<br>today"
    )
    assert text_of_page(page) == "We sent it & are sorry\n5 < 6\ntoday"
