"""Which members a note names with @Name. Imports no Django."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def mentioned(text: str, names: Mapping[K, str]) -> set[K]:
    """The keys of those whose name follows an @: the whole name, or its first word if that is one's
    alone. Of two names that begin alike, the longer one that is written counts."""
    spoken = _spoken(names)
    folded = text.casefold()
    found: set[K] = set()
    place = folded.find("@")
    while place >= 0:
        key = _named_at(folded, place + 1, spoken)
        if key is not None and not _is_inside_a_word(folded, place):
            found.add(key)
        place = folded.find("@", place + 1)
    return found


def _spoken(names: Mapping[K, str]) -> dict[str, K]:
    """What can be written after the @, the longest first."""
    whole = {name.casefold(): key for key, name in names.items() if name.strip()}
    firsts: dict[str, list[K]] = {}
    for key, name in names.items():
        words = name.casefold().split()
        if len(words) > 1:
            firsts.setdefault(words[0], []).append(key)
    alone = {word: keys[0] for word, keys in firsts.items() if len(keys) == 1 and word not in whole}
    spoken = whole | alone
    return dict(sorted(spoken.items(), key=lambda pair: -len(pair[0])))


def _named_at(text: str, start: int, spoken: Mapping[str, K]) -> K | None:
    for name, key in spoken.items():
        end = start + len(name)
        if text.startswith(name, start) and not text[end : end + 1].isalnum():
            return key
    return None


def _is_inside_a_word(text: str, place: int) -> bool:
    """As in an e-mail address."""
    return place > 0 and text[place - 1].isalnum()
