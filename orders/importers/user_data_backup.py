"""AliExpress's own data backup (GDPR), XLSX, sheet 'Order Information'. Imports no Django."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from languages.sentences import say
from orders.importers import reading
from orders.importers.parsed import FieldError, ParsedFile, ParsedItem, ParsedOrder, UnreadableFile
from orders.importers.statuses import CANCELLED, COMPLETED, UNKNOWN, read_end

SHEET = "Order Information"
# The backup names no zone; raw order data of AliExpress are all in this one.
CLOCK = ZoneInfo("America/Los_Angeles")
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS, MAX_EMPTY_ROWS = 50_000, 100, 1_000


class UserDataBackup:
    name = "aliexpress-user-data-backup"
    label = "AliExpress data backup, XLSX"

    def recognises(self, content: bytes) -> bool:
        return content[:4] == b"PK\x03\x04" and b"xl/" in content

    def read(self, content: bytes) -> ParsedFile:
        return reading.read_rows(_rows(content), self._line)

    def _line(self, row: Mapping[str, Any], _number: int) -> ParsedOrder:
        created = _moment(row.get("gmt_create_order_time"), "gmt_create_order_time")
        ended = _moment(row.get("gmt_trade_end_time"), "gmt_trade_end_time")
        was_accepted = str(row.get("end_reason") or "").startswith("buyer_accept_goods")
        number = row.get("parent_orderid") or row.get("order_id")
        return ParsedOrder(
            number=reading.order_number(_as_text(number), "parent_orderid"),
            placed_on=created.astimezone(CLOCK).date() if created else None,
            placed_at=created,
            confirmed_at=ended if was_accepted else None,
            status_text=_status(row),
            items=[
                ParsedItem(
                    title=reading.inert(row.get("item_name")),
                    line_id=reading.identifier(_as_text(row.get("order_id"))),
                    unit_price_minor=_cents(row.get("unit_price"), "unit_price"),
                )
            ],
        )


def _status(row: Mapping[str, Any]) -> str:
    """FINISH ends success and cancelling alike; the reason tells which."""
    status = reading.inert(row.get("order_status"), 80)
    if status.casefold() != "finish":
        return status
    ended = read_end(reading.inert(row.get("end_reason")))
    if ended == UNKNOWN and reading.inert(str(row.get("is_success_pay"))).casefold() == "false":
        ended = CANCELLED
    return {COMPLETED: "Completed", CANCELLED: "Cancelled"}.get(ended, status)


def _as_text(value: object) -> object:
    """A spreadsheet keeps 15 digits of a number and loses the rest of a longer one."""
    return f"{value:.14E}" if isinstance(value, float) and value >= 10**15 else value


def _cents(value: object, field: str) -> int | None:
    shown = reading.inert(value)
    if not shown:
        return None
    if not re.fullmatch(r"\d{1,14}", shown.removesuffix(".0"), re.ASCII):
        raise FieldError(field, say("{shown} is not a number of cents", shown=repr(shown[:40])))
    return int(shown.removesuffix(".0"))


def _moment(value: object, field: str) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        local = (
            value
            if isinstance(value, datetime)
            else datetime.fromisoformat(reading.inert(str(value)))
        )
    except ValueError:
        raise FieldError(
            field, say("{value} is not a time like 2026-02-21 07:44:46", value=repr(value))
        ) from None
    if not 2000 <= local.year <= 2100:
        raise FieldError(field, say("the year {year} cannot be right", year=str(local.year)))
    return (local if local.tzinfo else local.replace(tzinfo=CLOCK)).astimezone(UTC)


def _rows(content: bytes) -> Iterator[Mapping[str, Any]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableFile(say("this workbook unpacks to more than 100 MB"))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        names = book.sheetnames
        if SHEET not in names:
            raise UnreadableFile(
                say(
                    "there is no sheet '{sheet}' but {names}",
                    sheet=SHEET,
                    names=", ".join(names)[:200],
                )
            )
        sheet = book[SHEET]
        # What the file says of its own size may be wrong, or made to be.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        header = [reading.inert(cell) for cell in next(rows, ())]
        if "parent_orderid" not in header:
            raise UnreadableFile(say("the first line of the sheet does not name parent_orderid"))
        empty = 0
        for number, row in enumerate(rows, start=2):
            is_filled = any(cell not in (None, "") for cell in row)
            empty = 0 if is_filled else empty + 1
            if number > MAX_ROWS or empty > MAX_EMPTY_ROWS:
                break
            if is_filled:
                yield dict(zip(header, row, strict=False)) | {reading.NUMBER: number}
    except UnreadableFile:
        raise
    except Exception as fault:  # openpyxl lets errors of many libraries through
        raise UnreadableFile(say("this is not a whole XLSX workbook")) from fault
