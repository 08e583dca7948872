"""What a message says in another language, written beside it for whoever reads the evidence pack.

A translation is an event like any other: kept with who and when, never changed; the newest counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.services.guard import locked_case, record
from cases.timeline import TimelineEntry, entries_of
from cases.transitions import Verb
from households.models import Membership

Kind = CaseEvent.Kind
MESSAGES = (Kind.ATTEMPT_LOGGED, Kind.REPLY_LOGGED)
MOST_LETTERS = 20_000
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


@transaction.atomic
def keep_translations(
    *, member: Membership, case: Case, texts: Mapping[int, str], now: datetime
) -> int:
    """Keep those that differ from what is there; how many did. Raises CaseError for one too long."""
    row = locked_case(case, member=member, verb=Verb.EDIT)
    kept = 0
    for message in messages_of(row):
        # PostgreSQL cannot hold this one character, and nobody can see it.
        text = texts.get(message.number, message.translation).replace("\0", "").strip()
        if text == message.translation:
            continue
        if len(text) > MOST_LETTERS:
            raise CaseError(
                _("A translation has %(length)d characters; at most %(most)d are kept.")
                % {"length": len(text), "most": MOST_LETTERS}
            )
        details = {"message": message.number, "body": text}
        record(row, Kind.TRANSLATED, actor=member, now=now, details=details)
        kept += 1
    return kept
