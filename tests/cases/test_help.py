"""The help: where buttons are, what stages mean, and what the marketplace does next."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from cases.afterwards import expected_of
from cases.help_pages import afterwards_in_general, stages
from cases.models import Case
from cases.plan_facts import EscalationFacts, OrderFacts, PlanFacts
from cases.services import escalate_case, open_case
from cases.templatetags.drawings import drawing
from cases.vocabulary import EscalationKind, Ruling, Stage
from languages.saying import said
from sellers.drawings import SHAPES, WIDTH, draw, lay_out
from sellers.profiles import load_profiles
from tests.cases.test_plan import DAY, NOW, facts
from tests.stock import NOW as THEN
from tests.stock import Home, make_home, make_order, make_seller

CHANNELS = [(p, c) for p in load_profiles().values() for c in p.channels.values()]
DRAWN = [(p, c) for p, c in CHANNELS if c.drawing]


def disputed(opened_at: object = NOW - 2 * DAY, **more: object) -> PlanFacts:
    escalation = EscalationFacts(kind=EscalationKind.DISPUTE, opened_at=opened_at, **more)  # type: ignore[arg-type]
    return facts(order=OrderFacts(shipped_at=NOW - 30 * DAY), escalations=[escalation])


# Drawings


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("drawn", DRAWN, ids=lambda pair: f"{pair[0].code}-{pair[1].code}")
def test_each_drawing_marks_one_button_and_stays_on_its_sheet(drawn: tuple, language: str) -> None:
    with translation.override(language):
        sheet = lay_out(drawn[1].drawing, said)
    assert sum(shape.is_marked for shape in sheet.shapes) == 1
    for shape in sheet.shapes:
        assert 0 <= shape.x <= shape.x + shape.width <= WIDTH
        assert 0 <= shape.y <= shape.bottom <= sheet.height
    for one, other in zip(sheet.shapes, sheet.shapes[1:], strict=False):
        assert one.x + one.width <= other.x or one.bottom <= other.y


LONG = draw("A page", [["button: Track order", "space", "*button: Returns/refunds"], ["line"]])


def test_label_that_needs_the_room_goes_on_in_a_second_line() -> None:
    words = {"Track order": "Rastrear pedido", "Returns/refunds": "Devoluciones/reembolsos"}
    track, _space, returns, line = lay_out(LONG, lambda text: words[text]).shapes
    assert track.lines == ("Rastrear pedido",)
    assert returns.lines == ("Devoluciones/", "reembolsos")
    assert returns.height > track.height
    assert track.centre == returns.centre
    assert line.y >= returns.bottom


def test_label_that_fits_stays_in_one_line() -> None:
    assert [shape.lines for shape in lay_out(LONG, str).shapes][2] == ("Returns/refunds",)


def test_drawing_whose_translation_has_no_room_shows_the_english_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = draw("A page", [["*button: Nobody translates this"]])
    translation.gettext("")  # the translator is looked up once, and kept
    monkeypatch.setattr(translation._trans, "gettext", lambda _text: "x" * 60)
    assert "Nobody translates this" in drawing(plan)


def test_every_button_of_aliexpress_is_drawn() -> None:
    assert all(channel.drawing for channel in load_profiles()["aliexpress"].channels.values())


def test_each_kind_of_escalation_has_a_place_in_each_marketplace() -> None:
    for profile in load_profiles().values():
        for kind in ("dispute", "support", "appeal"):
            channel = profile.channel_that_opens(kind)
            assert channel is not None, (profile.code, kind)
            assert channel.reaches == "marketplace"


def test_every_shape_can_be_painted_and_words_are_shown_inert() -> None:
    rows = [[kind] for kind in SHAPES if kind != "button"] + [["*button: <b>Chat & more"]]
    picture = drawing(draw("A page", rows))
    assert "&lt;b&gt;Chat &amp; more" in picture
    assert "style=" not in picture
    assert picture.count("<g ") == len(SHAPES)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([["button: Chat"]], "exactly one shape"),
        ([["*button: Chat", "*envelope"]], "exactly one shape"),
        ([["*wheel"]], "'wheel' is none of"),
        ([["*envelope"], []], "holds no shape"),
        ([["*button: " + "a" * 60]], "wider than the drawing"),
    ],
)
def test_drawing_that_is_wrong_says_what_is_wrong(rows: list, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        draw("A page", rows)


# What comes next


def test_before_it_is_taken_further_nothing_is_foretold() -> None:
    assert expected_of(facts(), now=NOW) == []


def test_dates_come_from_the_windows_of_the_marketplace() -> None:
    lines = expected_of(disputed(), now=NOW)
    by_source = {line.source.text: line.at for line in lines}
    windows = load_profiles()["aliexpress"].windows
    assert by_source[windows["seller_answers_dispute"].source.text] == NOW + 3 * DAY
    assert by_source[windows["platform_steps_in"].source.text] == NOW + 5 * DAY


def test_lines_stand_by_time_and_what_has_no_time_comes_last() -> None:
    moments = [line.at for line in expected_of(disputed(), now=NOW)]
    known = [moment for moment in moments if moment is not None]
    assert known == sorted(known)
    assert moments == known + [None] * (len(moments) - len(known))


def test_what_counts_from_a_decision_waits_for_it() -> None:
    before = expected_of(disputed(), now=NOW)
    after = expected_of(disputed(decided_at=NOW - DAY, ruling=Ruling.FOR_US), now=NOW)
    assert not any("Appeal" in line.text for line in before)
    appeal = next(line for line in after if "Appeal" in line.text)
    assert appeal.at == NOW + 6 * DAY


def test_line_is_past_at_its_moment_and_not_before() -> None:
    opened = NOW - 5 * DAY
    (seller,) = [x for x in expected_of(disputed(opened), now=NOW) if x.who == "seller"]
    assert seller.is_past
    earlier = NOW - timedelta(seconds=1)
    (seller,) = [x for x in expected_of(disputed(opened), now=earlier) if x.who == "seller"]
    assert not seller.is_past


def test_newest_escalation_decides_what_is_told() -> None:
    both = disputed()
    support = EscalationFacts(kind=EscalationKind.SUPPORT, opened_at=NOW - DAY)
    lines = expected_of(replace(both, escalations=[*both.escalations, support]), now=NOW)
    assert lines
    assert all(line.at is None for line in lines)


def test_every_stage_is_explained() -> None:
    assert [row.stage for row in stages()] == list(Stage)


def test_general_times_are_said_for_each_kind() -> None:
    groups = afterwards_in_general(load_profiles()["aliexpress"])
    assert [group.kind for group in groups] == ["dispute", "support", "appeal"]
    moments = [line.moment for line in groups[0].lines]
    assert moments[0] == "within 5 days"
    assert "after 7 days" in moments
    assert "7 days from the decision" in moments


# Pages


@pytest.fixture
def home(db: None) -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    seller = make_seller(home)
    return open_case(
        member=home.owner,
        seller=seller,
        order=make_order(home, seller=seller, shipped_at=THEN - 20 * DAY),
        title="Two cups broken",
        issue="damaged",
        goal="refund",
        details="",
        value=None,
        now=THEN,
    )


@pytest.mark.parametrize("page", ["", "stages/", "channels/", "afterwards/", "questions/"])
def test_page_of_help_opens_for_each_marketplace(home: Home, page: str) -> None:
    for code in [*load_profiles(), "<b>", ""]:
        answer = home.client.get(home.path(f"help/{page}"), {"marketplace": code})
        assert answer.status_code == 200


def test_help_speaks_of_the_marketplace_that_the_household_deals_with(home: Home) -> None:
    make_seller(home, marketplace="temu")
    assert "Customer support" in home.client.get(home.path("help/channels/")).content.decode()


def test_drawing_stands_beside_the_button_on_the_case(home: Home, case: Case) -> None:
    page = home.client.get(home.path(f"cases/{case.public_id}/")).content.decode()
    assert page.count("Where is that?") == 2  # the message's channel, and the dispute
    assert 'class="drawing"' in page
    assert f"help/stages/#{case.stage}" in page
    assert "What AliExpress does next" not in page


def test_drawing_bears_the_readers_words_and_the_english_page_is_named_beside(home: Home) -> None:
    home.owner.user.language = "de"
    home.owner.user.save()
    page = home.client.get(home.path("help/channels/")).content.decode()
    assert re.search(r"<text[^>]*>Verkäufer kontaktieren</text>", page)
    assert "Auf der englischen Seite: „Contact seller“." in page


def test_case_taken_further_says_what_the_marketplace_does_next(home: Home, case: Case) -> None:
    escalate_case(member=home.owner, case=case, kind="dispute", opened_at=THEN, now=THEN)
    page = home.client.get(home.path(f"cases/{case.public_id}/")).content.decode()
    assert "What AliExpress does next, and when" in page
    assert "steps in by itself" in page


def test_help_makes_a_constant_number_of_queries(
    home: Home, django_assert_num_queries: Callable[..., Any]
) -> None:
    home.client.get(home.path("help/"))  # the session learns of the household
    with django_assert_num_queries(5):
        home.client.get(home.path("help/channels/"))
    for number in range(5):
        make_seller(home, name=f"Store {number}")
    with django_assert_num_queries(5):
        home.client.get(home.path("help/channels/"))
