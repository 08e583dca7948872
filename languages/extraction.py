"""Finds every text of Parley that is to be translated: in code, templates and marketplace files.

Needs nothing but Python, so that the same search renews the catalogs and tests them.
"""

import io
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    **{"gettext_lazy": None, "ngettext_lazy": (1, 2), "gettext_noop": None},
    **{"pgettext_lazy": ((1, "c"), 2), "npgettext_lazy": ((1, "c"), 2, 3)},
    **{"say": None, "say_n": (1, 2)},
}
# The keys of a marketplace file under which a person's words stand.
WORDS = frozenset(
    {
        "name",
        "support_name",
        "label",
        "where",
        "first_ask",
        "evidence",
        "needs",
        "text",
        "page",
        "known_badges",
    }
)
# The rows of a drawing, whose shapes bear words after a colon.
DRAWN = "rows"
# A carrier and a usual week are named for the machine.
NOT_SHOWN = frozenset({"carriers", "usual_seller"})
NO_CODE = frozenset({"tests", "benchmarks", "migrations", "node_modules", "staticfiles", "locale"})


@dataclass(frozen=True, slots=True)
class Found:
    """A text and where it stands; `plural` and `context` where there are any."""

    msgid: str
    plural: str
    context: str
    place: str
    comments: tuple[str, ...] = ()


def texts_of(root: Path) -> Iterator[Found]:
    """Every text to translate under the project's root, in the order of the files' names."""
    for path in _files(root, "*.py"):
        yield from _from_code(path.read_text(encoding="utf-8"), path.relative_to(root))
    for pattern in ("*.html", "*.txt"):
        for path in _files(root / "templates", pattern):
            place = path.relative_to(root)
            code = templatize(path.read_text(encoding="utf-8"), origin=str(place))
            # What stands before a text on its line is nothing to Python.
            yield from _from_code("\n".join(line.lstrip() for line in code.splitlines()), place)
    for path in _files(root / "sellers" / "marketplaces", "*.toml"):
        yield from _from_profile(path, path.relative_to(root))


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob(pattern)
        if not any(
            part in NO_CODE or part.startswith(".") for part in path.relative_to(folder).parts[:-1]
        )
    )


def _from_code(code: str, place: Path) -> Iterator[Found]:
    source = io.BytesIO(code.encode())
    found: Iterable[Any] = extract_python(source, KEYWORDS, ["Translators:"], {"encoding": "utf-8"})
    for _line, function, messages, comments in found:
        texts = messages if isinstance(messages, tuple) else (messages,)
        named = dict(zip(_roles(KEYWORDS[str(function)]), texts, strict=False))
        msgid, plural = named.get("msgid"), named.get("plural", "")
        if msgid and plural is not None:
            context = named.get("context") or ""
            yield Found(msgid, plural, context, str(place), tuple(comments or ()))


def _roles(spec: Any) -> list[str]:
    """What each argument of a keyword is, in order: ((1, 'c'), 2) is a context and a text."""
    names = iter(("msgid", "plural"))
    return ["context" if isinstance(each, tuple) else next(names) for each in spec or (1,)]


def _from_profile(path: Path, place: Path) -> Iterator[Found]:
    profile = tomllib.loads(path.read_text(encoding="utf-8"))
    for key, table in profile.items():
        if key not in NOT_SHOWN:
            words = WORDS | {"source"} if key == "windows" else WORDS
            for text in filter(None, _words({key: table}, words)):
                yield Found(text, "", "", str(place))


def _words(table: dict[str, Any], keys: frozenset[str]) -> Iterator[str]:
    for key, value in table.items():
        if key == DRAWN:
            yield from (shape.partition(":")[2].strip() for row in value for shape in row)
            continue
        values = value if isinstance(value, list) else [value]
        for each in values:
            if isinstance(each, dict):
                yield from _words(each, keys)
            elif key in keys:
                yield str(each)
