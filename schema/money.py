"""Money as clients see it."""

from decimal import Decimal
from typing import Self

import strawberry

from domain import money as domain


@strawberry.type(description="An amount in one currency, never a float.")
class Money:
    amount: Decimal = strawberry.field(description='In major units as a string, e.g. "49.90".')
    currency: str = strawberry.field(description="ISO 4217, e.g. EUR.")

    @classmethod
    def of(cls, money: domain.Money) -> Self:
        return cls(amount=money.amount, currency=money.currency)
