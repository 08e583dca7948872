"""Readers that every format shares: numbers, amounts, days, tables. Imports no Django."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from languages.sentences import say
from orders.importers.amounts import amount, currency_code
from orders.importers.dates import day
from orders.importers.parsed import (
    FieldError,
    ParsedFile,
    ParsedOrder,
    Rejected,
    UnreadableFile,
    join_lines,
)
from orders.importers.texts import address, inert, parcels

MAX_FIELD = 100_000
ORDER_NUMBER = re.compile(r"\d{12,20}", re.ASCII)
ROUNDED = re.compile(r"^\d(?:[.,]\d+)?[eE]\+?\d+$")
STORE_ID = re.compile(r"/store/(\d{4,12})")
MAX_ROWS, MAX_COLUMNS = 50_000, 200
# The row's number in the file, and whether it has more cells than the header has names.
NUMBER, EXTRA = "\0number", "\0extra"
EXACT_IN_A_SPREADSHEET = 2**53

__all__ = ["address", "amount", "currency_code", "day", "inert", "parcels"]


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 (each with its mark or without), else Western European."""
    text = _utf_16(content)
    if text is None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    return text.lstrip("\ufeff").replace("\x00", "")


def _utf_16(content: bytes) -> str | None:
    start = content[:200]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    zeros = [start[half::2].count(0) * 4 > len(start) for half in (0, 1)]
    if zeros == [False, True]:
        return content.decode("utf-16-le", errors="replace")
    if zeros == [True, False]:
        return content.decode("utf-16-be", errors="replace")
    return None


def order_number(text: object, field: str) -> str:
    number = "".join(inert(text).strip("'\"=").split())
    whole = re.fullmatch(r"(\d{12,16})[.,]0+", number, re.ASCII)
    if whole and int(whole[1]) <= EXACT_IN_A_SPREADSHEET:
        number = whole[1]
    if ROUNDED.match(number):
        raise FieldError(
            field,
            say(
                "{number} was rounded by a spreadsheet and its digits are lost; import the file as it was exported, without opening it in a spreadsheet",
                number=repr(number),
            ),
        )
    if not ORDER_NUMBER.fullmatch(number):
        raise FieldError(
            field,
            say("{number} is not an order number of 12 to 20 digits", number=repr(number[:60])),
        )
    return number


def quantity(text: object, field: str) -> int | None:
    """A whole number of pieces, or None where the cell is empty."""
    shown = inert(text, 60)
    if not shown:
        return None
    whole = re.fullmatch(r"[x×]?\s*(\d{1,6})(?:[.,]0+)?", shown, re.ASCII | re.IGNORECASE)
    if not whole or int(whole[1]) < 1:
        raise FieldError(field, say("{shown} is not a number of pieces", shown=repr(shown)))
    return int(whole[1])


def identifier(text: object) -> str:
    """A line's, product's or variant's number; '' where it is missing or a spreadsheet spoilt it."""
    number = inert(text, 60).removesuffix(".0")
    return number if re.fullmatch(r"[\w-]{1,40}", number, re.ASCII) else ""


def store_number(url: str) -> str:
    found = STORE_ID.search(url)
    return found.group(1) if found else ""


def table(text: str, header: tuple[str, ...], delimiter: str = ",") -> Iterator[dict[str, Any]]:
    """Rows of delimited text by the names in its first line, whatever their case.

    Each row also has its NUMBER in the file and says by EXTRA that it has too many cells.
    """
    csv.field_size_limit(MAX_FIELD)
    body, skipped = _from_header(text)
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=False)
    spelt = {name.casefold(): name for name in header}
    try:
        names = [_name(cell, spelt) for cell in next(rows, list(header))[:MAX_COLUMNS]]
        for number, cells in enumerate(islice(rows, MAX_ROWS + 1), start=2 + skipped):
            if number - skipped > MAX_ROWS + 1:
                raise UnreadableFile(
                    say("has more than {max_rows} rows; export a shorter time", max_rows=MAX_ROWS)
                )
            if any(cell.strip() for cell in cells):
                # Of two columns with one name the first counts.
                row: dict[str, Any] = dict(reversed(list(zip(names, cells, strict=False))))
                extra = any(cell.strip() for cell in cells[len(names) :])
                yield row | {NUMBER: number, EXTRA: extra}
    except csv.Error as fault:
        raise UnreadableFile(say("the table breaks off: {fault}", fault=str(fault))) from fault


def _name(cell: str, spelt: Mapping[str, str]) -> str:
    name = cell.strip().strip("\"'").strip()
    return spelt.get(name.casefold(), name)


def _from_header(text: str) -> tuple[str, int]:
    """The text from its header on, and the lines before it: empty ones, and Excel's 'sep=;'."""
    skipped = 0
    while text:
        line, _, rest = text.partition("\n")
        if line.strip() and not line.lower().startswith("sep="):
            break
        text, skipped = rest, skipped + 1
    return text, skipped


def delimiter_of(line: str) -> str:
    return max(",;\t|", key=line.count)


def first_line(text: str) -> str:
    return _from_header(text)[0].split("\n", 1)[0].strip("\r")


def has_header(text: str, *names: str) -> bool:
    line = first_line(text)
    cells = {
        cell.strip().strip("\"'").strip().casefold() for cell in line.split(delimiter_of(line))
    }
    return all(name.casefold() in cells for name in names)


def read_rows(
    rows: Iterator[Mapping[str, Any]],
    convert: Callable[[Mapping[str, Any], int], ParsedOrder | None],
    *,
    first: int = 2,
) -> ParsedFile:
    """Convert each row; a bad one is named with row, field and reason, and the rest goes on.

    A row has its number in itself or counts from `first`.
    """
    lines: list[ParsedOrder] = []
    rejected: list[Rejected] = []
    count = 0
    for count, row in enumerate(rows, start=1):
        number = int(row.get(NUMBER, count + first - 1))
        try:
            if row.get(EXTRA):
                raise FieldError(
                    "", say("has more cells than the first line has names; a quote missing?")
                )
            line = convert(row, number)
        except FieldError as fault:
            rejected.append(Rejected(number, fault.field, fault.error))
            continue
        if line is not None:
            line.row = number
            lines.append(line)
    return ParsedFile(rows=count, orders=join_lines(lines), rejected=rejected)
