"""Which language and tone a draft takes, and that what was really sent is noted."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.drafts import Wording, draft_message, language_of, tone_for_marketplace
from cases.messages import Tone
from cases.models import Case
from cases.pages import cases_with_lines
from cases.vocabulary import Stage
from sellers.models import Seller
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    seller = make_seller(home)
    case = make_case(home, seller, order=make_order(home, seller=seller), goal="refund")
    return cases_with_lines(home.household).get(pk=case.pk)


@pytest.mark.parametrize(
    ("country", "languages", "best"),
    [
        ("CN", [], "zh"),
        ("HK", [], "zh"),
        ("DE", [], "de"),
        ("BR", [], "pt"),
        ("US", [], "en"),
        ("NL", [], "en"),
        ("CN", ["en"], "en"),
        ("CN", ["en", "ko"], "ko"),
        ("CN", ["ru"], "zh"),
    ],
)
def test_draft_is_in_what_the_seller_reads(country: str, languages: list[str], best: str) -> None:
    assert language_of(Seller(country=country, languages=languages)) == best


def test_title_that_is_a_question_is_no_thing_that_one_asks_about(home: Home) -> None:
    title, details = "Has it an EU plug?", "Has it an EU plug, or a Chinese one?"
    made = make_case(home, make_seller(home), issue="question", goal="answer", title=title)
    made.details = details
    made.save()
    case = cases_with_lines(home.household).get(pk=made.pk)
    english = draft_message(case, zone=ZoneInfo("Europe/Madrid"), now=NOW).english
    assert title not in english
    assert english.count("?") == 1
    assert details in english


def test_seller_is_written_to_as_a_seller_when_an_escalation_is_due(case: Case) -> None:
    case.stage = Stage.ESCALATION_DUE
    text = draft_message(case, zone=ZoneInfo("UTC"), now=NOW).english
    assert text.startswith("Hello, this is about order")


def test_marketplace_gets_a_statement_and_after_its_ruling_an_appeal(case: Case) -> None:
    assert tone_for_marketplace(case) == Tone.DISPUTE
    case.escalations.create(
        kind="dispute",
        opened_at=NOW,
        decided_at=NOW,
        ruling="against",
        opened_by=case.household.memberships.get(),
    )
    fresh = cases_with_lines(case.household).get(pk=case.pk)
    assert tone_for_marketplace(fresh) == Tone.APPEAL


def test_who_has_answered_is_not_told_that_they_have_not(case: Case) -> None:
    attempt = case.attempts.create(
        cycle=1,
        channel="message_center",
        sent_at=NOW,
        sent_by=case.household.memberships.get(),
        band="within_24h",
        expected_by=NOW,
        reply_probability=0.5,
    )
    zone = ZoneInfo("UTC")
    silent = cases_with_lines(case.household).get(pk=case.pk)
    assert "no answer yet" in draft_message(silent, zone=zone, now=NOW).english
    attempt.replied_at = NOW
    attempt.save()
    answered = cases_with_lines(case.household).get(pk=case.pk)
    assert "no answer yet" not in draft_message(answered, zone=zone, now=NOW).english


def test_unknown_wording_in_an_address_counts_as_not_wished() -> None:
    assert Wording.read(tone="rude", language="xx") == Wording()
    assert Wording.read(tone="appeal", language="pl") == Wording(Tone.APPEAL, "pl")


def test_no_answer_is_asked_for_after_the_last_safe_moment(home: Home, case: Case) -> None:
    case.escalate_by = NOW + timedelta(days=2)
    assert "by 25 November" in draft_message(case, zone=ZoneInfo("UTC"), now=NOW).english


def send(home: Home, case: Case, **fields: str) -> int:
    base = {"channel": "message_center", "body": "Hello", "theirs": "您好"}
    path = home.path(f"cases/{case.public_id}/attempts/")
    return home.client.post(path, base | fields).status_code


@pytest.mark.parametrize(
    ("which", "noted"),
    [("english", "Hello"), ("theirs", "您好"), ("both", "您好\n\nHello"), ("", "Hello")],
)
def test_the_text_that_was_really_sent_is_noted(
    home: Home, case: Case, which: str, noted: str
) -> None:
    assert send(home, case, which=which) == 302
    assert case.attempts.get().body == noted


def test_an_empty_english_text_is_no_fault_where_it_was_not_sent(home: Home, case: Case) -> None:
    assert send(home, case, body="", which="theirs") == 302
    assert case.attempts.get().body == "您好"


@pytest.mark.parametrize(
    "fields", [{"body": "", "which": "english"}, {"theirs": "", "which": "theirs"}, {"which": "?"}]
)
def test_an_empty_message_is_refused_with_a_reason(
    home: Home, case: Case, fields: dict[str, str]
) -> None:
    assert send(home, case, **fields) == 422
    assert not case.attempts.exists()
