"""Writes the draft of a message from a case's facts, in English and the seller's language. Imports no Django."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from babel.dates import format_date

from cases.side_by_side import mark_of
from money import Money

DAY_FORMATS = {
    "en": {"format": "d MMMM", "locale": "en"},
    "zh": {"format": "M月d日", "locale": "zh_Hans"},
    "es": {"format": "d 'de' MMMM", "locale": "es"},
    "fr": {"format": "d MMMM", "locale": "fr"},
    "de": {"format": "d. MMMM", "locale": "de"},
    "pt": {"format": "d 'de' MMMM", "locale": "pt"},
    "it": {"format": "d MMMM", "locale": "it"},
    "pl": {"format": "d MMMM", "locale": "pl"},
    "ko": {"format": "M월 d일", "locale": "ko"},
    "ja": {"format": "M月d日", "locale": "ja"},
}
LANGUAGES = tuple(DAY_FORMATS)
# Written without spaces between sentences.
UNSPACED = frozenset({"zh", "ja"})
# What a page calls a language where that is not its code.
LANGUAGE_TAGS = {"zh": "zh-Hans"}
# How the first of a month is said where it is not '1'.
FIRST_OF_MONTH = {"fr": "1er", "it": "1º", "pt": "1º"}
# Which sentence stands in where an issue's own needs a fact that is missing.
PLAIN_FORM = {"tracking_invalid": "not_received"}
BRACKETED_ITEM = re.compile(r" ?[(（]\$item[)）]")
ENDS = (".", "!", "?", "…", "。", "！", "？")


class Tone(StrEnum):
    FIRST = "first"
    CLEARER = "clearer"
    LAST_NOTICE = "last_notice"
    DISPUTE = "dispute"
    APPEAL = "appeal"


# Written to the marketplace, and not to the seller.
TO_MARKETPLACE = frozenset({Tone.DISPUTE, Tone.APPEAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """What a draft may say. `answer_by` is the date that the message asks for."""

    issue: str
    goal: str
    tone: Tone
    answer_by: date
    order_number: str = ""
    item: str = ""
    tracking: str = ""
    details: str = ""
    amount: Money | None = None
    last_sent_on: date | None = None
    # None of the messages since the seller's last word has been answered.
    is_unanswered: bool = True
    attempts: int = 0
    has_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The same message twice; `theirs` is in `language`, a code of LANGUAGES, '' if that is English."""

    english: str
    theirs: str
    language: str

    @property
    def mark(self) -> str:
        return mark_of(self.english, self.theirs)


@cache
def _sentences() -> dict[str, Any]:
    with Path(__file__).with_name("messages.toml").open("rb") as file:
        return tomllib.load(file)


def _filled(entry: dict[str, str], language: str, facts: dict[str, str]) -> str:
    """Fill in a sentence; empty where a fact that it needs is missing."""
    sentence = entry[language]
    if not facts.get("item"):
        sentence = BRACKETED_ITEM.sub("", sentence)
    template = Template(sentence)
    if any(not facts[name] for name in template.get_identifiers()):
        return ""
    # One pass over our own text: what a person typed is put in as it is and never read again.
    return template.substitute(facts)


def _day(moment: date | None, language: str) -> str:
    if moment is None:
        return ""
    said = format_date(moment, **DAY_FORMATS[language])
    if moment.day == 1 and language in FIRST_OF_MONTH:
        return said.replace("1", FIRST_OF_MONTH[language], 1)
    return said


def _sentence(typed: str, language: str) -> str:
    """What a person typed, on one line and with an end, since another sentence follows it."""
    words = " ".join(typed.split())
    if not words or words.endswith(ENDS):
        return words
    return words + ("。" if language in UNSPACED else ".")


def words_of(facts: MessageFacts, language: str) -> dict[str, str]:
    """The facts as words of a language; '' for what is not known."""
    return {
        "order": facts.order_number,
        "item": facts.item,
        "thing": facts.item or _sentences()["item"][language],
        "tracking": facts.tracking,
        "details": _sentence(facts.details, language),
        "amount": facts.amount.formatted(DAY_FORMATS[language]["locale"]) if facts.amount else "",
        "date": _day(facts.answer_by, language),
        "sent": _day(facts.last_sent_on, language),
        "count": str(facts.attempts) if facts.attempts else "",
    }


