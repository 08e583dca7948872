"""Keeping what a message says in another language."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.services.guard import locked_case, record
from cases.transitions import Verb
from cases.translations import messages_of
from households.models import Membership

Kind = CaseEvent.Kind
MOST_LETTERS = 20_000


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


def translate_last_attempt(
    *, member: Membership, case: Case, translation: str, now: datetime
) -> None:
    """Keep what the message that was logged last says in words that an office reads."""
    sent = [m.number for m in messages_of(case) if m.entry.event.kind == Kind.ATTEMPT_LOGGED]
    keep_translations(member=member, case=case, texts={sent[-1]: translation}, now=now)
