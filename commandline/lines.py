"""JSON Lines in, JSON Lines out: a bad line is named on standard error and the rest goes on."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

MAX_LINE = 1_000_000


class LineError(ValueError):
    """One field of a line is wrong: its path within the object, and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


def _refuse_constant(name: str) -> NoReturn:
    raise LineError("", f"{name} is not a number of JSON")


def _read(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_LINE:
        raise LineError("", f"is longer than {MAX_LINE} characters")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as fault:
        if isinstance(fault, LineError):
            raise
        raise LineError("", f"is not JSON ({str(fault)[:100]})") from fault
    if not isinstance(value, dict):
        raise LineError("", "is not a JSON object")
    return value


def convert_lines(
    lines: Iterable[str],
    out: Callable[[str], object],
    err: Callable[[str], object],
    convert: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> bool:
    """Convert each line; True when all were good. Empty lines are passed over."""
    good = True
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            answer = json.dumps(convert(_read(text)), ensure_ascii=False)
        except LineError as fault:
            good = False
            err(f"line {number}: {fault}")
            continue
        out(answer)
    return good
