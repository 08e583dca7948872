"""The languages of sellers: what seller_words/*.toml says, compiled. Imports no Django.

Patterns are written as one would say them: small letters, accents or not, '…' for a short gap.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cases.seller_words.findings import FlagCode, PromiseKind
from cases.seller_words.text import without_accents
from cases.seller_words.times import TimePattern, time_patterns

LANGUAGE_DIR = Path(__file__).parent
NEVER = re.compile(r"(?!)")
SCRIPTS = {
    "latin": re.compile(r"[a-z]"),
    "han": re.compile(r"[\u4e00-\u9fff]"),
    "kana": re.compile(r"[\u3040-\u30ff]"),
    "hangul": re.compile(r"[\uac00-\ud7a3]"),
}


@dataclass(frozen=True, slots=True)
class Flag:
    says: re.Pattern[str]
    unless: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A file of seller_words/, compiled."""

    script: str
    day_first: bool
    times: tuple[TimePattern, ...]
    cues: Mapping[PromiseKind, re.Pattern[str]]
    no_promise: re.Pattern[str]
    negation: re.Pattern[str]
    negation_revoked: re.Pattern[str]
    negation_after: re.Pattern[str]
    flags: Mapping[FlagCode, Flag]
    automatic_certain: re.Pattern[str]
    automatic_says: re.Pattern[str]
    boilerplate: re.Pattern[str]


def languages_of(text: str) -> tuple[Language, ...]:
    """Every language that the text's letters may be of: sellers mix them."""
    scripts = {name for name, letters in SCRIPTS.items() if letters.search(text)}
    return tuple(language for language in languages() if language.script in scripts)


@cache
def languages() -> tuple[Language, ...]:
    return tuple(_language(path) for path in sorted(LANGUAGE_DIR.glob("*.toml")))


def _language(path: Path) -> Language:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    spaced = table["spaced"]

    def one_of(*keys: str) -> re.Pattern[str]:
        found: Any = table
        for key in keys:
            found = found.get(key, {})
        return _any_of(list(found), spaced=spaced)

    return Language(
        script=table["script"],
        day_first=table.get("day_first", False),
        times=time_patterns(table, compiled),
        cues={kind: one_of("promises", kind) for kind in PromiseKind},
        no_promise=one_of("promises", "not"),
        negation=one_of("negation", "before"),
        negation_revoked=one_of("negation", "revoked_by"),
        negation_after=one_of("negation", "after"),
        flags={
            FlagCode(code): Flag(one_of("flags", code, "says"), one_of("flags", code, "unless"))
            for code in table["flags"]
        },
        automatic_certain=one_of("automatic", "certain"),
        automatic_says=one_of("automatic", "says"),
        boilerplate=one_of("automatic", "around"),
    )


def _any_of(patterns: list[str], *, spaced: bool) -> re.Pattern[str]:
    return compiled("|".join(patterns), spaced=spaced) if patterns else NEVER


def compiled(pattern: str, *, spaced: bool) -> re.Pattern[str]:
    """Compile a pattern of a language file, where '…' is a short gap of any words."""
    plain = without_accents(pattern)
    if not spaced:
        return re.compile(plain.replace("…", ".{0,12}"))
    plain = plain.replace(" … ", "[ ](?:.{0,40}[ ])?")
    return re.compile(rf"(?<![a-z])(?:{plain})(?![a-z])")
