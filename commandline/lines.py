"""JSON Lines in, JSON Lines out: a bad line is named on standard error and the rest goes on."""

import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TextIO

MAX_LINE = 1_000_000
# A fault that quotes what it was given stays a line that a person can read.
MAX_FAULT = 300


class LineError(ValueError):
    """One field of a line is wrong: its path within the object, and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


def _refuse_constant(name: str) -> NoReturn:
    raise LineError("", f"{name} is not a number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise LineError("", f"{text[:MAX_FAULT]} is too large a number")
    return number


def _read(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_LINE:
        raise LineError("", f"is longer than {MAX_LINE} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise LineError("", "is not UTF-8") from None
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except ValueError as fault:
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
            # Escapes, since an id may hold what no encoding can write.
            answer = json.dumps(convert(_read(text)), allow_nan=False)
        except RecursionError:
            good = False
            err(f"line {number}: is nested too deeply")
        except LineError as fault:
            good = False
            err(f"line {number}: {_shortened(str(fault))}")
        else:
            out(answer)
    return good


def _shortened(fault: str) -> str:
    return fault if len(fault) <= MAX_FAULT else f"{fault[:MAX_FAULT]}…"


def convert_standard_input(
    out: Callable[[str], object],
    err: Callable[[str], object],
    convert: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> None:
    """Convert each line of standard input; exit 1 when one was bad."""
    try:
        good = convert_lines(_utf8(sys.stdin), out, err, convert)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who read has seen enough ('| head'); what is still to be written has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        good = False
    if not good:
        sys.exit(1)


def _utf8(stream: TextIO) -> TextIO:
    """The stream read as UTF-8 in any locale; bytes that are not UTF-8 spoil their line alone."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
    return stream
