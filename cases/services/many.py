"""One verb for several cases at once: each on its own, so that one that cannot stops no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cases.errors import CaseError
from cases.models import Case


@dataclass(slots=True)
class ManyDone:
    """Which cases it was done for, and why not for the rest."""

    done: list[Case] = field(default_factory=list)
    refused: list[tuple[Case, str]] = field(default_factory=list)


def do_for_each(cases: Iterable[Case], act: Callable[[Case], object]) -> ManyDone:
    """Call a service for each case, each in the service's own transaction."""
    result = ManyDone()
    for case in cases:
        try:
            act(case)
        except CaseError as fault:
            result.refused.append((case, str(fault)))
        else:
            result.done.append(case)
    return result
