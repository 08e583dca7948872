"""Judges a message's sentences by what each language's file says. Imports no Django."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cases.seller_words.findings import (
    REASONS,
    FlagCode,
    MessageReading,
    Promise,
    PromiseKind,
    RedFlag,
)
from cases.seller_words.language import Language, languages_of
from cases.seller_words.moments import Reception
from cases.seller_words.text import Sentence, fold, sentences_of
from cases.seller_words.times import dates_in_figures

MONDAY_TO_FRIDAY = frozenset(range(5))
NEGATION_REACH = 60
NEGATION_AFTER = 20
# Their wording has a negation of its own ('I do not want it any more').
NEGATIVE_WORDING = frozenset({FlagCode.WRONG_REASON, FlagCode.AVOID_DISPUTE})
# A clause may speak of several: what is promised says more than that one is to wait for it.
KINDS_BY_WEIGHT = (
    PromiseKind.REFUND,
    PromiseKind.RESEND,
    PromiseKind.SHIP,
    PromiseKind.ANSWER,
    PromiseKind.WAIT,
)
CONTENT = re.compile(r"[a-z]{2,}|[0-9]+|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
# A name, or a smiley in letters.
STRAY_WORDS = 1


def read_message(
    text: str,
    *,
    received_at: datetime,
    seller_zone: ZoneInfo,
    country: str,
    working_weekdays: frozenset[int] = MONDAY_TO_FRIDAY,
) -> MessageReading:
    """Read a seller's message; raises ValueError when `received_at` is naive."""
    if received_at.tzinfo is None:
        raise ValueError(f"received_at must be aware: {received_at!r}")
    when = Reception(received_at, seller_zone, country, working_weekdays)
    sentences = list(sentences_of(fold(text)))
    languages = languages_of("".join(sentence.text for sentence in sentences))
    automatic_quote = _automatic_quote(sentences, languages)
    return MessageReading(
        is_automatic=bool(automatic_quote),
        automatic_quote=automatic_quote,
        promise=_promise(sentences, languages, when),
        red_flags=tuple(_red_flags(sentences, languages)),
    )


# --- automatic replies ----------------------------------------------------------------------------


def _automatic_quote(sentences: list[Sentence], languages: tuple[Language, ...]) -> str:
    """The sentence that shows an automatic reply; empty when a person said something of substance."""
    shown = ""
    words_left = 0
    for sentence in sentences:
        if any(language.automatic_certain.search(sentence.text) for language in languages):
            return sentence.quote
        if any(language.automatic_says.search(sentence.text) for language in languages):
            shown = shown or sentence.quote
        empty_words = [
            pattern
            for language in languages
            for pattern in (language.automatic_says, language.boilerplate)
        ]
        words_left += len(CONTENT.findall(_left_over(sentence.text, empty_words)))
    return shown if words_left <= STRAY_WORDS else ""


