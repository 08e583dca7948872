"""Two members editing one row: the second is told what changed, and nothing is overwritten."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that another member changed meanwhile: old and present value, as text."""

    field: str
    label: str
    before: str
    after: str


class EditConflict(Exception):
    """Somebody else changed the row after the form was opened. Nothing was saved.

    The form is shown again with what was typed, these changes, and the row's present `version`.
    """

    def __init__(self, *, who: str, changes: tuple[FieldChange, ...], version: int) -> None:
        super().__init__(f"{who} changed this meanwhile")
        self.who = who
        self.changes = changes
        self.version = version
