"""Money: integers inside, as many decimals outside as the currency has, and nothing is ever rounded."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money, exponent, minor_units


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1250, "EUR", "12.50"),
        (1200, "EUR", "12.00"),
        (0, "EUR", "0.00"),
        (-5, "EUR", "-0.05"),
        (1250, "JPY", "1250"),
        (1250, "KWD", "1.250"),
        (2**63, "USD", "92233720368547758.08"),
    ],
)
def test_an_amount_has_exactly_the_decimals_of_its_currency(minor: int, currency: str, amount: str) -> None:
    assert str(Money(minor, currency).amount) == amount


@pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_a_currency_knows_its_decimals(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


@pytest.mark.parametrize("code", ["", "EU", "eur", "ABC", "€"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        exponent(code)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("12.345", "EUR"),
        ("0.5", "JPY"),
        ("0.0001", "KWD"),
        ("NaN", "EUR"),
        ("sNaN", "EUR"),
        ("Infinity", "EUR"),
        ("-Infinity", "JPY"),
    ],
)
def test_what_cannot_be_paid_exactly_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=rf"^{amount} is not an amount of {currency}$"):
        minor_units(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("amount", "minor"), [("12.5", 1250), ("12.500", 1250), ("1E+2", 10000), ("-0.01", -1), ("0", 0), ("-0", 0)]
)
def test_the_same_amount_may_be_written_in_many_ways(amount: str, minor: int) -> None:
    assert minor_units(Decimal(amount), "EUR") == minor


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_what_is_shown_reads_back_as_what_it_was(minor: int, currency: str) -> None:
    assert minor_units(Money(minor, currency).amount, currency) == minor


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_any_decimal_is_an_exact_amount_or_refused(amount: Decimal) -> None:
    try:
        minor = minor_units(amount, "EUR")
    except ValueError:
        return
    assert Decimal(minor) == amount.scaleb(2)
