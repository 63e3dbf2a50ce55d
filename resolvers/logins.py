"""Proving to be somebody by a password: how often that may be tried, and that it takes as long for everybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.accounts import LONGEST_EMAIL
from domain.errors import InvalidCredentials, TooManyAttempts
from domain.limits import Rate
from domain.viewers import User
from resolvers.attempts import attempt
from resolvers.services import Services

# Of what fails; what succeeds is given back. A guesser has some hundred tries a day at one account from one address.
FAILED_FROM_HERE_AT_ONE = Rate(1 / 60, 10)
# From however many addresses. The owner waits seconds behind them all, and is never locked out for good.
FAILED_AT_ONE = Rate(1 / 6, 50)
FAILED_FROM_HERE = Rate(1 / 10, 30)
# More than the passwords that one process can look at, so that only a crowd of processes is ever kept within it.
IN_ALL = Rate(100, 2_000)


@dataclass(frozen=True, slots=True)
class Credentials:
    """`address` is where they come from, as limits count it; `device` is what it looks like."""

    email: str
    password: str
    address: str
    device: str = ""

    @property
    def counted(self) -> Mapping[str, Rate]:
        """Whether or not there is such an account, so that limits do not tell either."""
        email = self.email[: LONGEST_EMAIL + 1].casefold()
        return {
            f"failed-from-at:{self.address}:{email}": FAILED_FROM_HERE_AT_ONE,
            f"failed-from:{self.address}": FAILED_FROM_HERE,
            f"failed-at:{email}": FAILED_AT_ONE,
            "logins": IN_ALL,
        }


async def proven(services: Services, given: Credentials) -> User:
    """Raises `InvalidCredentials`, in the same time for an unknown email as for a wrong password, and `TooManyAttempts`."""
    await _counted(services, given.counted)
    async with services.transaction() as work:
        user = await work.users.by_email(given.email) if len(given.email) <= LONGEST_EMAIL else None
    right = await services.passwords.verify(user.password_hash if user else None, given.password)
    if user is None or not right:
        raise InvalidCredentials
    _give_back(services, given.counted.items())
    return user


async def _counted(services: Services, buckets: Mapping[str, Rate]) -> None:
    """All or none of them: who is refused for what others do must not pay for it. Raises `TooManyAttempts`."""
    had: list[tuple[str, Rate]] = []
    for bucket, rate in buckets.items():
        try:
            await attempt(services, (bucket, rate))
        except TooManyAttempts:
            _give_back(services, had)
            raise
        had.append((bucket, rate))


def _give_back(services: Services, buckets: Iterable[tuple[str, Rate]]) -> None:
    for bucket, rate in buckets:
        services.limits.charge(bucket, -1, rate)
