"""What a message says in another language, written beside it for whoever reads the evidence pack.

A translation is an event like any other: kept with who and when, never changed; the newest counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cases.models import Case, CaseEvent
from cases.timeline import Folded, TimelineEntry, entries_of, folded_away

Kind = CaseEvent.Kind
MESSAGES = (Kind.ATTEMPT_LOGGED, Kind.REPLY_LOGGED)
# Letters beyond these are of another script than Latin.
LAST_LATIN = 0x24F


@dataclass(frozen=True, slots=True)
class TranslatedMessage:
    """A message by its number in the case, with the newest translation of it, if any."""

    number: int
    entry: TimelineEntry
    translation: str

    @property
    def is_foreign(self) -> bool:
        """Whether it is written in letters that an office may not read."""
        return any(sign.isalpha() and ord(sign) > LAST_LATIN for sign in self.entry.body)


def messages_of(case: Case) -> list[TranslatedMessage]:
    """Every message with words, the oldest first."""
    entries = entries_of(case)
    newest = _newest(entries)
    return [
        TranslatedMessage(number, entry, newest[number].body if number in newest else "")
        for number, entry in _numbered(entries)
    ]


def timeline_with_translations(case: Case) -> Folded[TimelineEntry]:
    """As `timeline`, with the translation that counts under its message and not as an entry.

    One that was replaced or taken back stays an entry: nothing that was done is hidden.
    """
    entries = entries_of(case)
    newest = _newest(entries)
    under = {
        entry.event.pk: newest[number]
        for number, entry in _numbered(entries)
        if number in newest and newest[number].body
    }
    moved = {translation.event.pk for translation in under.values()}
    return folded_away(
        [
            replace(entry, translation=under.get(entry.event.pk))
            for entry in entries
            if entry.event.pk not in moved
        ]
    )


def _numbered(entries: Sequence[TimelineEntry]) -> Iterator[tuple[int, TimelineEntry]]:
    spoken = (entry for entry in entries if entry.event.kind in MESSAGES and entry.body)
    return enumerate(spoken, start=1)


def _newest(entries: Sequence[TimelineEntry]) -> dict[int, TimelineEntry]:
    """The newest translation of each message that ever had one, by the message's number."""
    return {
        entry.event.details["message"]: entry
        for entry in entries
        if entry.event.kind == Kind.TRANSLATED
    }


def translations_of(case: Case) -> dict[int, str]:
    """The newest translation of each message that has one, by the message's event."""
    return {
        message.entry.event.pk: message.translation
        for message in messages_of(case)
        if message.translation
    }
