"""Cells as people meant them: without what spreadsheets, exporters and mischief put around them."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

from orders.importers.parsed import FieldError, ParsedParcel
from orders.parcels import NumberError, tidy_tracking_number

# ="3069099405659913", by which exporters keep a spreadsheet from rounding a number.
GUARDED = re.compile(r'="([^"]*)"')
HYPERLINK = re.compile(
    r'[=@]\s*HYPERLINK\(\s*"([^"]*)"\s*(?:[,;]\s*"([^"]*)"\s*)?\)', re.IGNORECASE
)
# A leading apostrophe makes a spreadsheet take these as text; it is no part of the text.
PREFIXED = re.compile(r"'(?=[=+\-@＝＋－＠])")
NO_NUMBER = {"", "-", "--", "n/a", "none", "null", "undefined"}


def inert(text: object, limit: int = 500) -> str:
    """Text from outside as one line that every database takes; a formula becomes what it shows."""
    if text is None or isinstance(text, dict | list | bool):
        return ""
    shown = _unwrapped(str(text)[:100_000])[0]
    if not shown.isprintable():
        shown = "".join(map(_kept, shown))
    return " ".join(shown.split())[:limit].strip()


def address(text: object, limit: int = 1000) -> str:
    """A web address with its scheme; anything that is none, or is too long, is left out."""
    shown, target = _unwrapped(text if isinstance(text, str) else "")
    url = "".join((target or shown).split())
    if url.startswith("//"):
        url = f"https:{url}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[\w.:-]+", host, re.ASCII):
        return ""
    url = quote(url, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
    return url if len(url) <= limit else ""


def parcels(text: object, field: str) -> list[ParsedParcel]:
    """The parcels' numbers in a cell, which may name several."""
    found = []
    for part in re.split(r"[,;/|\s]+", inert(text)):
        if part.casefold() in NO_NUMBER:
            continue
        try:
            found.append(ParsedParcel(number=tidy_tracking_number(part)))
        except NumberError as fault:
            raise FieldError(field, fault.args[0]) from fault
    return found


def _unwrapped(text: str) -> tuple[str, str]:
    """The text that a cell shows and the address behind it, where it is a HYPERLINK formula."""
    text = text.strip()
    if link := HYPERLINK.fullmatch(text):
        return link[2] or link[1], link[1]
    if guarded := GUARDED.fullmatch(text):
        return guarded[1], ""
    return PREFIXED.sub("", text, count=1), ""


def _kept(character: str) -> str:
    # A lone surrogate or a NUL is legal in JSON and in no database.
    category = unicodedata.category(character)
    return "" if category == "Cs" or character == "\0" else " " if category == "Cc" else character
