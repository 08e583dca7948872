"""What a message says in another language: kept beside it, and handed over as a translation."""

from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.pack import build_pack
from cases.services import keep_translations, log_reply, settle_case
from cases.translations import messages_of
from tests.cases.test_pack import pdf_text
from tests.cases.test_sweep import waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
CHINESE = "亲,请您再等 15 天"
ENGLISH = "Dear, please wait 15 more days"


@pytest.fixture
def home(monkeypatch) -> Home:
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    made = waiting_case(home)
    log_reply(
        member=home.owner,
        case=made,
        received_at=NOW,
        body=CHINESE,
        channel="message_center",
        now=NOW,
    )
    return made


def keep(home: Home, case: Case, texts: dict[int, str]) -> int:
    return keep_translations(member=home.owner, case=case, texts=texts, now=NOW)


def number_of(case: Case, body: str) -> int:
    return next(message.number for message in messages_of(case) if message.entry.body == body)


def test_page_asks_for_what_an_office_cannot_read_and_the_pack_shows_both(home, case):
    number = number_of(case, CHINESE)
    page = home.client.get(home.path(f"cases/{case.public_id}/pack/"))
    foreign = [message.number for message in page.context["spoken"] if message.is_foreign]
    assert foreign == [number]
    address = home.path(f"cases/{case.public_id}/pack/translations/")
    home.client.post(address, {f"message-{number}": f" {ENGLISH} \0"})
    event = case.events.get(kind=CaseEvent.Kind.TRANSLATED)
    assert (event.actor, event.details["body"]) == (home.owner, ENGLISH)
    pack = build_pack(case, zone=ZoneInfo("Europe/Madrid"), now=NOW)
    words = pdf_text(pack.pdf)
    assert ENGLISH in words
    assert "Translated by the buyer" in words
    logged = next(entry for entry in pack.log if entry.get("translation"))
    assert (logged["details"]["body"], logged["translation"]) == (CHINESE, ENGLISH)


def entries_on_page(home: Home, case: Case) -> tuple[list[Tag], int]:
    """The entries of the timeline as the case's page shows them, and the queries it took."""
    address = home.path(f"cases/{case.public_id}/")
    home.client.get(address)
    with CaptureQueriesContext(connection) as queries:
        page = home.client.get(address).content.decode()
    return BeautifulSoup(page, "html.parser").select("ol.log > li"), len(queries)


def test_case_page_shows_it_under_its_message_and_asks_no_more_for_it(home, case):
    before, queries_before = entries_on_page(home, case)
    keep(home, case, {number_of(case, CHINESE): ENGLISH})
    entries, queries = entries_on_page(home, case)
    assert len(entries) == len(before)
    assert queries == queries_before
    (message,) = (entry for entry in entries if ENGLISH in entry.text)
    assert [quote.text for quote in message.select("blockquote")] == [CHINESE, ENGLISH]
    assert "Olga" in message.select("p.small")[-1].text


def test_translation_that_was_replaced_or_taken_back_stays_on_the_timeline(home, case):
    number = number_of(case, CHINESE)
    keep(home, case, {number: "Wait."})
    keep(home, case, {number: ENGLISH})
    shown = [entry.text for entry in entries_on_page(home, case)[0]]
    assert [CHINESE in text for text in shown if "Wait." in text] == [False]
    assert [CHINESE in text for text in shown if ENGLISH in text] == [True]
    keep(home, case, {number: ""})
    shown = [entry.text for entry in entries_on_page(home, case)[0]]
    assert [CHINESE in text for text in shown if ENGLISH in text] == [False]
    assert len(shown) == case.events.count()


def test_the_newest_counts_and_the_older_is_kept(home, case):
    number = number_of(case, CHINESE)
    assert keep(home, case, {number: "Wait."}) == 1
    assert keep(home, case, {number: ENGLISH}) == 1
    assert keep(home, case, {number: ENGLISH}) == 0
    assert messages_of(case)[number - 1].translation == ENGLISH
    assert case.events.filter(kind=CaseEvent.Kind.TRANSLATED).count() == 2


def test_it_can_be_taken_away(home, case):
    number = number_of(case, CHINESE)
    keep(home, case, {number: ENGLISH})
    keep(home, case, {number: ""})
    assert messages_of(case)[number - 1].translation == ""


def test_a_later_message_moves_no_number(home, case):
    number = number_of(case, CHINESE)
    keep(home, case, {number: ENGLISH})
    log_reply(
        member=home.owner, case=case, received_at=NOW, body="好", channel="message_center", now=NOW
    )
    assert messages_of(case)[number - 1].translation == ENGLISH
    assert messages_of(case)[-1].translation == ""


def test_a_settled_case_can_still_be_made_readable(home, case):
    settle_case(member=home.owner, case=case, outcome="lost", now=NOW)
    assert keep(home, case, {number_of(case, CHINESE): ENGLISH}) == 1


def test_one_that_is_too_long_is_refused_and_stays_on_the_page(home, case):
    number = number_of(case, CHINESE)
    with pytest.raises(CaseError):
        keep(home, case, {number: "x" * 20_001})
    page = home.client.post(
        home.path(f"cases/{case.public_id}/pack/translations/"),
        {f"message-{number}": "x" * 20_001, "message-99": "nothing", "message-x": "nothing"},
    )
    assert page.status_code == 422
    assert "x" * 20_001 in page.content.decode()
    assert not case.events.filter(kind=CaseEvent.Kind.TRANSLATED).exists()


def test_a_viewer_translates_nothing(home, case):
    viewer, client = home.member("Vera", "viewer")
    with pytest.raises(PermissionDenied):
        keep_translations(member=viewer, case=case, texts={1: "x"}, now=NOW)
    page = client.get(home.path(f"cases/{case.public_id}/pack/")).content.decode()
    assert "Keep the translations" not in page