def _first_complete(language: str, words: dict[str, str], *entries: dict[str, str]) -> str:
    return next(filter(None, (_filled(entry, language, words) for entry in entries)), "")


def _joined(parts: Sequence[str], language: str) -> str:
    return ("" if language in UNSPACED else " ").join(filter(None, parts))


def _text(facts: MessageFacts, language: str) -> str:
    if facts.tone in TO_MARKETPLACE:
        return _statement(facts, language)
    table, words = _sentences(), words_of(facts, language)
    parts = [
        _first_complete(language, words, table["greeting"], table["greeting_without_order"]),
        *_request(facts, language, words),
        table["thanks"][language],
    ]
    return _joined(parts, language)


def _statement(facts: MessageFacts, language: str) -> str:
    """To the marketplace: what is wrong, what was tried, what is asked; empty where a fact is missing."""
    table, words = _sentences(), words_of(facts, language)
    claim, tried = (
        table["claims"][facts.goal],
        table["tried" if facts.attempts > 1 else "tried_once"],
    )
    parts = [
        _first_complete(language, words, table["statement"], table["about_without_order"]),
        *_problem(facts, language, words),
        _filled(tried, language, words),
        table["appeal"][language] if facts.tone is Tone.APPEAL else "",
        _first_complete(language, words, claim, table["instead"]["claim_without_amount"]),
        table["evidence"][language] if facts.has_pictures else "",
    ]
    return _joined(parts, language)


def _request(facts: MessageFacts, language: str, words: dict[str, str]) -> list[str]:
    """The problem, the wish with its date, and what presses: empty where a fact is missing."""
    table = _sentences()
    is_repeated = facts.tone is not Tone.FIRST and facts.is_unanswered
    # There is nothing to dispute before something was bought.
    is_last = facts.tone is Tone.LAST_NOTICE and facts.order_number
    return [
        _filled(table["again"], language, words) if is_repeated else "",
        *_problem(facts, language, words),
        _wish(facts, language, words),
        table["evidence"][language] if facts.has_pictures else "",
        _filled(table["last_notice"], language, words) if is_last else "",
    ]


def _problem(facts: MessageFacts, language: str, words: dict[str, str]) -> list[str]:
    """What is wrong, in the issue's own sentence and then in the person's own words."""
    issues = _sentences()["issues"]
    own = issues.get(facts.issue, issues["other"])
    plain = issues[PLAIN_FORM.get(facts.issue, "other")]
    details = "" if "$details" in own[language] else words["details"]
    return [_first_complete(language, words, own, plain), details[:1].upper() + details[1:]]


def _wish(facts: MessageFacts, language: str, words: dict[str, str]) -> str:
    table = _sentences()
    if facts.issue == "missing_parts" and facts.goal == "replacement":
        return _filled(table["instead"]["missing_parts"], language, words)
    wish, unpriced = table["goals"][facts.goal], table["instead"]["refund_without_amount"]
    return _first_complete(language, words, wish, unpriced)


def _joint_text(facts: Sequence[MessageFacts], language: str) -> str:
    table = _sentences()
    opening = _filled(table["together"], language, {"count": str(len(facts))})
    paragraphs = [
        f"{number}. {_paragraph(one, language)}" for number, one in enumerate(facts, start=1)
    ]
    return "\n".join([opening, *paragraphs, table["thanks"][language]])


def _paragraph(facts: MessageFacts, language: str) -> str:
    table, words = _sentences(), words_of(facts, language)
    parts = [
        _first_complete(language, words, table["about"], table["about_without_order"]),
        *_request(facts, language, words),
    ]
    return _joined(parts, language)


def write_joint_draft(facts: Sequence[MessageFacts], *, language: str = "zh") -> Draft:
    """One message for several cases with one seller, a numbered paragraph for each."""
    theirs = "" if language == "en" else _joint_text(facts, language)
    return Draft(_joint_text(facts, "en"), theirs, language if theirs else "")


def write_draft(facts: MessageFacts, *, language: str = "zh") -> Draft:
    """A polite, specific message: the order, one problem, one wish with a date."""
    theirs = "" if language == "en" else _text(facts, language)
    return Draft(_text(facts, "en"), theirs, language if theirs else "")
