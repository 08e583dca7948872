"""Keyset paging: each page costs the same, however far down the list it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet

PAGE_SIZE = 25

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row]):
    rows: list[_Row]
    # Opens the next page as ?after=…; empty on the last one.
    after: str


def take_page(
    queryset: QuerySet[_Row], *, by: Sequence[str], after: str, size: int = PAGE_SIZE
) -> Page[_Row]:
    """The rows behind the cursor `after`, ordered `by` ('-placed_at', 'public_id').

    The last key must be unique and no key null. A cursor that is not ours opens the first page.
    """
    position = _read_cursor(after, by)
    if position is not None:
        queryset = queryset.filter(_behind(by, position))
    rows = list(queryset.order_by(*by)[: size + 1])
    if len(rows) <= size:
        return Page(rows, "")
    rows.pop()
    return Page(rows, _write_cursor(rows[-1], by))


def _behind(by: Sequence[str], position: Sequence[Any]) -> Q:
    behind, so_far = Q(), Q()
    for key, value in zip(by, position, strict=True):
        name = key.removeprefix("-")
        lookup = "lt" if key.startswith("-") else "gt"
        behind |= so_far & Q(**{f"{name}__{lookup}": value})
        so_far &= Q(**{name: value})
    return behind


def _salt(by: Sequence[str]) -> str:
    return "parley.paging:" + ",".join(by)


def _write_cursor(row: Model, by: Sequence[str]) -> str:
    values = [_pack(getattr(row, key.removeprefix("-"))) for key in by]
    return signing.dumps(values, salt=_salt(by))


def _read_cursor(text: str, by: Sequence[str]) -> list[Any] | None:
    # Signed, so that a made-up cursor cannot hand the database a value of the wrong type.
    if not text:
        return None
    try:
        packed = signing.loads(text, salt=_salt(by))
    except signing.BadSignature:
        return None
    return [_unpack(kind, value) for kind, value in packed]


def _pack(value: Any) -> tuple[str, str]:
    if isinstance(value, datetime):
        return "moment", value.isoformat()
    if isinstance(value, UUID):
        return "id", str(value)
    return "text", str(value)


def _unpack(kind: str, value: str) -> Any:
    if kind == "moment":
        return datetime.fromisoformat(value)
    return UUID(value) if kind == "id" else value
