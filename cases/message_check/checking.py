"""Checks one message against what is known of its case. Imports no Django."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cases.message_check.findings import CheckCode, CheckFacts, Figure, Finding
from cases.message_check.words import Words, language_in, languages_for, outside_anywhere
from cases.seller_words.text import Sentence, fold, sentences_of

MOST_EMOJI = 2
MOST_EXCLAMATIONS = 1
LEAST_SHOUTED = 3
MOST_WORDS, MOST_EAST_LETTERS = 28, 70
# From here on a message without a word that we know for trouble tells it in words of its own.
TELLING_WORDS, TELLING_EAST_LETTERS = 14, 28
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{12,20}(?![0-9A-Za-z])")
PLACEHOLDER = re.compile(r"\{[a-z_]{2,20}\}")
BRACKETS = re.compile(r"\([^()]{0,200}\)")
ADDRESS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,63}|(?<![0-9A-Za-z])(?:\+|00)[0-9][0-9 ()-]{8,16}[0-9]"
)
PLAIN_DATE = re.compile(
    r"(?<![0-9€$£¥])(?:20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}|[0-3]?[0-9][./](?:0?[1-9]|1[0-2])[./])"
)
ONE_EMOJI = "[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55][\ufe0f\U0001f3fb-\U0001f3ff]*"
FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
EMOJI = re.compile(f"(?:{FLAG}|{ONE_EMOJI})(?:\u200d{ONE_EMOJI})*|[:;]-?[)(DPp](?![a-z])")
CAPITALS = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,}(?![^\W\d_])")
EXCLAMATIONS = re.compile(r"[!！]")
QUESTIONS = re.compile(r"[?？]+")
EAST = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
WORDS = re.compile(r"[^\W\d_]+")
# A full stop ends a sentence where another begins with a capital, or on its own in the east.
ENDS = re.compile(r"(?<=[.!?;:])\s+(?=[^a-z\s])|[。！？；\n]+")
MOST_QUOTED = 160


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the forms in which the checks read it."""

    written: str
    # Without names and numbers, and without what stands in brackets; as written, and folded.
    told: str
    folded: str
    sentences: tuple[Sentence, ...]
    language: str
    # Every language that it may be in, for what is asked for; its own one, for what is not.
    spoken: tuple[Words, ...]
    own: tuple[Words, ...]

    def says(self, what: str) -> bool:
        return any(words.asks[what].search(self.folded) for words in self.spoken)

    def first(self, what: str) -> str:
        """How the first of what should not be there was written; '' for none."""
        for words in self.own:
            found = words.never[what].search(self.folded)
            if found:
                return self.as_written(found[0].strip())
        return ""

    def as_written(self, words: str) -> str:
        """Folded words as the writer wrote them, where they stand so."""
        found = re.search(re.escape(words), self.written, re.IGNORECASE)
        return found[0] if found else words


def check_message(text: str, facts: CheckFacts, *, also: str = "") -> list[Finding]:
    """What is good and what is missing, in the order in which it is asked; nothing of nothing.

    `also` is a second text that goes along with it, in another language.
    """
    if not text.strip():
        return []
    message = _read(text, facts)
    return [*_asked(message, facts, also), *_should_not_be(message, facts)]


def _read(text: str, facts: CheckFacts) -> Message:
    own_words = text
    for name in filter(None, (*facts.names, *facts.order_numbers, *facts.tracking_numbers)):
        own_words = own_words.replace(name, " ")
    told = BRACKETS.sub(" ", own_words.replace("（", "(").replace("）", ")"))
    folded = fold(told)
    language = language_in(folded.text)
    spoken = tuple(languages_for(folded.text))
    own = tuple(words for words in spoken if words.code == (language or "en"))
    return Message(text, told, folded.text, tuple(sentences_of(folded)), language, spoken, own)


def _asked(message: Message, facts: CheckFacts, also: str) -> Iterator[Finding]:
    yield from _order_number(message, facts)
    is_told = message.says("problem") or _tells_much(message)
    yield Finding(CheckCode.PROBLEM, is_told)
    yield Finding(CheckCode.WISH, any(message.says(w) for w in ("money", "goods", "tell")))
    if not facts.to_marketplace:
        has_date = message.says("date") or PLAIN_DATE.search(message.folded) is not None
        yield Finding(CheckCode.DATE, has_date)
        yield Finding(CheckCode.POLITE, message.says("polite"))
    yield from _evidence(message, facts)
    length = len(message.written.strip()) + len(also.strip())
    yield Finding(
        CheckCode.LENGTH,
        length <= facts.most_letters,
        {"letters": length, "most": facts.most_letters},
    )
    if not facts.to_marketplace:
        yield from _language(message, facts, also)


def _order_number(message: Message, facts: CheckFacts) -> Iterator[Finding]:
    missing = tuple(n for n in facts.order_numbers if n not in message.written)
    if facts.order_numbers:
        yield Finding(CheckCode.ORDER_NUMBER, not missing, {"numbers": missing})
    known = {*facts.order_numbers, *facts.tracking_numbers}
    for number in LONG_NUMBER.findall(message.written):
        if facts.order_numbers and number not in known:
            yield Finding(CheckCode.OTHER_NUMBER, False, {"number": number})
            return


