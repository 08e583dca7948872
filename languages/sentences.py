"""Sentences that can be said in any language: what is said, apart from its words. No Django.

A judgement says why in a `Sentence`. As a string it is the English one; it can be kept in a text
column and be said later in the language and on the clock of whoever reads it.
"""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal, format_percent

from languages import moments
from languages.names import city_name

# What a kept sentence begins with; no text that a person types does (`kept` sees to it).
MARK = "\x1e"
_BLANK = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a sentence is said to; without a zone each moment stays on the clock it was said on."""

    language: str
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    zone: ZoneInfo | None = None


ENGLISH = Reader("en", lambda text: text, lambda one, many, count: one if count == 1 else many)


@dataclass(frozen=True, slots=True)
class Moment:
    """`there`: on the clock of `zone` whoever reads it, like the seller's."""

    at: datetime
    zone: ZoneInfo
    style: str = moments.MOMENT
    there: bool = False

    def said(self, reader: Reader) -> str:
        zone = self.zone if self.there else reader.zone or self.zone
        return moments.written(self.at.astimezone(zone), self.style, reader.language)

    def __str__(self) -> str:
        return self.said(ENGLISH)


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    style: str = moments.DAY

    def said(self, reader: Reader) -> str:
        return moments.written(self.on, self.style, reader.language)

    def __str__(self) -> str:
        return self.said(ENGLISH)


@dataclass(frozen=True, slots=True)
class Percent:
    """A chance between 0 and 1; one that is nearly nothing is not said to be nothing."""

    chance: float

    def said(self, reader: Reader) -> str:
        if self.chance < 0.01:
            return say("under {least}", least=Percent(0.01)).said(reader)
        whole = round(100 * self.chance)
        if reader.language.startswith("en"):
            return f"{whole} %"
        return format_percent(whole / 100, locale=moments.locale_of(reader.language))

    def __str__(self) -> str:
        return self.said(ENGLISH)


@dataclass(frozen=True, slots=True)
class City:
    """The city that a time zone is named after."""

    zone: ZoneInfo

    def said(self, reader: Reader) -> str:
        return city_name(self.zone.key, reader.language)

    def __str__(self) -> str:
        return self.said(ENGLISH)


def _english() -> Reader:
    return ENGLISH


_reader_of_page: Callable[[], Reader] = _english


def pages_are_read_by(reader: Callable[[], Reader]) -> None:
    """Registered at start-up by whoever knows the language and the zone of a page."""
    global _reader_of_page
    _reader_of_page = reader


Value = str | int | Moment | Day | Percent | City


class Sentence(str):
    """Made by `say`, `say_n` and `joined`; equal to its English words."""

    __slots__ = ("_heard", "msgid", "params", "plural")
    msgid: str
    plural: str
    params: Mapping[str, Value]
    # Who was told last, and what they heard: the members of a household are told the same.
    _heard: tuple[Reader, str] | None

    def __new__(cls, msgid: str, plural: str, params: Mapping[str, Value]) -> "Sentence":
        sentence = super().__new__(cls, _said(msgid, plural, params, ENGLISH))
        sentence.msgid, sentence.plural, sentence.params = msgid, plural, params
        sentence._heard = None
        return sentence

    def __getnewargs__(self) -> tuple[str, str, Mapping[str, Value]]:  # type: ignore[override]
        return self.msgid, self.plural, self.params

    def __getstate__(self) -> None:
        """All of it is made anew of the arguments."""

    def __html__(self) -> str:
        """What a page shows of it: said to whoever reads the page."""
        return html.escape(self.said(_reader_of_page()))

    def said(self, reader: Reader) -> str:
        heard = self._heard
        if heard is None or heard[0] != reader:
            self._heard = heard = (reader, self._told(reader))
        return heard[1]

    def _told(self, reader: Reader) -> str:
        try:
            # Its English was worked out when it was made.
            is_said = reader is ENGLISH
            text = str(self) if is_said else _said(self.msgid, self.plural, self.params, reader)
        except KeyError:
            # A translation with a wrong placeholder must not keep anybody from being told.
            return str(self)
        return text[:1].upper() + text[1:] if self._begins_with_words_of_ours else text

    @property
    def _begins_with_words_of_ours(self) -> bool:
        """'{support} answers …' where that is 'the shop's support', and not somebody's name."""
        first = _BLANK.match(self.msgid)
        is_whole = self.msgid.endswith(".")
        return bool(first and is_whole and isinstance(self.params.get(first[1]), Sentence))


