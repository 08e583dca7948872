"""Any bytes are read as a mail: ugly ones too."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbound.reading import MAX_TEXT, read_mail
from tests.inbound.mails import SERVER, bounce, build, forwarded_text, raw, vouched

SAMPLES = sorted((Path(__file__).parents[1] / "exports" / "mail").glob("*.eml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_sample_mails_are_read_whole(path: Path) -> None:
    mail = read_mail(path.read_bytes())
    assert mail.sender == "transaction@notice.aliexpress.com"
    assert mail.subject.startswith("Order ")
    assert mail.sent_at is not None
    assert mail.bounce is None


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(content: bytes) -> None:
    mail = read_mail(content)
    assert mail.identity
    assert "\x00" not in mail.text + mail.subject + mail.sender_name
    (mail.text + mail.subject + mail.forwarded).encode()


@given(st.binary(max_size=300), st.sampled_from(["From", "Subject", "Content-Type", "Date", "To"]))
def test_any_header_is_read(value: bytes, name: str) -> None:
    clean = value.replace(b"\n", b" ").replace(b"\r", b" ")
    read_mail(name.encode() + b": " + clean + b"\n\ntext")


def test_text_without_a_charset_is_guessed() -> None:
    mail = read_mail("From: a@b.test\n\nGrüße aus Köln, schöne Lampe für Ärzte".encode("cp1252"))
    assert "Grüße aus Köln" in mail.text


def test_text_in_a_wrong_charset_is_read_by_its_bytes() -> None:
    head = b"From: a@b.test\nContent-Type: text/plain; charset=us-ascii\n\n"
    assert "你好" in read_mail(head + "你好,请等待".encode()).text


def test_text_in_a_charset_that_nobody_knows_is_read() -> None:
    head = b"From: a@b.test\nContent-Type: text/plain; charset=x-klingon\n\n"
    assert read_mail(head + b"hello").text == "hello"


def test_html_alone_is_read_as_text_without_its_scripts() -> None:
    mail = EmailMessage()
    mail["From"] = "a@b.test"
    mail.set_content("<p>We sent it</p><script>alert(1)</script><p>today</p>", subtype="html")
    assert read_mail(mail.as_bytes()).text == "We sent it\ntoday"


@pytest.mark.parametrize(
    "mark",
    [
        *("---------- Forwarded message ---------", "Begin forwarded message:"),
        *("-----Original Message-----", "-------- Weitergeleitete Nachricht --------"),
        *("Anfang der weitergeleiteten Nachricht:", "---------- Mensaje reenviado ----------"),
        *("Début du message transféré :", "---------- Mensagem encaminhada ---------"),
        "------------------ 原始邮件 ------------------",
    ],
)
def test_forwarded_text_is_found_by_the_mark_of_many_programs(mark: str) -> None:
    text = f"see\n\n{mark}\nFrom: x\nDate: y\nSubject: z\n\nWe have sent it.\nNote: by train"
    assert read_mail(raw(text=text)).forwarded == "We have sent it.\nNote: by train"


def test_quoted_forward_loses_its_quote_marks() -> None:
    text = "Begin forwarded message:\n\n> From: x\n> Subject: z\n> \n> We have sent it."
    assert read_mail(raw(text=text)).forwarded == "We have sent it."


def test_innermost_of_nested_forwards_counts() -> None:
    inner = build(sender="s@shop.test", text="It left today.")
    middle = build(text="see")
    middle.add_attachment(inner)
    outer = build(text="see too")
    outer.add_attachment(middle)
    assert read_mail(outer.as_bytes()).forwarded == "It left today."


def test_mails_nested_a_hundred_deep_are_read() -> None:
    mail = build(text="deep")
    for _ in range(100):
        outer = build(text="outer")
        outer.add_attachment(mail)
        mail = outer
    assert read_mail(mail.as_bytes()).forwarded == "outer"


def test_mail_of_twenty_megabytes_is_read_and_its_text_bounded() -> None:
    mail = build(text="x" * 20 * 1024 * 1024)
    assert len(read_mail(mail.as_bytes()).text) <= MAX_TEXT


def test_calendar_invite_is_no_text_and_its_name_is_told() -> None:
    mail = build(text="Please come")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="i.ics")
    read = read_mail(mail.as_bytes())
    assert (read.text, read.attachments) == ("Please come", ("i.ics",))


@pytest.mark.parametrize(
    "subject",
    [
        *(
            "Out of office: back on Monday",
            "Automatic reply: your mail",
            "Abwesenheitsnotiz: Urlaub",
        ),
        *("Réponse automatique : absente", "Respuesta automática: vacaciones"),
        *("Resposta automática: férias", "自动回复:我在休假"),
    ],
)
def test_out_of_office_is_known_in_many_languages(subject: str) -> None:
    assert read_mail(raw(subject=subject)).automatic == "the subject"


@pytest.mark.parametrize(
    "headers",
    [
        *({"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}),
        {"Return_Path": "<>"},
    ],
)
def test_machines_are_known_by_their_headers(headers: dict[str, str]) -> None:
    assert read_mail(raw(**headers)).automatic


def test_person_who_says_so_is_no_machine() -> None:
    assert not read_mail(raw(Auto_Submitted="no")).automatic


def test_delivery_report_names_the_recipient_and_the_mail() -> None:
    report = read_mail(bounce(message_id="<parley.1@x>", recipient="Owner@home.test")).bounce
    assert report is not None
    assert (report.recipient, report.reported_id) == ("owner@home.test", "<parley.1@x>")
    assert report.is_permanent


def test_mail_without_an_id_is_known_again_by_its_content() -> None:
    first = read_mail(raw(message_id="")).identity
    assert first.startswith("sha256:")
    assert first == read_mail(raw(message_id="")).identity


def test_sender_is_authenticated_by_the_receiving_server_alone() -> None:
    mail = raw(sender="owner@home.test")
    assert read_mail(mail, trusted_servers=[SERVER]).authenticated
    assert not read_mail(mail, trusted_servers=["other.test"]).authenticated
    assert not read_mail(mail).authenticated


def test_header_that_the_sender_wrote_below_the_servers_does_not_count() -> None:
    mail = build(authentic=False)
    mail["Authentication-Results"] = vouched("home.test", "fail")
    mail["Authentication-Results"] = vouched("home.test")
    assert not read_mail(mail.as_bytes(), trusted_servers=[SERVER]).authenticated


def test_pass_for_another_domain_does_not_count() -> None:
    mail = build(authentic=False)
    mail["Authentication-Results"] = vouched("evil.test")
    assert not read_mail(mail.as_bytes(), trusted_servers=[SERVER]).authenticated


def test_two_from_headers_name_nobody() -> None:
    mail = b"From: owner@home.test\n" + raw()
    assert read_mail(mail, trusted_servers=[SERVER]).sender == ""
    assert not read_mail(mail, trusted_servers=[SERVER]).authenticated


def test_words_after_a_forward_that_look_like_a_header_stay() -> None:
    assert read_mail(raw(text=forwarded_text("Note: we will send again"))).forwarded == (
        "Note: we will send again"
    )
