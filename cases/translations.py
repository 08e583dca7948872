"""What a message says in another language, written beside it for whoever reads the evidence pack.

A translation is an event like any other: kept with who and when, never changed; the newest counts.
"""

from dataclasses import dataclass

from cases.models import Case, CaseEvent
from cases.timeline import TimelineEntry, entries_of

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
    translated = {
        entry.event.details["message"]: entry.body
        for entry in entries
        if entry.event.kind == Kind.TRANSLATED
    }
    spoken = [entry for entry in entries if entry.event.kind in MESSAGES and entry.body]
    return [
        TranslatedMessage(number, entry, translated.get(number, ""))
        for number, entry in enumerate(spoken, start=1)
    ]


def translations_of(case: Case) -> dict[int, str]:
    """The newest translation of each message that has one, by the message's event."""
    return {
        message.entry.event.pk: message.translation
        for message in messages_of(case)
        if message.translation
    }
