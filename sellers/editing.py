"""Two members editing one row that keeps a history: who changed what since the form was opened."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from households.conflicts import EditConflict, FieldChange
from households.models import Membership


class Versioned(Protocol):
    """A row with a version and simple_history's records, one for each version."""

    version: int
    history: Any


Described = Mapping[str, tuple[str, str]]  # field -> (label, value as people read it)


def refuse_stale_edit(
    row: Versioned, *, version: int, describe: Callable[[Any], Described]
) -> None:
    """Raise EditConflict when `row` has moved on from the `version` that the form showed.

    `describe` is given the row and the historical record of that version, which has the same fields.
    """
    if row.version == version:
        return
    # By version, not by date: the records of one moment have no order among themselves.
    records = row.history.select_related("history_user").order_by("-history_id")
    latest = records.filter(version=row.version).first()
    seen = records.filter(version=version).first()
    raise EditConflict(
        who=_name_of(latest),
        changes=_changes(describe(seen), describe(row)) if seen else (),
        version=row.version,
    )


def _name_of(record: Any) -> str:
    if record is None or record.history_user is None:
        return _("Somebody")
    return str(record.history_user)


def _changes(before: Described, after: Described) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field=field, label=label, before=before[field][1], after=value)
        for field, (label, value) in after.items()
        if before[field][1] != value
    )


def sign_history(row: Any, *, member: Membership | None, now: datetime) -> None:
    """Have the next save's historical record name the member and the request's moment."""
    row._history_user = member.user if member else None
    row._history_date = now
