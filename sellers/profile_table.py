"""A TOML table read key by key, each fault named with file, key and reason. Imports no Django."""

import math
import re
import zoneinfo
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from languages.sentences import Sentence, say
from sellers.profiles import ProfileError, Source

T = TypeVar("T")
MOST_DAYS = 3650


class Table:
    """One table of the file, read key by key; a key that nobody read is a fault too."""

    def __init__(self, file: str, path: str, entries: Any) -> None:
        self.file, self.path = file, path
        if not isinstance(entries, dict):
            raise self.fault("", "is not a table")
        self.entries: dict[str, Any] = dict(entries)

    def fault(self, key: str, reason: str) -> ProfileError:
        return ProfileError(f"{self.file}: {'.'.join(filter(None, (self.path, key)))}: {reason}")

    def read(self, key: str, kind: type[T], default: T | None = None) -> T:
        if key not in self.entries:
            if default is not None:
                return default
            raise self.fault(key, "is missing")
        value = self.entries.pop(key)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise self.fault(key, f"is {value!r}, not {kind.__name__}")
        if isinstance(value, float) and not math.isfinite(value):
            raise self.fault(key, f"is {value!r}, not a number")
        return value

    def words(self, key: str, default: str | None = None) -> Sentence:
        """What a person reads: shown in their language."""
        return say(self.read(key, str, default))

    def lists_of_words(self, key: str) -> tuple[Sentence, ...]:
        return tuple(say(text) for text in self.texts(key))

    def table(self, key: str) -> "Table":
        return Table(self.file, f"{self.path}.{key}".lstrip("."), self.read(key, dict))

    def tables(self, key: str) -> "list[tuple[str, Table]]":
        parent = self.table(key)
        return [
            (name, Table(self.file, f"{parent.path}.{name}", entry))
            for name, entry in parent.entries.items()
        ]

    def texts(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        values = self.read(key, list, default)
        if any(not isinstance(value, str) for value in values):
            raise self.fault(key, "is not a list of texts")
        return tuple(values)

    def days(self, key: str, default: float | None = None) -> timedelta:
        days = self.read(key, float, default)
        if not 0 <= days <= MOST_DAYS:
            raise self.fault(key, f"is {days:g}, not between 0 and {MOST_DAYS}")
        return timedelta(days=days)

    def address(self, key: str, blanks: set[str], default: str | None = None) -> str:
        """A page's https address with some of the blanks, like {order}, in it."""
        url = self.read(key, str, default)
        if url != default and not url.startswith("https://"):
            raise self.fault(key, "does not begin with https://")
        for blank in re.findall(r"{([^}]*)}", url):
            if blank not in blanks:
                raise self.fault(key, f"{{{blank}}} is none of {', '.join(sorted(blanks))}")
        return url

    def zone(self, key: str) -> zoneinfo.ZoneInfo:
        name = self.read(key, str)
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            raise self.fault(key, f"{name!r} is not a time zone") from None

    def one_of(self, key: str, kind: Callable[[str], T], default: str | None = None) -> T:
        value = self.read(key, str, default)
        try:
            return kind(value)
        except ValueError:
            raise self.fault(key, f"{value!r} is not known") from None

    def source(self) -> Source:
        return Source(text=self.words("source"), read_on=self.read("read_on", date))

    def nothing_left(self) -> None:
        for key in self.entries:
            raise self.fault(key, "is not a key of a profile")
