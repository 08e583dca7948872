"""Keep, change and remove a household's own messages."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.blanks import BLANKS, unknown_blanks
from cases.errors import CaseError
from cases.own_messages import OwnMessage
from households.conflicts import EditConflict, FieldChange
from households.models import Membership

MOST_OWN_MESSAGES = 100
FIELDS = {
    "name": gettext_lazy("name"),
    "body": gettext_lazy("message"),
    "language": gettext_lazy("language of the second text"),
    "theirs": gettext_lazy("the same in that language"),
}


def keep_own_message(
    *, member: Membership, name: str, body: str, language: str, theirs: str, now: datetime
) -> OwnMessage:
    """Raises CaseError where the words cannot be kept so."""
    _refuse_viewers(member)
    kept = OwnMessage.objects.of(member.household)
    if kept.count() >= MOST_OWN_MESSAGES:
        raise CaseError(
            _("The household keeps %(most)d messages already. Remove one first.")
            % {"most": MOST_OWN_MESSAGES}
        )
    row = OwnMessage(household=member.household, created_by=member, created_at=now, changed_at=now)
    return _save(row, {"name": name, "body": body, "language": language, "theirs": theirs})


@transaction.atomic
def change_own_message(
    *,
    member: Membership,
    message: OwnMessage,
    version: int,
    changes: dict[str, str],
    now: datetime,
) -> OwnMessage:
    """Raises EditConflict where somebody changed it since `version`, CaseError as for a new one."""
    _refuse_viewers(member)
    row = OwnMessage.objects.of(member.household).select_for_update().get(pk=message.pk)
    if row.version != version:
        raise EditConflict(
            who=_("Somebody"), changes=_differences(row, changes), version=row.version
        )
    row.version += 1
    row.changed_at = now
    return _save(row, changes)


def remove_own_message(*, member: Membership, message: OwnMessage) -> None:
    """Messages that were sent stay in their cases as they were."""
    _refuse_viewers(member)
    OwnMessage.objects.of(member.household).filter(pk=message.pk).delete()


def _save(row: OwnMessage, fields: dict[str, str]) -> OwnMessage:
    for field in FIELDS:
        setattr(row, field, fields[field].strip())
    if not row.theirs:
        row.language = ""
    _refuse_unknown_blanks(f"{row.body} {row.theirs}")
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as fault:
        raise CaseError(
            _("There is a message called “%(name)s” already. Give this one another name.")
            % {"name": row.name}
        ) from fault
    return row


def _refuse_unknown_blanks(text: str) -> None:
    unknown = unknown_blanks(text)
    if unknown:
        raise CaseError(
            _("No case can fill in {%(name)s}. These can be filled in: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(f"{{{name}}}" for name in BLANKS)}
        )


def _differences(row: OwnMessage, changes: dict[str, str]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field, str(label), changes[field], kept)
        for field, label in FIELDS.items()
        if (kept := str(getattr(row, field))) != changes[field]
    )


def _refuse_viewers(member: Membership) -> None:
    if not member.may_write:
        raise PermissionDenied("Only owners and adults of the household can change its messages.")
