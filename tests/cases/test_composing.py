"""The composer's page: drafts as wished, checked without touching what was typed, and noted as sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CaseEvent, FollowUp
from cases.services import open_case
from cases.side_by_side import mark_of
from cases.translations import messages_of
from orders.models import OrderItem
from tests.stock import NOW, Home, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
# Tuesday 03:12 in Shanghai.
NIGHT = datetime(2026, 11, 23, 19, 12, tzinfo=UTC)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    return _case(home)


def _case(home: Home, number: str = "3069099405659913", **fields: Any) -> Case:
    seller = fields.pop("seller", None) or make_seller(home)
    order = make_order(home, seller=seller, number=number)
    OrderItem.objects.create(order=order, title="Tea set")
    return open_case(
        member=home.owner,
        seller=seller,
        order=order,
        title="Two cups broken",
        issue="damaged",
        goal="refund",
        details="",
        value=None,
        now=NOW,
    )


def address(home: Home, case: Case, rest: str = "") -> str:
    return home.path(f"cases/{case.public_id}/write/{rest}")


def shown(home: Home, case: Case, rest: str = "") -> str:
    return home.client.get(address(home, case, rest)).content.decode()


def posted(home: Home, case: Case, rest: str = "", **fields: str) -> str:
    base = {"body": "My own words", "theirs": "我的话", "which": "english"}
    return home.client.post(address(home, case, rest), base | fields).content.decode()


def test_both_texts_stand_side_by_side(home: Home, case: Case) -> None:
    page = shown(home, case)
    assert "Hello, this is about order 3069099405659913 (Tea set)." in page
    assert "您好，关于订单 3069099405659913（Tea set）。" in page
    assert 'lang="zh-Hans"' in page


def test_tone_and_language_are_as_wished(home: Home, case: Case) -> None:
    page = shown(home, case, "?tone=last_notice&language=pl")
    assert "I will open a dispute" in page
    assert "otworzę spór" in page
    assert "The same in Polish" in page


def test_nonsense_in_the_address_gives_the_draft_that_fits(home: Home, case: Case) -> None:
    page = shown(home, case, "?tone=rude&language=xx&own=nothing")
    assert "The same in Chinese" in page


def test_statement_goes_to_the_marketplace_and_not_to_the_seller(home: Home, case: Case) -> None:
    page = shown(home, case, "?tone=dispute")
    assert "This is a statement on order 3069099405659913" in page
    assert "Put it into the escalation" in page
    assert "I sent it" not in page.partition("<main")[2].replace("press “I sent it”", "")


def test_check_answers_with_findings_alone(home: Home, case: Case) -> None:
    answer = posted(home, case, "check/", body="you are idiots")
    assert "<textarea" not in answer
    assert "<html" not in answer
    assert "“idiots” insults" in answer
    assert "The order number is not in it: 3069099405659913." in answer


def test_text_that_is_to_be_sent_is_the_one_that_is_checked(home: Home, case: Case) -> None:
    assert "“骗子” insults" in posted(home, case, "check/", theirs="你们是骗子", which="theirs")
    assert "insults" not in posted(home, case, "check/", theirs="你们是骗子", which="english")


def test_check_without_scripts_keeps_what_was_typed(home: Home, case: Case) -> None:
    page = posted(home, case, do="check", body="Hello <b>there</b>", theirs="您好 & 谢谢")
    assert ">Hello &lt;b&gt;there&lt;/b&gt;</textarea>" in page
    assert ">您好 &amp; 谢谢</textarea>" in page
    assert "The order number is not in it" in page


@pytest.mark.parametrize("act", ["check", "draft", "translate", "remind"])
def test_text_that_is_too_long_is_refused_and_stays_whole(home: Home, case: Case, act: str) -> None:
    page = posted(home, case, do=act, body="long " * 5000)
    assert "This text has 25000 characters; at most 20000 are kept." in page
    assert fields_of(page)["body"] == "long " * 5000


def test_statement_that_is_too_long_stays_whole(home: Home, case: Case) -> None:
    typed = {"kind": "dispute", "statement": "long " * 5000}
    page = home.client.post(address(home, case, "statement/"), typed).content.decode()
    assert "long " * 5000 in page


def test_translators_link_carries_what_was_typed(home: Home, case: Case) -> None:
    assert "text=My%20own%20words" in posted(home, case, "check/")


def test_checker_knows_the_pictures_of_the_case(home: Home, case: Case) -> None:
    assert "No picture is with the case" in shown(home, case)
    case.evidence.create(
        household=home.household, content_type="image/jpeg", added_by=home.owner, added_at=NOW
    )
    assert "It names the pictures" in shown(home, case)


@time_machine.travel(NIGHT, tick=False)
def test_when_it_is_read_is_said_with_a_reminder_for_the_opening(home: Home, case: Case) -> None:
    page = shown(home, case)
    assert "Shanghai, Tuesday 03:12: they open in 5 h 48 min" in page
    assert "Remind me on Tue 01:00" in page
    answer = posted(home, case, do="remind")
    assert "You will be reminded on Tue 24 Nov, 01:00." in answer
    assert ">My own words</textarea>" in answer
    step = case.follow_ups.get(kind="own", status=FollowUp.Status.PENDING)
    assert step.due_at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    posted(home, case, do="remind")
    assert case.follow_ups.filter(kind="own").count() == 1


@time_machine.travel(NIGHT + timedelta(hours=8), tick=False)
def test_at_work_is_a_good_time(home: Home, case: Case) -> None:
    page = shown(home, case)
    assert "they are at work. Now is a good time." in page
    assert "Remind me on" not in page


@time_machine.travel(NIGHT, tick=False)
def test_nobody_is_told_to_wait_past_the_last_safe_moment(home: Home, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(escalate_by=NIGHT + timedelta(hours=2))
    page = shown(home, case)
    assert "Do not wait for that." in page
    assert "Remind me on" not in page


def test_translation_is_offered_only_where_there_is_a_server(
    home: Home, case: Case, settings: Any
) -> None:
    assert "Translate into Chinese" not in shown(home, case)
    settings.LIBRETRANSLATE_URL = "http://127.0.0.1:9"
    assert "Translate into Chinese" in shown(home, case)


def test_translation_takes_the_place_of_the_second_text(
    home: Home, case: Case, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.composing_views.translate", lambda text, to: f"{to}:{text}")
    page = posted(home, case, do="translate")
    assert ">My own words</textarea>" in page
    assert ">zh:My own words</textarea>" in page


def test_translation_that_fails_says_why_and_keeps_both_texts(
    home: Home, case: Case, settings: Any
) -> None:
    settings.LIBRETRANSLATE_URL = "http://127.0.0.1:9"
    page = posted(home, case, do="translate")
    assert "The translation server does not answer as it should." in page
    assert ">My own words</textarea>" in page
    assert ">我的话</textarea>" in page


def test_several_cases_go_into_one_message(home: Home, case: Case) -> None:
    _case(home, "3069099405659999", seller=case.seller)
    page = shown(home, case, "?together=1")
    assert "I am writing about 2 matters" in page
    assert "One message for all of these" in page
    assert "Ask for one thing at a time" not in page


def fields_of(page: str) -> dict[str, str]:
    """What the composer's form sends when nothing is changed, its choices of a draft among it."""
    soup = BeautifulSoup(page, "html.parser")
    fields = {
        str(field["name"]): str(field.get("value", ""))
        for field in soup.select("#compose input[type=hidden]")
    }
    fields |= {str(f["name"]): f.get_text().removeprefix("\n") for f in soup.select("textarea")}
    for choice in soup.select("select[form=compose]"):
        chosen = choice.select_one("option[selected]") or choice.select_one("option")
        assert chosen is not None
        fields[str(choice["name"])] = str(chosen["value"])
    return fields


