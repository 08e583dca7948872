"""Writes the draft of a message from a case's facts, in English and Chinese. Imports no Django."""

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

from money import Money

DAY_FORMATS = {
    "en": {"format": "d MMMM", "locale": "en"},
    "zh": {"format": "M月d日", "locale": "zh_Hans"},
}
# Which sentence stands in where an issue's own needs a fact that is missing.
PLAIN_FORM = {"tracking_invalid": "not_received"}


class Tone(StrEnum):
    FIRST = "first"
    CLEARER = "clearer"
    LAST_NOTICE = "last_notice"


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
    has_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    english: str
    chinese: str


@cache
def _sentences() -> dict[str, Any]:
    with Path(__file__).with_name("messages.toml").open("rb") as file:
        return tomllib.load(file)


def _filled(entry: dict[str, str], language: str, facts: dict[str, str]) -> str:
    """Fill in a sentence; empty where a fact that it needs is missing."""
    template = Template(entry[language])
    if any(not facts[name] for name in template.get_identifiers()):
        return ""
    # One pass over our own text: what a person typed is put in as it is and never read again.
    return template.substitute(facts)


def _day(moment: date | None, language: str) -> str:
    if moment is None:
        return ""
    return format_date(moment, **DAY_FORMATS[language])


def _words(facts: MessageFacts, language: str) -> dict[str, str]:
    return {
        "order": facts.order_number,
        "item": facts.item or ("your item" if language == "en" else "您的商品"),
        "tracking": facts.tracking,
        "details": " ".join(facts.details.split()),
        "amount": facts.amount.formatted(DAY_FORMATS[language]["locale"]) if facts.amount else "",
        "date": _day(facts.answer_by, language),
        "sent": _day(facts.last_sent_on, language),
    }


def _first_complete(language: str, words: dict[str, str], *entries: dict[str, str]) -> str:
    return next(filter(None, (_filled(entry, language, words) for entry in entries)), "")


def _text(facts: MessageFacts, language: str) -> str:
    table, words = _sentences(), _words(facts, language)
    parts = [
        _first_complete(language, words, table["greeting"], table["greeting_without_order"]),
        *_request(facts, language, words),
        table["thanks"][language],
    ]
    return (" " if language == "en" else "").join(filter(None, parts))


def _request(facts: MessageFacts, language: str, words: dict[str, str]) -> list[str]:
    """The problem, the wish with its date, and what presses: empty where a fact is missing."""
    table = _sentences()
    issues, goals = table["issues"], table["goals"]
    issue = issues.get(facts.issue, issues["other"])
    return [
        _filled(table["again"], language, words) if facts.tone is not Tone.FIRST else "",
        _first_complete(language, words, issue, issues[PLAIN_FORM.get(facts.issue, "other")]),
        _first_complete(language, words, goals[facts.goal], goals["partial_refund"]),
        table["evidence"][language] if facts.has_pictures else "",
        _filled(table["last_notice"], language, words) if facts.tone is Tone.LAST_NOTICE else "",
    ]


def _joint_text(facts: Sequence[MessageFacts], language: str) -> str:
    table = _sentences()
    opening = _filled(table["together"], language, {"count": str(len(facts))})
    paragraphs = [
        f"{number}. {_paragraph(one, language)}" for number, one in enumerate(facts, start=1)
    ]
    return "\n".join([opening, *paragraphs, table["thanks"][language]])


def _paragraph(facts: MessageFacts, language: str) -> str:
    table, words = _sentences(), _words(facts, language)
    parts = [
        _first_complete(language, words, table["about"], table["about_without_order"]),
        *_request(facts, language, words),
    ]
    return (" " if language == "en" else "").join(filter(None, parts))


def write_joint_draft(facts: Sequence[MessageFacts]) -> Draft:
    """One message for several cases with one seller, a numbered paragraph for each."""
    return Draft(english=_joint_text(facts, "en"), chinese=_joint_text(facts, "zh"))


def write_draft(facts: MessageFacts) -> Draft:
    """A polite, specific message: the order, one problem, one wish with a date."""
    return Draft(english=_text(facts, "en"), chinese=_text(facts, "zh"))
