"""Idempotency keys: the first answer stays, each buyer and operation has keys of its own."""

import pytest

from domain.errors import IdempotencyConflict
from tests.builders import a_buyer, buyers
from tests.db.conftest import Office


async def test_the_first_answer_is_kept_and_found_for_the_same_input_only(office: Office) -> None:
    fan = await a_buyer(office.transaction)
    async with office.transaction() as work:
        assert await work.answers.find(fan, "buyTickets", "k", b"input") is None
        await work.answers.keep(fan, "buyTickets", "k", b"input", {"order": "1"})
    async with office.transaction() as work:
        await work.answers.keep(fan, "buyTickets", "k", b"input", {"order": "2"})
    async with office.transaction() as work:
        assert await work.answers.find(fan, "buyTickets", "k", b"input") == {"order": "1"}
    with pytest.raises(IdempotencyConflict):
        async with office.transaction() as work:
            await work.answers.find(fan, "buyTickets", "k", b"another")


async def test_a_key_is_its_buyers_and_its_operations(office: Office) -> None:
    fan, other = await buyers(office.transaction, 2)
    async with office.transaction() as work:
        await work.answers.keep(fan, "buyTickets", "k", b"input", {"order": "1"})
        assert await work.answers.find(other, "buyTickets", "k", b"another") is None
        assert await work.answers.find(fan, "lockTickets", "k", b"another") is None
