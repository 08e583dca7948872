"""An amount and its currency, exact in the currency's minor units."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision, is_currency

from languages.sentences import SaidError, say

# The widest amount a bigint holds is far beyond any household's order; this catches typing slips.
MAX_DIGITS = 14
MAX_MINOR = 10**MAX_DIGITS


class MoneyError(SaidError):
    """The text is no amount, or the currency no ISO 4217 code; says which and why."""


def minor_digits(currency: str) -> int:
    """Digits after the point: 2 for EUR, 0 for JPY, 3 for KWD (CLDR, through Babel)."""
    return get_currency_precision(currency)


def parse_decimal(text: str, currency: str) -> int:
    """Read a plain decimal string like '12.34' into minor units; raise MoneyError."""
    if not is_currency(currency):
        raise MoneyError(
            say(
                "{currency} is not a currency code; write one like EUR or USD",
                currency=repr(currency),
            )
        )
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise MoneyError(
            say("{text} is not an amount; write it like 12.34", text=repr(text))
        ) from None
    if not amount.is_finite():
        raise MoneyError(say("{text} is not an amount; write it like 12.34", text=repr(text)))
    # Before it is written out: '1e999999' has a million digits.
    if amount.adjusted() > MAX_DIGITS:
        raise MoneyError(say("{text} is too large an amount", text=repr(text)))
    minor = int(amount.scaleb(minor_digits(currency)).to_integral_value(ROUND_HALF_UP))
    if abs(minor) > MAX_MINOR:
        raise MoneyError(say("{text} is too large an amount", text=repr(text)))
    return minor


@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        return cls(parse_decimal(text, currency), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __str__(self) -> str:
        return f"{self.amount:f}"

    def formatted(self, locale: str = "en") -> str:
        """As people of the locale write it: '€23.40' in en, '23,40 €' in de."""
        return _formatted(self, locale.replace("-", "_"))

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise MoneyError(
                say(
                    "cannot add {currency} to {currency2}",
                    currency=other.currency,
                    currency2=self.currency,
                )
            )
        return Money(self.minor + other.minor, self.currency)


# A list shows the same amounts each time it is opened.
@lru_cache(maxsize=4096)
def _formatted(money: Money, locale: str) -> str:
    return format_currency(money.amount, money.currency, locale=locale)
