"""Whether only those may buy whose email is known to be theirs."""

from collections import OrderedDict

from domain.errors import EmailNotVerified
from domain.ids import UserId
from domain.repositories import Transactions

REMEMBERED = 100_000


class VerifiedBuyers:
    """An email that is verified stays so: who has been seen once costs no further query."""

    def __init__(self, *, required: bool = False, remembered: int = REMEMBERED) -> None:
        self.required = required
        self._seen: OrderedDict[UserId, None] = OrderedDict()
        self._remembered = remembered

    async def check(self, transaction: Transactions, user_id: UserId) -> None:
        """Raises `EmailNotVerified`."""
        if not self.required or user_id in self._seen:
            return
        async with transaction() as work:
            if not await work.accounts.verified(user_id):
                raise EmailNotVerified
        self._seen[user_id] = None
        if len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
