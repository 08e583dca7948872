"""Which language and tone a draft takes, and that what was really sent is noted."""

from datetime import timedelta

import pytest

from cases.drafts import Wording, draft_message, language_of, tone_of
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


@pytest.mark.parametrize(
    ("stage", "tone"),
    [
        (Stage.DRAFTING, Tone.FIRST),
        (Stage.ESCALATION_DUE, Tone.DISPUTE),
        (Stage.AWAITING_PLATFORM, Tone.APPEAL),
    ],
)
def test_tone_fits_the_stage(case: Case, stage: Stage, tone: Tone) -> None:
    case.stage = stage
    assert tone_of(case) == tone


def test_unknown_wording_in_an_address_counts_as_not_wished() -> None:
    assert Wording.read(tone="rude", language="xx") == Wording()
    assert Wording.read(tone="appeal", language="pl") == Wording(Tone.APPEAL, "pl")


def test_no_answer_is_asked_for_after_the_last_safe_moment(home: Home, case: Case) -> None:
    case.escalate_by = NOW + timedelta(days=2)
    zone = NOW.tzinfo
    assert "by 25 November" in draft_message(case, zone=zone, now=NOW).english  # type: ignore[arg-type]


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
