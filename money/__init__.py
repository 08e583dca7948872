"""Amounts of money: integer minor units with an ISO 4217 code. Imports no Django."""

from money.amount import Money, MoneyError, minor_digits, parse_decimal

__all__ = ["Money", "MoneyError", "minor_digits", "parse_decimal"]
