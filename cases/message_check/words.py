"""The languages of messages: what message_check/*.toml says, compiled. Imports no Django."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cases.seller_words.language import NEVER, SCRIPTS, compiled

LANGUAGE_DIR = Path(__file__).parent
WORD = re.compile(r"[a-z]+")
# Fewer of a language's everyday words than these say nothing.
LEAST_COMMON = 2
HAN_LANGUAGE, KANA_LANGUAGE, HANGUL_LANGUAGE = "zh", "ja", "ko"


@dataclass(frozen=True, slots=True)
class Words:
    """A file of this folder, compiled; `asks` and `never` by the names that stand there."""

    code: str
    script: str
    common: frozenset[str]
    asks: Mapping[str, re.Pattern[str]]
    never: Mapping[str, re.Pattern[str]]


@cache
def languages() -> Mapping[str, Words]:
    paths = sorted(LANGUAGE_DIR.glob("*.toml"))
    return {path.stem: _words(path) for path in paths if path.stem != "any"}


@cache
def outside_anywhere() -> re.Pattern[str]:
    table = tomllib.loads((LANGUAGE_DIR / "any.toml").read_text(encoding="utf-8"))
    return compiled("|".join(table["outside"]), spaced=True)


def _words(path: Path) -> Words:
    table = tomllib.loads(path.read_text(encoding="utf-8"))

    def read(section: str) -> dict[str, re.Pattern[str]]:
        return {
            name: compiled("|".join(says), spaced=table["spaced"]) if says else NEVER
            for name, says in table[section].items()
        }

    return Words(
        path.stem, table["script"], frozenset(table["common"]), read("asks"), read("never")
    )


def language_in(text: str) -> str:
    """The language that folded text is mostly in; '' when too little tells it."""
    letters = {name: len(script.findall(text)) for name, script in SCRIPTS.items()}
    # A Han letter says as much as a word of several Latin ones.
    east = 3 * (letters["han"] + letters["kana"] + letters["hangul"])
    if east and east >= letters["latin"]:
        if letters["hangul"] > letters["kana"]:
            return HANGUL_LANGUAGE
        return KANA_LANGUAGE if letters["kana"] > letters["han"] / 10 else HAN_LANGUAGE
    return _latin_language(text)


def _latin_language(text: str) -> str:
    found = WORD.findall(text)
    counts = {
        code: sum(1 for word in found if word in words.common)
        for code, words in languages().items()
        if words.script == "latin"
    }
    best, second = sorted(counts.values(), reverse=True)[:2]
    if best < LEAST_COMMON or best == second:
        return ""
    return max(counts, key=lambda code: counts[code])


def languages_for(text: str) -> list[Words]:
    """Every language that the text's letters may be of: messages mix them."""
    scripts = {name for name, letters in SCRIPTS.items() if letters.search(text)}
    return [words for words in languages().values() if words.script in scripts]
