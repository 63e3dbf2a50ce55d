"""How often what others pay for may be tried: mails to strangers, guesses at a password."""

from math import ceil

from domain.errors import TooManyAttempts
from domain.limits import Rate
from resolvers.services import Services

HOUR = 3600
# Whoever asks for a mail six times in an hour has got five.
MAILS_TO_ONE = Rate(5 / HOUR, 5)
MAILS_FROM_AN_ADDRESS = Rate(30 / HOUR, 20)
MAILS_IN_ALL = Rate(20, 400)
GUESSES_AT_ONE = Rate(10 / 600, 10)
LINKS_FROM_AN_ADDRESS = Rate(1, 30)
EXPORTS_OF_ONE = Rate(10 / HOUR, 5)


async def attempt(services: Services, *counted: tuple[str, Rate]) -> None:
    """Raises `TooManyAttempts`, before anything is looked at that would tell more."""
    for bucket, rate in counted:
        taken = await services.limits.take(bucket, 1, rate)
        if taken.retry_after:
            raise TooManyAttempts(ceil(taken.retry_after * 1000))


async def attempt_mail(services: Services, recipient: str, address: str) -> None:
    """`recipient` whether or not anybody is registered with it; `address`: where the caller is."""
    await attempt(
        services,
        (f"mail-from:{address}", MAILS_FROM_AN_ADDRESS),
        (f"mail-to:{recipient.casefold()}", MAILS_TO_ONE),
        ("mails", MAILS_IN_ALL),
    )
