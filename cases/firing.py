"""What firing makes of a case, for whoever looks ahead. Imports no Django.

The sweep says the same of a thousand rows at once in `sweep_sql.py` (VOID, CHANGE_CASES); a test
fast-forwards the real run and holds both equal.
"""

from collections.abc import Iterable

from cases.vocabulary import Stage


def is_void(*, stage: str, cycle: int, step_cycle: int, is_planned: bool) -> bool:
    """Whether a step that comes due is no longer true: settled, or of a ladder that began anew."""
    return stage == Stage.SETTLED or (is_planned and step_cycle != cycle)


def stage_after(stage: str, becomes: Iterable[str]) -> str:
    """The stage that steps fired together bring: an escalation beats a retry, and 'write again'
    comes only to a case that waits for its seller."""
    brought = min((one for one in becomes if one), default=stage)
    if brought == Stage.RETRY_DUE and stage != Stage.AWAITING_SELLER:
        return stage
    return brought
