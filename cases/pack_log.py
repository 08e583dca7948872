"""The log of an evidence pack: each entry carries a checksum over itself and the one before.

Imports no Django. Whoever changes an entry must change every checksum after it, and the last one
is printed in the PDF that was handed over.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

FIRST = "0" * 64


def chain(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The entries, each with its `checksum`: SHA-256 of the one before it and its own JSON."""
    before, chained = FIRST, []
    for entry in entries:
        before = _checksum(before, entry)
        chained.append({**entry, "checksum": before})
    return chained


def first_broken(entries: Iterable[Mapping[str, Any]]) -> int | None:
    """The index of the first entry whose checksum does not fit; None if all fit."""
    before = FIRST
    for index, entry in enumerate(entries):
        bare = {key: value for key, value in entry.items() if key != "checksum"}
        before = _checksum(before, bare)
        if entry.get("checksum") != before:
            return index
    return None


def _checksum(before: str, entry: Mapping[str, Any]) -> str:
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()
