"""Money: integer minor units and an ISO 4217 code; a decimal string at the API."""

from dataclasses import dataclass
from decimal import Decimal

from iso4217 import Currency


@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """In major units, with exactly as many decimals as the currency has."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))


def exponent(currency: str) -> int:
    """How many decimals the currency has (ISO 4217). Raises `ValueError` for an unknown code."""
    return Currency(currency).exponent or 0


def minor_units(amount: Decimal, currency: str) -> int:
    """Raises `ValueError` where the amount has more decimals than the currency, or is not finite."""
    scaled = amount.scaleb(exponent(currency)) if amount.is_finite() else Decimal("NaN")
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} is not an amount of {currency}")
    return int(scaled)
