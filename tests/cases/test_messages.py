from datetime import date

import pytest

from cases.messages import MessageFacts, Tone, _sentences, write_draft
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
        "It has not arrived, and the tracking has not moved. "
        "Please refund €23.40 by 27 November. Thank you."
    )


def test_chinese_says_the_same_beside_it() -> None:
    assert write_draft(facts()).chinese == (
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
    assert "refund a fair part" in write_draft(facts(amount=None)).english


def test_missing_tracking_number_falls_back_to_the_plain_problem() -> None:
    assert "tracking has not moved" in write_draft(facts(issue="tracking_invalid")).english


def test_placeholders_typed_by_a_person_stay_as_typed() -> None:
    text = write_draft(facts(issue="other", details="$order ${amount} {x.__class__} {{ y }}"))
    assert "$order ${amount} {x.__class__} {{ y }}" in text.english


@pytest.mark.parametrize("issue", sorted(_sentences()["issues"]))
@pytest.mark.parametrize("goal", sorted(_sentences()["goals"]))
def test_every_issue_and_goal_gives_both_texts(issue: str, goal: str) -> None:
    draft = write_draft(facts(issue=issue, goal=goal, tracking="LP1", details="why"))
    assert draft.english.endswith("Thank you.")
    assert draft.chinese.endswith("谢谢。")