class SaidError(ValueError):
    """Made of a sentence; as text it is said to whoever reads now."""

    def __str__(self) -> str:
        words = self.args[0] if self.args else ""
        return words.said(_reader_of_page()) if isinstance(words, Sentence) else str(words)


def say(msgid: str, /, **params: Value) -> Sentence:
    """A sentence with named blanks, like 'Take it to {support}.'."""
    return Sentence(msgid, "", params)


def say_n(one: str, many: str, /, count: int, **params: Value) -> Sentence:
    """A sentence that goes by a number, {count}."""
    return Sentence(one, many, {"count": count, **params})


def joined(*sentences: str) -> Sentence:
    """Several sentences, one after the other."""
    params = {str(place): sentence for place, sentence in enumerate(filter(None, sentences))}
    return Sentence("", "", params)


def _said(msgid: str, plural: str, params: Mapping[str, Value], reader: Reader) -> str:
    said = {name: _value(value, reader) for name, value in params.items()}
    if not msgid:
        return " ".join(said.values())
    if plural:
        count = params["count"]
        assert isinstance(count, int)  # noqa: S101  (say_n takes nothing else)
        return _filled(reader.ngettext(msgid, plural, count), said)
    text = reader.gettext(msgid)
    return _filled(text, said) if said else text


def _filled(text: str, said: Mapping[str, str]) -> str:
    """Fill the blanks and nothing else: a kept sentence may come from anywhere."""
    return _BLANK.sub(lambda blank: said[blank[1]], text)


def _value(value: Value, reader: Reader) -> str:
    if isinstance(value, int):
        return format_decimal(value, locale=moments.locale_of(reader.language))
    if isinstance(value, str) and not isinstance(value, Sentence):
        return value
    return value.said(reader)


def kept(text: str) -> str:
    """The text as a column keeps it: a sentence with what it was made of, all else as it is."""
    if isinstance(text, Sentence):
        return MARK + json.dumps(_taken_apart(text), ensure_ascii=False, separators=(",", ":"))
    return text.lstrip(MARK)


def restored(text: str) -> str:
    """What `kept` kept."""
    return _restored(text) if text.startswith(MARK) else text


# A household reads the same sentences on page after page, and nobody changes one.
@lru_cache(maxsize=2048)
def _restored(text: str) -> str:
    try:
        sentence: Sentence = _put_together(json.loads(text[1:]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return text[1:]
    return sentence


def _taken_apart(value: Value) -> Any:
    match value:
        case Sentence():
            params = {name: _taken_apart(param) for name, param in value.params.items()}
            return [value.msgid, value.plural, params]
        case Moment():
            style = {} if value.style == moments.MOMENT else {"style": value.style}
            there = {"there": 1} if value.there else {}
            return {"at": value.at.isoformat(), "zone": value.zone.key, **style, **there}
        case Day():
            return {"on": value.on.isoformat(), "style": value.style}
        case Percent():
            return {"chance": round(value.chance, 4)}
        case City():
            return {"city": value.zone.key}
    return value


def _put_together(value: Any) -> Any:
    if isinstance(value, list):
        msgid, plural, params = value
        return Sentence(msgid, plural, {name: _put_together(one) for name, one in params.items()})
    if not isinstance(value, dict):
        return value
    if "at" in value:
        return Moment(
            datetime.fromisoformat(value["at"]),
            ZoneInfo(value["zone"]),
            value.get("style", moments.MOMENT),
            there="there" in value,
        )
    if "on" in value:
        return Day(date.fromisoformat(value["on"]), value["style"])
    if "city" in value:
        return City(ZoneInfo(value["city"]))
    return Percent(value["chance"])
