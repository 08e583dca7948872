"""A corpus of good and bad messages, each with what the checker says of it."""

import time
from datetime import date

import pytest

from cases.message_check import CheckCode, CheckFacts, check_message
from cases.message_check.words import language_in, languages
from cases.messages import LANGUAGES, TO_MARKETPLACE, MessageFacts, Tone, _sentences, write_draft
from cases.seller_words.text import fold
from money import Money

ORDER = "3069099405659913"
ITEM = "LED Desk Lamp SUPER BRIGHT Trash Can STUPID-PROOF"
FACTS = CheckFacts(
    order_numbers=(ORDER,),
    tracking_numbers=("00297482617446",),
    names=(ITEM,),
    reads=frozenset({"en", "zh"}),
    pictures=1,
)
GOOD = (
    f"Hello, this is about order {ORDER}. Two of the six cups arrived broken. "
    "Please refund €7.80 by 5 December. Pictures are attached. Thank you."
)


def bad(text: str, facts: CheckFacts = FACTS, also: str = "") -> set[str]:
    return {f.code.value for f in check_message(text, facts, also=also) if not f.is_good}


def asked_of(text: str, **changes: object) -> set[str]:
    return bad(text, _facts(**changes))


def _facts(**changes: object) -> CheckFacts:
    fields = {name: getattr(FACTS, name) for name in FACTS.__dataclass_fields__}
    return CheckFacts(**(fields | changes))  # type: ignore[arg-type]


def test_a_good_message_is_good_in_all_that_is_asked() -> None:
    findings = check_message(GOOD, FACTS)
    assert all(f.is_good for f in findings)
    assert [f.code for f in findings] == [
        *(CheckCode.ORDER_NUMBER, CheckCode.PROBLEM, CheckCode.WISH, CheckCode.DATE),
        *(CheckCode.POLITE, CheckCode.EVIDENCE, CheckCode.LENGTH, CheckCode.LANGUAGE),
    ]


def test_of_nothing_nothing_is_said() -> None:
    assert check_message(" \n", FACTS) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tone", Tone)
def test_own_drafts_pass_but_for_the_amount_of_a_part(tone: Tone, language: str) -> None:
    for issue in _sentences()["issues"]:
        for goal in _sentences()["goals"]:
            facts = MessageFacts(
                issue=issue,
                goal=goal,
                tone=tone,
                answer_by=date(2026, 11, 27),
                order_number=ORDER,
                item=ITEM,
                tracking="LP00297482617446",
                details="two cups are broken" if issue in ("question", "other") else "",
                amount=Money(2340, "EUR"),
                last_sent_on=date(2026, 11, 20),
                attempts=2,
                has_pictures=True,
            )
            draft = write_draft(facts, language=language)
            found = asked_of(
                draft.theirs or draft.english,
                reads=frozenset({language}),
                to_marketplace=tone in TO_MARKETPLACE,
                is_partial=goal == "partial_refund",
            )
            assert found <= {"amount"}, (draft, found)


