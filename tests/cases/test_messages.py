import re
from datetime import date

import pytest

from cases.messages import LANGUAGES, MessageFacts, Tone, _sentences, write_draft, write_joint_draft
from money import Money


def facts(**changes: object) -> MessageFacts:
    base: dict[str, object] = {
        "issue": "not_received",
        "goal": "refund",
        "tone": Tone.FIRST,
        "answer_by": date(2026, 11, 27),
        "order_number": "7946343613177242",
        "item": "LED desk lamp",
        "amount": Money(2340, "EUR"),
    }
    return MessageFacts(**(base | changes))


def test_first_message_names_order_problem_and_one_wish_with_a_date() -> None:
    assert write_draft(facts()).english == (
        "Hello, this is about order 7946343613177242 (LED desk lamp). "
        "The parcel has not arrived, and the tracking has not moved. "
        "Please refund €23.40 by 27 November. Thank you."
    )


def test_chinese_says_the_same_beside_it() -> None:
    assert write_draft(facts()).theirs == (
        "您好，关于订单 7946343613177242（LED desk lamp）。我还没有收到货，物流信息也没有更新。"
        "请在 11月27日 前退款 €23.40。谢谢。"
    )


def test_later_message_says_when_the_last_was_written() -> None:
    text = write_draft(facts(tone=Tone.CLEARER, last_sent_on=date(2026, 11, 20))).english
    assert "I wrote on 20 November and have had no answer yet." in text


def test_last_notice_announces_the_dispute() -> None:
    text = write_draft(facts(tone=Tone.LAST_NOTICE, last_sent_on=date(2026, 11, 20))).english
    assert "without an answer by 27 November I will open a dispute" in text


def test_unknown_amount_asks_without_a_figure() -> None:
    assert "refund the full price by" in write_draft(facts(amount=None)).english


def test_missing_tracking_number_falls_back_to_the_plain_problem() -> None:
    assert "tracking has not moved" in write_draft(facts(issue="tracking_invalid")).english


def test_placeholders_typed_by_a_person_stay_as_typed() -> None:
    text = write_draft(facts(issue="other", details="$order ${amount} {x.__class__} {{ y }}"))
    assert "$order ${amount} {x.__class__} {{ y }}" in text.english


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tone", Tone)
def test_every_issue_and_goal_fills_in_every_tone_and_language(tone: Tone, language: str) -> None:
    for issue in _sentences()["issues"]:
        for goal in _sentences()["goals"]:
            known = facts(
                issue=issue,
                goal=goal,
                tone=tone,
                tracking="LP1",
                details="two are broken",
                last_sent_on=date(2026, 11, 1),
                attempts=2,
                has_pictures=True,
            )
            bare = facts(issue=issue, goal=goal, tone=tone, amount=None, order_number="", item="")
            for given in (known, bare):
                draft = write_draft(given, language=language)
                for text in filter(None, (draft.english, draft.theirs)):
                    assert not {"$", "None", "..", "。。", "()", "（）", "  "} & {
                        piece
                        for piece in ("$", "None", "..", "。。", "()", "（）", "  ")
                        if piece in text
                    }, text
                assert bool(draft.theirs) == (language != "en")
            text = write_draft(known, language=language)
            assert "7946343613177242" in text.english
            assert "wo are broken" in (text.theirs or text.english)


def test_every_language_says_every_sentence() -> None:
    def entries(table: dict[str, object]) -> list[dict[str, str]]:
        if "en" in table:
            return [table]  # type: ignore[list-item]
        return [entry for part in table.values() for entry in entries(part)]  # type: ignore[arg-type]

    for entry in entries(_sentences()):
        assert set(entry) == set(LANGUAGES), entry
        names = [set(re.findall(r"[$][a-z]+", sentence)) for sentence in entry.values()]
        assert all(found == names[0] for found in names), entry


def test_what_is_wrong_is_told_in_the_persons_own_words_too() -> None:
    text = write_draft(facts(issue="damaged", details="Two cups\nof six are broken")).english
    assert "The item arrived damaged. Two cups of six are broken. Please" in text


def test_item_without_a_name_leaves_no_empty_brackets() -> None:
    draft = write_draft(facts(item=""))
    assert draft.english.startswith("Hello, this is about order 7946343613177242. ")
    assert draft.theirs.startswith("您好，关于订单 7946343613177242。")


def test_missing_parts_are_asked_for_as_such() -> None:
    text = write_draft(facts(issue="missing_parts", goal="replacement")).english
    assert "Please send the missing parts" in text


def test_nothing_is_disputed_before_something_was_bought() -> None:
    text = write_draft(facts(order_number="", tone=Tone.LAST_NOTICE)).english
    assert "dispute" not in text


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "1er décembre"), ("pt", "1º de dezembro"), ("de", "1. Dezember")]
)
def test_first_of_a_month_is_said_as_the_language_says_it(language: str, said: str) -> None:
    assert said in write_draft(facts(answer_by=date(2026, 12, 1)), language=language).theirs


@pytest.mark.parametrize(("count", "said"), [(1, "I wrote to the seller on"), (3, "3 times")])
def test_statement_counts_what_was_tried(count: int, said: str) -> None:
    given = facts(tone=Tone.DISPUTE, attempts=count, last_sent_on=date(2026, 11, 20))
    assert said in write_draft(given).english


@pytest.mark.parametrize("language", LANGUAGES)
def test_joint_message_numbers_each_case_in_every_language(language: str) -> None:
    other = facts(order_number="3069099405659913", item="Tea set", issue="damaged")
    draft = write_joint_draft([facts(), other], language=language)
    for text in filter(None, (draft.english, draft.theirs)):
        lines = text.splitlines()
        assert lines[1].startswith("1. ")
        assert "7946343613177242" in lines[1]
        assert lines[2].startswith("2. ")
        assert "3069099405659913" in lines[2]