def ask_for(home: Home, case: Case, **changed: str) -> HttpResponse:
    """Press 'Show this draft' on the composer's page, some of its fields changed."""
    fields = fields_of(shown(home, case))
    return home.client.post(address(home, case), fields | {"do": "draft"} | changed)


def test_another_draft_takes_the_place_of_one_that_was_not_changed(home: Home, case: Case) -> None:
    answer = ask_for(home, case, tone="last_notice", language="pl")
    assert answer.status_code == 302
    page = home.client.get(answer["Location"]).content.decode()
    assert "I will open a dispute" in fields_of(page)["body"]
    assert "otworzę spór" in fields_of(page)["theirs"]


def test_typed_words_stay_and_the_draft_that_was_asked_for_is_beside_them(
    home: Home, case: Case
) -> None:
    page = ask_for(home, case, tone="last_notice", body="My own words").content.decode()
    assert fields_of(page)["body"] == "My own words"
    assert fields_of(page)["tone"] == "last_notice"
    assert "You have changed the words below, so they stay." in page
    soup = BeautifulSoup(page, "html.parser")
    instead = soup.find("a", string="Take this draft, not my words")
    assert isinstance(instead, Tag)
    taken = home.client.get(str(instead["href"])).content.decode()
    assert "I will open a dispute" in fields_of(taken)["body"]


def test_typed_words_stay_however_often_another_draft_is_asked_for(home: Home, case: Case) -> None:
    page = ask_for(home, case, tone="clearer", theirs="我的话").content.decode()
    again = home.client.post(address(home, case), fields_of(page) | {"do": "draft"})
    assert fields_of(again.content.decode())["theirs"] == "我的话"


def test_empty_fields_take_the_draft_at_once(home: Home, case: Case) -> None:
    assert ask_for(home, case, tone="clearer", body="", theirs=" ").status_code == 302