BAD = [
    (
        "hello, where is my stuff???",
        {"order_number", "problem", "wish", "date", "evidence", "polite"},
    ),
    (GOOD.replace(ORDER, "the cups"), {"order_number"}),
    (GOOD.replace(ORDER, "3069099405659999"), {"order_number", "other_number"}),
    (GOOD.replace("Two of the six cups arrived broken.", "Very bad."), {"problem"}),
    (GOOD.replace("Please refund €7.80 by 5 December.", "Do something by 5 December."), {"wish"}),
    (GOOD.replace(" by 5 December", ""), {"date"}),
    (GOOD.replace("Please refund", "Refund").replace(" Thank you.", ""), {"polite"}),
    (GOOD.replace("Pictures are attached. ", ""), {"evidence"}),
    (GOOD + " You are idiots!", {"insult"}),
    (GOOD + " This is a scam.", {"insult"}),
    (GOOD + " Or I will call the police.", {"threat"}),
    (GOOD + " Otherwise I leave a bad review.", {"threat"}),
    (GOOD.replace("Hello", "yo dude"), {"slang"}),
    (GOOD + " pls answer asap", {"slang"}),
    (GOOD.replace("arrived broken", "ARRIVED BROKEN AGAIN"), {"shouting"}),
    (GOOD + " Now!!", {"shouting"}),
    (GOOD + " 😡😡😡", {"emoji"}),
    (GOOD + " :) :) :)", {"emoji"}),
    (GOOD + " When will you answer? Where is it?", {"one_thing"}),
    (GOOD + " Please send a new cup.", {"one_thing"}),
    (GOOD + " Write me on WhatsApp.", {"outside"}),
    (GOOD + " You can pay me by PayPal.", {"outside"}),
    (GOOD + " My mail is olga@example.org.", {"outside"}),
    (GOOD + " Call +49 151 23456789.", {"outside"}),
    (GOOD + " Then I will close the dispute.", {"promise"}),
    (GOOD + " I will confirm receipt now.", {"promise"}),
    (GOOD + " I will give you 5 stars.", {"promise"}),
    (GOOD.replace("Two of the six cups", "{item}"), {"unfilled"}),
    (
        GOOD.replace(
            "Two of the six cups arrived broken.",
            "Two of the six cups which I ordered for the birthday of my mother who is very fond of "
            "tea and of all that goes with it arrived broken and the others are of another colour.",
        ),
        {"short_sentences"},
    ),
    (
        f"Guten Tag, es geht um die Bestellung {ORDER}. Zwei der sechs Tassen sind zerbrochen. "
        "Bitte erstatten Sie 7,80 € bis zum 5. Dezember. Bilder sind angehängt.",
        {"language"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), BAD, ids=[text[-40:] for text, _ in BAD])
def test_bad_message_is_told_what_it_lacks(text: str, expected: set[str]) -> None:
    assert bad(text) - {"one_thing"} == expected - {"one_thing"}
    assert ("one_thing" in expected) <= ("one_thing" in bad(text))


HARMLESS = [
    GOOD.replace("Two of the six cups", ITEM),
    GOOD + " I will not close the dispute before that.",
    GOOD + " I cannot write on WhatsApp, only here.",
    GOOD + " I paid with PayPal.",
    GOOD + " I will confirm receipt after I have received it.",
    GOOD + " 👨‍👩‍👧‍👦",
    GOOD + " The USB and LED parts work.",
    GOOD + " The carrier's number is 00297482617446.",
]


# As people really write.
PLAIN = [
    f"Dear seller, order {ORDER}: the zipper came off after two days. I attach photos. I'd like a "
    "partial refund of 8 euros until the 10th. Best, Anna",
    f"Hello my friend! Order {ORDER} I received only 3 of the 5 lamps, please send me the other two "
    "before Monday, see the photo",
    f"Good day. Order {ORDER}. The watch shows the wrong time zone. Kindly advise within 3 days. "
    "Screenshots attached.",
    f"Hello, order {ORDER}. I paid for express shipping but the parcel went by ordinary mail. Please "
    "refund the difference of $6.50 by 1 Dec. A screenshot is attached.",
    f"Hi, please do not ask me to close the dispute. Order {ORDER} is broken. Refund $5 by Dec 1 "
    "please, photos attached.",
    f"您好，订单{ORDER}的杯子碎了两个，请在12月5日前退款€7。附照片。谢谢",
]


@pytest.mark.parametrize("text", [*HARMLESS, *PLAIN], ids=lambda text: text[-40:])
def test_what_only_looks_bad_is_left_alone(text: str) -> None:
    assert bad(text) == set()


INSULTS = [
    ("en", "you are thieves and liars"),
    ("zh", "你们是骗子"),
    ("es", "ustedes son unos ladrones"),
    ("fr", "vous êtes des escrocs"),
    ("de", "Sie sind Betrüger"),
    ("pt", "vocês são uns golpistas"),
    ("it", "siete dei truffatori"),
    ("pl", "jesteście oszustami"),
    ("ko", "당신들은 사기꾼입니다"),
    ("ja", "あなたたちは詐欺師です"),
]


@pytest.mark.parametrize(("language", "insult"), INSULTS)
def test_insults_are_heard_in_every_language(language: str, insult: str) -> None:
    text = _draft(language)
    assert asked_of(text, reads=frozenset({language})) == set()
    assert asked_of(f"{text} {insult}", reads=frozenset({language})) == {"insult"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_polite_words_are_known_in_every_language(language: str) -> None:
    assert language_in(fold(_draft(language)).text) == language
    blunt = ORDER
    assert "polite" in asked_of(blunt, reads=frozenset({language}))


PROMISES = [
    ("zh", "退款我就取消纠纷"),
    ("es", "Entonces cerraré la disputa."),
    ("fr", "Alors je vais fermer le litige."),
    ("de", "Dann schließe ich den Streitfall."),
    ("pt", "Então vou cancelar a disputa."),
    ("it", "Allora chiuderò la controversia."),
    ("pl", "Wtedy zamknę spór."),
    ("ko", "그러면 분쟁을 취소하겠습니다"),
    ("ja", "そうすれば紛争を取り下げます"),
]


@pytest.mark.parametrize(("language", "promise"), PROMISES)
def test_promise_to_close_a_dispute_is_seen_in_every_language(language: str, promise: str) -> None:
    found = asked_of(f"{_draft(language)} {promise}", reads=frozenset({language}))
    assert found == {"promise"}


def _draft(language: str) -> str:
    facts = MessageFacts(
        issue="damaged",
        goal="refund",
        tone=Tone.FIRST,
        answer_by=date(2026, 12, 5),
        order_number=ORDER,
        item=ITEM,
        amount=Money(780, "EUR"),
        has_pictures=True,
    )
    draft = write_draft(facts, language=language)
    return draft.theirs or draft.english


def test_too_long_for_the_channel_is_told_with_both_figures() -> None:
    (length,) = [f for f in check_message(GOOD, _facts(most_letters=100)) if f.code == "length"]
    assert not length.is_good
    assert length.figures == {"letters": len(GOOD), "most": 100}


def test_evidence_that_is_named_but_not_kept_is_missing() -> None:
    assert asked_of(GOOD, pictures=0) == {"evidence"}


def test_pictures_are_asked_for_where_the_issue_needs_them() -> None:
    text = GOOD.replace("Pictures are attached. ", "")
    assert asked_of(text, pictures=0) == set()
    assert asked_of(text, pictures=0, asks_pictures=True) == {"evidence"}


def test_a_part_of_the_price_wants_an_amount() -> None:
    assert asked_of(GOOD, is_partial=True) == set()
    assert asked_of(GOOD.replace("€7.80", "a part"), is_partial=True) == {"amount"}


def test_question_before_buying_needs_no_order_number() -> None:
    text = "Hello, does this lamp have an EU plug? Please answer by 5 December. Thank you."
    assert asked_of(text, order_numbers=(), pictures=0) == set()


def test_several_cases_in_one_message_are_several_wishes() -> None:
    text = GOOD + " Please send a new cup."
    assert "one_thing" not in asked_of(text, is_joint=True)


def test_text_beside_it_in_the_sellers_language_is_what_they_read() -> None:
    english = _facts(reads=frozenset({"zh"}))
    assert bad(GOOD, english) == {"language"}
    assert bad(GOOD, english, also=_draft("zh")) == set()


def test_every_language_asks_and_forbids_the_same_things() -> None:
    first = languages()["en"]
    assert set(languages()) == set(LANGUAGES)
    for words in languages().values():
        assert set(words.asks) == set(first.asks), words.code
        assert set(words.never) == set(first.never), words.code


@pytest.mark.parametrize(
    "text", ["please " * 4000, "a" * 20_000, "! " * 9000, "請" * 20_000, "(" * 20_000, "1" * 20_000]
)
def test_a_monstrous_text_is_checked_at_once(text: str) -> None:
    begun = time.process_time()
    check_message(text, FACTS)
    assert time.process_time() - begun < 2


def test_nul_and_marks_of_direction_do_no_harm() -> None:
    assert bad(GOOD + "\x00\u202e <script>alert(1)</script>") == set()
