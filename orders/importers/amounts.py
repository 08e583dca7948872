"""Localised money: '129,46zł', 'US $1,382.11', '1’234.50 CHF'. Imports no Django."""

import re
import unicodedata
from decimal import Decimal

from babel.numbers import get_currency_precision, is_currency

from languages.sentences import say
from orders.importers.parsed import FieldError
from orders.importers.texts import inert

# What stands beside a price, in small letters without spaces and dots. A bare '$' or '¥' is what
# the marketplace shows to buyers in the United States and in Japan.
SYMBOLS = {
    "$": "USD", "us$": "USD", "us": "USD", "c$": "CAD", "ca$": "CAD", "ca": "CAD", "au$": "AUD",
    "a$": "AUD", "au": "AUD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "sg$": "SGD", "mx$": "MXN",
    "mex$": "MXN", "r$": "BRL", "nt$": "TWD", "€": "EUR", "£": "GBP", "¥": "JPY", "jp¥": "JPY",
    "円": "JPY", "cn¥": "CNY", "元": "CNY", "₩": "KRW", "원": "KRW", "zł": "PLN", "₽": "RUB",
    "руб": "RUB", "р": "RUB", "₴": "UAH", "грн": "UAH", "₪": "ILS", "₺": "TRY", "tl": "TRY",
    "kč": "CZK", "ft": "HUF", "lei": "RON", "₹": "INR", "฿": "THB", "₫": "VND", "rp": "IDR",
    "rm": "MYR", "₱": "PHP", "₸": "KZT",
}  # fmt: skip
NUMBER = re.compile(r"\d[\d.,'’\s]*\d|\d", re.ASCII)
MINUS = re.compile(r"[-−–‑]")
MAX_MINOR = 10**14


def currency_code(text: object) -> str:
    """'USD', 'US $' or '€' as ISO 4217; empty where nothing is said or it is not known."""
    shown = unicodedata.normalize("NFKC", inert(text, 60))
    for code in re.findall(r"\b[A-Z]{3}\b", shown.upper()):
        if is_currency(code):
            return str(code)
    return SYMBOLS.get(re.sub(r"[\s.:()\-−–‑]", "", shown).casefold(), "")


def amount(
    text: object, field: str, *, currency: str = "", info: object = ""
) -> tuple[int | None, str]:
    """Minor units and currency of localised money; an `info` of 'text|12|34' is exact and goes first.

    Where no currency is known the units are hundredths.
    """
    exact = _from_parts(info, currency) or _from_parts(text, currency)
    if exact is not None:
        return to_minor(exact[0], exact[1], field), exact[1]
    shown = unicodedata.normalize("NFKC", inert(text, 200))
    if not shown:
        return None, currency
    found = NUMBER.search(shown)
    is_formula = shown.startswith("=")
    if not found or is_formula or len(shown) > 60 or NUMBER.search(shown, found.end()):
        raise FieldError(
            field, say("{shown} is not an amount like US $12.34", shown=repr(shown[:60]))
        )
    if MINUS.search(shown[: found.start()]):
        raise FieldError(field, say("{shown} is less than nothing", shown=repr(shown)))
    code = currency or currency_code(shown[: found.start()] + " " + shown[found.end() :])
    return to_minor(Decimal(_plain(found[0], code)), code, field), code


def to_minor(value: Decimal, currency: str, field: str) -> int:
    """The amount in the currency's smallest units; raise FieldError when it cannot be one."""
    if not value.is_finite() or value.copy_abs() > MAX_MINOR:
        raise FieldError(field, say("{value} is too large an amount", value=repr(str(value)[:40])))
    if value < 0:
        raise FieldError(field, say("{value} is less than nothing", value=repr(str(value)[:40])))
    return int(value.scaleb(get_currency_precision(currency or "USD")).to_integral_value())


def _from_parts(text: object, currency: str) -> tuple[Decimal, str] | None:
    parts = unicodedata.normalize("NFKC", inert(text, 200)).rsplit("|", 2)
    if len(parts) != 3:
        return None
    whole, fraction = re.sub(r"[\s.,'’]", "", parts[1]), parts[2].strip()
    if not re.fullmatch(r"\d{1,15}", whole, re.ASCII):
        return None
    if not re.fullmatch(r"\d{0,4}", fraction, re.ASCII):
        return None
    around = NUMBER.sub(" ", parts[0])
    return Decimal(f"{whole}.{fraction or 0}"), currency or currency_code(around)


def _plain(text: str, currency: str) -> str:
    """'1.234,56', "1'234.50" and '1,234' as Decimal reads them."""
    digits = re.sub(r"[\s'’]", "", text)
    separators = re.sub(r"\d", "", digits)
    if not separators:
        return digits
    last = separators[-1]
    whole, fraction = digits.rsplit(last, 1)
    # Three digits after the only separator are thousands, except where a currency has thousandths.
    has_thousandths = bool(currency) and get_currency_precision(currency) == 3
    is_grouping = len(set(separators)) == 1 and len(fraction) == 3 and not has_thousandths
    if separators.count(last) > 1 or is_grouping:
        return re.sub(r"[.,]", "", digits)
    return f"{re.sub(r'[.,]', '', whole)}.{fraction}"
