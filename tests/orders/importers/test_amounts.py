import pytest

from orders.importers.amounts import amount, currency_code
from orders.importers.parsed import FieldError


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("US $1,382.11", 138211, "USD"),
        ("US $1,382", 138200, "USD"),
        ("129,46zł", 12946, "PLN"),
        ("1.234,56 €", 123456, "EUR"),
        ("28,90€", 2890, "EUR"),
        ("￥100", 100, "JPY"),
        ("JPY 1,200", 1200, "JPY"),
        ("₩12,300", 12300, "KRW"),
        ("R$ 1.234,50", 123450, "BRL"),
        ("1 234,56 руб.", 123456, "RUB"),
        ("1\u00a0234,56 ₽", 123456, "RUB"),
        ("1’234.50 CHF", 123450, "CHF"),
        ("12,345.678 KWD", 12345678, "KWD"),
        ("C $12.00", 1200, "CAD"),
        ("$0.99", 99, "USD"),
        ("169.34", 16934, ""),
        ("1,234,567", 123456700, ""),
        ("", None, ""),
    ],
)
def test_localised_money_is_read_exactly(text, minor, currency):
    assert amount(text, "Price") == (minor, currency)


@pytest.mark.parametrize(
    ("info", "minor"),
    [("US $1,382.11|1382|11", 138211), ("US $1,382.05|1,382|05", 138205), ("￥100|100|", 100)],
)
def test_the_parts_of_price_info_go_before_the_text(info, minor):
    assert amount("something else", "Price", info=info)[0] == minor


def test_a_column_for_the_currency_goes_before_the_sign():
    assert amount("$12.00", "Price", currency="AUD") == (1200, "AUD")


@pytest.mark.parametrize(
    ("text", "code"), [("US", "USD"), ("€", "EUR"), ("usd", "USD"), ("US $", "USD"), ("?", "")]
)
def test_a_currency_is_known_by_code_sign_or_prefix(text, code):
    assert currency_code(text) == code


@pytest.mark.parametrize(
    "text", ["free", "12 - 13", "-6.66", "=A1*2", "9" * 59, "1" * 500, "NaN", "1e999"]
)
def test_what_is_no_amount_is_refused_by_name(text):
    with pytest.raises(FieldError) as refusal:
        amount(text, "Price")
    assert refusal.value.field == "Price"
