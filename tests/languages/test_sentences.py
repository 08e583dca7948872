"""A sentence is English as a string, and can be said to anybody later."""

import copy
import json
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from languages.sentences import (
    MARK,
    City,
    Day,
    Moment,
    Percent,
    Reader,
    Sentence,
    joined,
    kept,
    restored,
    say,
    say_n,
)

MADRID, SHANGHAI = ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
GERMAN_WORDS = {
    "Take it to {support}.": "Bring den Fall zu {support}.",
    "Protection ends {when}.": "Der Schutz endet {when}.",
    "{label}: until {when}.": "{label}: bis {when}.",
    "Ask for a refund": "Geld zurückverlangen",
    "under {least}": "unter {least}",
}


def _plural(one: str, many: str, count: int) -> str:
    return (
        "Keine Antwort auf die Nachricht."
        if count == 1
        else "Keine Antwort auf {count} Nachrichten."
    )


def german(zone: ZoneInfo | None = None) -> Reader:
    return Reader("de", lambda text: GERMAN_WORDS.get(text, text), _plural, zone)


def test_as_a_string_it_is_english():
    sentence = say("Protection ends {when}.", when=Moment(AT, MADRID))
    assert sentence == "Protection ends Tue 1 Dec, 14:00."
    assert json.dumps([sentence]) == '["Protection ends Tue 1 Dec, 14:00."]'


def test_it_is_said_in_the_readers_language_and_on_their_clock():
    sentence = say("Protection ends {when}.", when=Moment(AT, MADRID))
    assert sentence.said(german()) == "Der Schutz endet Di., 1. Dez., 14:00."
    assert sentence.said(german(SHANGHAI)) == "Der Schutz endet Di., 1. Dez., 21:00."


def test_a_moment_of_the_sellers_clock_stays_on_it():
    there = Moment(AT, SHANGHAI, "H:i", there=True)
    assert say("{there} there", there=there).said(german(MADRID)) == "21:00 there"


def test_numbers_go_by_the_plural_of_the_language():
    one, many = "No answer to the message.", "No answer to {count} messages."
    assert [say_n(one, many, count=n).said(german()) for n in (1, 1200)] == [
        "Keine Antwort auf die Nachricht.",
        "Keine Antwort auf 1.200 Nachrichten.",
    ]


def test_a_sentence_in_a_sentence_is_said_in_the_same_language():
    label = say("Ask for a refund")
    sentence = say("{label}: until {when}.", label=label, when=Day(date(2026, 3, 1)))
    assert sentence == "Ask for a refund: until 1 Mar."
    assert sentence.said(german()) == "Geld zurückverlangen: bis 1. März."


def test_sentences_are_joined_in_order_and_nothing_is_left_out():
    both = joined(say("Take it to {support}.", support="AliExpress"), "", say("Ask for a refund"))
    assert both == "Take it to AliExpress. Ask for a refund"
    assert both.said(german()) == "Bring den Fall zu AliExpress. Geld zurückverlangen"


def test_a_sentence_that_begins_with_words_of_ours_begins_with_a_capital():
    told = say("{support} answers.", support=say("the shop's support"))
    assert told.said(german()) == "The shop's support answers."
    assert say("{name} answers.", name="eBay").said(german()) == "eBay answers."


@pytest.mark.parametrize(
    ("chance", "english", "translated"),
    [
        (0.8, "80 %", "80\xa0%"),
        (0.004, "under 1 %", "unter 1\xa0%"),
        (0.0, "under 1 %", "unter 1\xa0%"),
    ],
)
def test_a_chance_is_written_as_the_language_does(chance, english, translated):
    assert str(Percent(chance)) == english
    assert Percent(chance).said(german()) == translated


def test_a_city_has_its_name_in_the_language():
    assert str(City(SHANGHAI)) == "Shanghai"
    assert City(SHANGHAI).said(Reader("es", str, _plural)) == "Shanghái"


def test_what_is_typed_into_a_blank_is_never_read_as_a_blank():
    assert say("They wrote '{quote}'.", quote="{support} {0.x}") == "They wrote '{support} {0.x}'."


def test_it_is_kept_in_a_text_column_and_comes_back_whole():
    sentence = joined(
        say("Protection ends {when}.", when=Moment(AT, MADRID)),
        say_n(
            "{count} day",
            "{count} days from {first} in {city}",
            count=3,
            first=Day(AT.date()),
            city=City(SHANGHAI),
        ),
        say(
            "{chance}, {there}",
            chance=Percent(0.1234),
            there=Moment(AT, SHANGHAI, "H:i", there=True),
        ),
        say("Take it to {support}.", support=say("Ask for a refund")),
    )
    again = restored(kept(sentence))
    assert isinstance(again, Sentence)
    assert again == sentence
    assert again.said(german(MADRID)) == sentence.said(german(MADRID))


def test_plain_text_is_kept_as_it_is():
    assert restored(kept("Call the shop")) == "Call the shop"
    assert not isinstance(restored("Call the shop"), Sentence)


def test_what_a_person_types_is_never_taken_for_a_sentence():
    forged = kept(say("Take it to {support}.", support="a thief"))
    again = restored(kept(str(forged)))
    assert not isinstance(again, Sentence)


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '["{x}","",{}]', '["a","",{"b":{"at":"x"}}]', "[" * 9999]
)
def test_a_broken_row_is_shown_and_breaks_nothing(text):
    assert restored(MARK + text) == text or restored(MARK + text) == "{x}"


def test_a_translation_with_a_wrong_blank_falls_back_to_english():
    wrong = Reader("de", lambda _text: "Bring es zu {Support}.", _plural)
    assert say("Take it to {support}.", support="Temu").said(wrong) == "Take it to Temu."


def test_it_can_be_copied_and_pickled():
    sentence = say("Protection ends {when}.", when=Moment(AT, MADRID))
    for again in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert isinstance(again, Sentence)
        assert again.said(german()) == sentence.said(german())


def test_one_who_was_told_already_can_be_copied_and_pickled():
    sentence = say("Protection ends {when}.", when=Moment(AT, MADRID))
    sentence.said(german())
    for again in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert again.said(german(SHANGHAI)) == "Der Schutz endet Di., 1. Dez., 21:00."


def test_each_member_hears_it_on_their_own_clock_and_in_their_own_language():
    sentence = say("Protection ends {when}.", when=Moment(AT, MADRID))
    here = german(MADRID)
    there, elsewhere = replace(here, zone=SHANGHAI), replace(here, language="pt-br")
    assert [sentence.said(reader) for reader in (here, there, here, elsewhere)] == [
        "Der Schutz endet Di., 1. Dez., 14:00.",
        "Der Schutz endet Di., 1. Dez., 21:00.",
        "Der Schutz endet Di., 1. Dez., 14:00.",
        "Der Schutz endet ter., 1 de dez., 14:00.",
    ]