def test_all_cases_stay_in_one_message_when_another_draft_is_asked_for(
    home: Home, case: Case
) -> None:
    _case(home, "3069099405659999", seller=case.seller)
    path = address(home, case, "?together=1")
    fields = fields_of(home.client.get(path).content.decode())
    answer = home.client.post(path, fields | {"do": "draft", "language": "pl"})
    assert "together=1" in answer["Location"]


def sent_as(home: Home, case: Case, **changed: str) -> CaseEvent | None:
    """The translation that is kept when the texts of the composer are sent, some of them changed."""
    fields = fields_of(shown(home, case))
    answer = home.client.post(home.path(f"cases/{case.public_id}/attempts/"), fields | changed)
    assert answer.status_code == 302
    return case.events.filter(kind="translated").first()


def test_english_text_beside_the_one_that_was_sent_is_kept_as_its_translation(
    home: Home, case: Case
) -> None:
    kept = sent_as(home, case, which="theirs")
    assert kept is not None
    assert kept.details["body"].startswith("Hello, this is about order 3069099405659913")
    (message,) = messages_of(case)
    assert message.entry.body.startswith("您好")
    assert message.translation == kept.details["body"]


def test_text_that_was_changed_alone_is_no_translation_of_the_other(home: Home, case: Case) -> None:
    assert sent_as(home, case, which="theirs", body="Something else") is None


def test_texts_that_were_both_written_anew_say_the_same(home: Home, case: Case) -> None:
    kept = sent_as(home, case, which="theirs", body="My own words", theirs="我的话")
    assert kept is not None
    assert kept.details["body"] == "My own words"


@pytest.mark.parametrize("which", ["english", "both"])
def test_what_went_out_in_english_needs_no_translation(home: Home, case: Case, which: str) -> None:
    assert sent_as(home, case, which=which) is None


def test_translation_is_kept_once_when_the_button_is_pressed_twice(home: Home, case: Case) -> None:
    fields = {"channel": "message_center", "which": "theirs", "theirs": "我的话", "body": "Mine"}
    fields["mark"] = mark_of("a", "b")
    for _press in range(2):
        home.client.post(home.path(f"cases/{case.public_id}/attempts/"), fields)
    assert case.attempts.count() == 1
    assert case.events.filter(kind="translated").count() == 1


def test_statement_is_put_in_only_on_request_and_over_nothing_that_was_typed(
    home: Home, case: Case
) -> None:
    path = address(home, case, "statement/")
    blank = {"kind": "dispute", "reference": "R-77", "statement": "", "opened_at": ""}
    page = home.client.post(path, blank).content.decode()
    assert ">\nThis is a statement on order" in page
    assert 'value="R-77"' in page
    assert "What you wrote stays" not in page
    page = home.client.post(path, blank | {"statement": "My own statement"}).content.decode()
    assert ">\nMy own statement</textarea>" in page
    assert "What you wrote stays" in page
    assert "This is a statement on order" in page
    assert not case.escalations.exists()
    assert (
        "This is a statement"
        not in home.client.get(home.path(f"cases/{case.public_id}/")).content.decode()
    )


def test_appeal_is_drafted_for_an_appeal(home: Home, case: Case) -> None:
    page = home.client.post(
        address(home, case, "statement/"), {"kind": "appeal", "statement": ""}
    ).content.decode()
    assert "I ask you to look at the decision again" in page


def test_composed_statement_goes_into_the_escalation(home: Home, case: Case) -> None:
    page = posted(home, case, "statement/?tone=appeal", body="Look again, please")
    assert ">\nLook again, please</textarea>" in page
    assert '<option value="appeal" selected>' in page


def test_settled_case_is_written_to_no_more_but_breaks_nothing(home: Home, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(stage="settled", outcome="lost", settled_at=NOW)
    assert home.client.get(address(home, case)).status_code == 200


def test_viewer_does_not_write(home: Home, case: Case) -> None:
    _member, client = home.member("Vera", "viewer")
    assert client.get(address(home, case)).status_code == 403


@pytest.mark.parametrize("rest", ["", "?together=1", "check/"])
def test_number_of_queries_does_not_grow(home: Home, case: Case, rest: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            if rest == "check/":
                posted(home, case, rest)
            else:
                shown(home, case, rest)
        return len(queries)

    _case(home, "3069099405659990", seller=case.seller)
    count()
    few = count()
    for number in range(3):
        other = _case(home, f"306909940565999{number + 1}", seller=case.seller)
        other.order.items.create(title="Another") if other.order else None  # type: ignore[union-attr]
    for number in range(3):
        case.evidence.create(
            household=home.household,
            content_type="image/png",
            added_by=home.owner,
            added_at=NOW,
            caption=str(number),
        )
    assert count() == few


def test_a_text_with_anything_in_it_is_shown_inert(home: Home, case: Case) -> None:
    text = "\u202e<script>alert(1)</script> {order} 👨‍👩‍👧‍👦 " + "x" * 19_000
    page = posted(home, case, do="check", body=text)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
