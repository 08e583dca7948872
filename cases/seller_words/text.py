"""A seller's text in plain small letters, cut into sentences and clauses, with what was written.

Imports no Django.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Longer texts are quoted history; every pattern is bounded, so this bounds the time as well.
CHARACTERS_READ = 3000
QUOTE_LENGTH = 200
SENTENCE_ENDS = re.compile(
    # A full stop after a figure or a month ('5. Dezember', 'Dec. 5') ends no sentence.
    r"[\n!?。！？;]+|(?<![0-9])(?<!\b(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|okt|nov|dec|dez))"
    r"\.(?=\s|$)"
)
CLAUSE_ENDS = re.compile(r"(?<![0-9])[,:()、]|[,:()、](?![0-9])|\.(?= )")
SAME_SIGNS = str.maketrans("’‘`´“”«»–—−〜ł", "''''\"\"\"\"---~l")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain small letters, and where each of them stood in the text as written."""

    text: str
    written: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    quote: str
    clauses: tuple[tuple[int, int], ...]

    def clause_around(self, place: int) -> tuple[int, int]:
        return next((span for span in self.clauses if place < span[1]), self.clauses[-1])


@lru_cache(maxsize=2048)
def plain_letter(letter: str) -> str:
    """Small, half-width and without accents; kana and Hangul keep their marks."""
    small = unicodedata.normalize("NFKC", letter).casefold()
    base = unicodedata.normalize("NFD", small)[:1]
    plain = base if base < "ɐ" and len(small) == 1 else small
    if plain.isspace():
        return "\n" if letter in "\n\r\u2028\u2029" else " "
    return plain.translate(SAME_SIGNS)


def fold(text: str) -> Folded:
    written = unicodedata.normalize("NFC", html.unescape(text[: CHARACTERS_READ * 2]))
    written = written[:CHARACTERS_READ]
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(written):
        for plain in plain_letter(letter):
            if plain == " " and letters and letters[-1] == " ":
                continue
            letters.append(plain)
            places.append(place)
    return Folded("".join(letters), written, tuple(places))


def sentences_of(folded: Folded) -> Iterator[Sentence]:
    start = 0
    for end, following in [
        *((match.start(), match.end()) for match in SENTENCE_ENDS.finditer(folded.text)),
        (len(folded.text), len(folded.text)),
    ]:
        text = folded.text[start:end]
        if text.strip():
            written = folded.written[folded.places[start] : folded.places[end - 1] + 1]
            yield Sentence(text, _quote(written), tuple(_clauses(text)))
        start = following


def _quote(written: str) -> str:
    line = " ".join(written.split())
    return line if len(line) <= QUOTE_LENGTH else line[: QUOTE_LENGTH - 1] + "…"


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in CLAUSE_ENDS.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def without_accents(pattern: str) -> str:
    """A pattern's letters as `fold` leaves them; its capitals are classes (\\S) and stay."""
    return "".join(
        plain_letter(letter) if letter.islower() else letter
        for letter in unicodedata.normalize("NFC", pattern)
    )
