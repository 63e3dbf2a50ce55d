"""How many mails may be asked for: to one recipient, from one address, and in all."""

import pytest

from domain.errors import TooManyAttempts
from resolvers.attempts import attempt_mail
from resolvers.services import Services
from tests.builders import services_of


async def had(services: Services, asked: list[tuple[str, str]]) -> int:
    """How many of them, before the first that is refused."""
    for count, (recipient, address) in enumerate(asked):
        try:
            await attempt_mail(services, recipient, address)
        except TooManyAttempts:
            return count
    return len(asked)


def alone() -> Services:
    return services_of(None)  # type: ignore[arg-type]  # no transaction is begun


async def test_to_one_recipient_go_five_however_it_is_written_and_wherever_they_are_asked_for() -> None:
    asked = [("Fan@example.com" if at % 2 else "fan@EXAMPLE.com", f"192.0.2.{at}") for at in range(8)]
    assert await had(alone(), asked) == 5


async def test_from_one_address_go_twenty_whoever_they_are_for() -> None:
    assert await had(alone(), [(f"fan-{at}@example.com", "192.0.2.7") for at in range(25)]) == 20


async def test_in_all_go_some_hundreds_at_once() -> None:
    asked = [(f"fan-{at}@example.com", f"192.0.2.{at}") for at in range(2_000)]
    assert 400 <= await had(alone(), asked) < 2_000


async def test_the_refusal_says_when_to_come_again() -> None:
    services = alone()
    await had(services, [("fan@example.com", "192.0.2.7")] * 5)
    with pytest.raises(TooManyAttempts) as refused:
        await attempt_mail(services, "fan@example.com", "192.0.2.8")
    assert 11 * 60_000 < refused.value.retry_after_ms <= 12 * 60_000