def _tells_much(message: Message) -> bool:
    """Long enough to tell the trouble in words that no list has, and not in empty phrases."""
    if message.says("vague"):
        return False
    if EAST.search(message.folded):
        return len(EAST.findall(message.folded)) >= TELLING_EAST_LETTERS
    return len(WORDS.findall(message.folded)) >= TELLING_WORDS


def _evidence(message: Message, facts: CheckFacts) -> Iterator[Finding]:
    is_named = message.says("evidence")
    if facts.pictures or is_named:
        is_good = bool(facts.pictures) and is_named
        figures: dict[str, Figure] = {"pictures": facts.pictures, "named": int(is_named)}
        yield Finding(CheckCode.EVIDENCE, is_good, figures)
    elif facts.asks_pictures:
        yield Finding(CheckCode.EVIDENCE, False, {"pictures": 0, "named": 0})


def _language(message: Message, facts: CheckFacts, also: str) -> Iterator[Finding]:
    found = {message.language, language_in(fold(also).text)} - {""}
    if not found or not facts.reads:
        return
    figures: dict[str, Figure] = {
        "found": message.language or min(found),
        "reads": tuple(sorted(facts.reads)),
    }
    yield Finding(CheckCode.LANGUAGE, bool(found & facts.reads), figures)


def _should_not_be(message: Message, facts: CheckFacts) -> Iterator[Finding]:
    if facts.is_partial and message.says("money") and not _names_amount(message):
        yield Finding(CheckCode.AMOUNT, False)
    unfilled = PLACEHOLDER.search(message.written)
    if unfilled:
        yield Finding(CheckCode.UNFILLED, False, {"words": unfilled[0]})
    yield from _one_thing(message, facts)
    yield from _long_sentences(message)
    for code, what in (
        (CheckCode.INSULT, "insults"),
        (CheckCode.THREAT, "threats"),
        (CheckCode.SLANG, "slang"),
    ):
        if words := message.first(what):
            yield Finding(code, False, {"words": words})
    yield from _shouting(message)
    emoji = len(EMOJI.findall(message.told))
    if emoji > MOST_EMOJI:
        yield Finding(CheckCode.EMOJI, False, {"count": emoji})
    yield from _costly(message)


def _names_amount(message: Message) -> bool:
    return (
        re.search(r"[€$£¥%]|[0-9][.,][0-9]{2}|\b(?:EUR|USD|GBP|PLN|BRL|CNY)\b", message.told)
        is not None
    )


def _one_thing(message: Message, facts: CheckFacts) -> Iterator[Finding]:
    if facts.is_joint or facts.to_marketplace:
        return
    questions = len(QUESTIONS.findall(message.written))
    wishes = sum(1 for what in ("money", "goods") if _is_wished(message, what))
    if questions > 1 or wishes > 1:
        yield Finding(CheckCode.ONE_THING, False, {"questions": questions})


def _is_wished(message: Message, what: str) -> bool:
    return any(
        words.asks[what].search(sentence.text)
        for sentence in message.sentences
        for words in message.own
    )


def _long_sentences(message: Message) -> Iterator[Finding]:
    for sentence in ENDS.split(message.told):
        east = len(EAST.findall(sentence))
        words = len(WORDS.findall(sentence))
        if east > MOST_EAST_LETTERS or (not east and words > MOST_WORDS):
            line = " ".join(sentence.split())
            yield Finding(CheckCode.SHORT_SENTENCES, False, {"words": line[:MOST_QUOTED]})
            return


def _shouting(message: Message) -> Iterator[Finding]:
    words = [word for word in CAPITALS.findall(message.told) if word.upper() != word.lower()]
    shouted = [word for word in words if word.isupper()]
    exclamations = len(EXCLAMATIONS.findall(message.told))
    if len(shouted) >= LEAST_SHOUTED or exclamations > MOST_EXCLAMATIONS:
        yield Finding(
            CheckCode.SHOUTING,
            False,
            {"capitals": len(shouted), "exclamations": exclamations},
        )


def _costly(message: Message) -> Iterator[Finding]:
    """What costs the buyer: leaving the marketplace's own tools, and promising what protects them."""
    for sentence in message.sentences:
        outside = _outside(sentence, message.own)
        if outside:
            yield Finding(CheckCode.OUTSIDE, False, {"words": message.as_written(outside)})
            break
    for sentence in message.sentences:
        if _promises(sentence, message.own):
            yield Finding(CheckCode.PROMISE, False, {"words": sentence.quote})
            break


def _outside(sentence: Sentence, own: tuple[Words, ...]) -> str:
    # One who says that they will not go there stays.
    if any(words.never["inside"].search(sentence.text) for words in own):
        return ""
    patterns = [outside_anywhere(), *(words.never["outside"] for words in own), ADDRESS]
    found = filter(None, (pattern.search(sentence.text) for pattern in patterns))
    return next((match[0].strip() for match in found), "")


def _promises(sentence: Sentence, own: tuple[Words, ...]) -> bool:
    return any(
        words.never["promises"].search(sentence.text)
        and not words.never["kept"].search(sentence.text)
        for words in own
    )