def _left_over(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    """What none of the patterns covers; each reads the whole, for kindred languages share words."""
    letters = list(text)
    for pattern in patterns:
        for found in pattern.finditer(text):
            letters[found.start() : found.end()] = " " * (found.end() - found.start())
    return "".join(letters)


# --- promises -------------------------------------------------------------------------------------


def _promise(
    sentences: list[Sentence], languages: tuple[Language, ...], when: Reception
) -> Promise | None:
    promises = [
        Promise(kind, sentence.quote, until)
        for sentence in sentences
        for kind, moment in _promised(sentence, languages, when)
        if (until := when.end_of(moment)) is not None
    ]
    return max(promises, key=lambda promise: promise.until, default=None)


def _promised(
    sentence: Sentence, languages: tuple[Language, ...], when: Reception
) -> Iterator[tuple[PromiseKind, datetime | date]]:
    moments: dict[tuple[int, int], list[datetime | date]] = defaultdict(list)
    for place, moment in _times(sentence, languages, when):
        if moment is not None:
            moments[sentence.clause_around(place)].append(moment)
    if not moments:
        return
    kind_of_sentence = _kind_of_bare_time(sentence, languages) or _kind(
        sentence, (0, len(sentence.text)), languages
    )
    for (start, end), named in moments.items():
        if any(language.no_promise.search(sentence.text, start, end) for language in languages):
            continue
        kind = _kind(sentence, (start, end), languages) or kind_of_sentence
        if kind is not None:
            yield from ((kind, moment) for moment in named)


def _times(
    sentence: Sentence, languages: tuple[Language, ...], when: Reception
) -> Iterator[tuple[int, datetime | date | None]]:
    for language in languages:
        for pattern in language.times:
            for found in pattern.finds.finditer(sentence.text):
                yield found.start(), pattern.read(found, when)
    is_day_first = any(
        language.day_first and any(cue.search(sentence.text) for cue in language.cues.values())
        for language in languages
    )
    yield from dates_in_figures(sentence.text, when, is_day_first=is_day_first)


def _kind(
    sentence: Sentence, span: tuple[int, int], languages: tuple[Language, ...]
) -> PromiseKind | None:
    return next(
        (
            kind
            for kind in KINDS_BY_WEIGHT
            if _is_meant(_says_promise(sentence, span, kind, language) for language in languages)
        ),
        None,
    )


def _says_promise(
    sentence: Sentence, span: tuple[int, int], kind: PromiseKind, language: Language
) -> bool | None:
    cues = list(language.cues[kind].finditer(sentence.text, *span))
    return any(not _is_negated(sentence, cue, language) for cue in cues) if cues else None


def _kind_of_bare_time(sentence: Sentence, languages: tuple[Language, ...]) -> PromiseKind | None:
    """A sentence of nothing but a time asks to wait for it."""
    patterns = [
        pattern
        for language in languages
        for pattern in (language.boilerplate, *(time.finds for time in language.times))
    ]
    return None if CONTENT.search(_left_over(sentence.text, patterns)) else PromiseKind.WAIT


# --- red flags ------------------------------------------------------------------------------------


def _red_flags(sentences: list[Sentence], languages: tuple[Language, ...]) -> Iterator[RedFlag]:
    for code in FlagCode:
        quote = next(_flagged(code, sentences, languages), None)
        if quote is not None:
            yield RedFlag(code, quote, REASONS[code])


def _flagged(
    code: FlagCode, sentences: Iterable[Sentence], languages: tuple[Language, ...]
) -> Iterator[str]:
    for sentence in sentences:
        if _is_meant(_asks(code, sentence, language) for language in languages):
            yield sentence.quote


def _asks(code: FlagCode, sentence: Sentence, language: Language) -> bool | None:
    flag = language.flags.get(code)
    found = list(flag.says.finditer(sentence.text)) if flag else []
    if not flag or not found:
        return None
    return not flag.unless.search(sentence.text) and any(
        not _is_negated(sentence, words, language, is_worded_so=code in NEGATIVE_WORDING)
        for words in found
    )


def _is_meant(readings: Iterable[bool | None]) -> bool:
    """Kindred languages share words: whichever knows the words and their 'not' has the say."""
    known = [reading for reading in readings if reading is not None]
    return bool(known) and all(known)


def _is_negated(
    sentence: Sentence,
    found: re.Match[str],
    language: Language,
    *,
    is_worded_so: bool = False,
) -> bool:
    """'You do not need to …' before the words, or in and after them where a language says it so."""
    start, _ = sentence.clause_around(found.start())
    start = max(start, found.start() - NEGATION_REACH)
    for negation in language.negation.finditer(sentence.text, start, found.start()):
        if not language.negation_revoked.search(sentence.text, negation.end(), found.start()):
            return True
    if is_worded_so:
        return False
    _, end = sentence.clause_around(found.end() - 1)
    end = min(end, found.end() + NEGATION_AFTER)
    return bool(language.negation_after.search(sentence.text, found.start(), end))
