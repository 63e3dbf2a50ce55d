"""Idempotency keys: who asks first keeps the answer, who asks meanwhile waits for it; each buyer and operation has its own."""

import asyncio
from contextlib import suppress

import pytest

from domain.answers import Once
from domain.errors import IdempotencyConflict, ServerBusy
from domain.repositories import Transaction
from tests.builders import a_buyer, a_key, buyers
from tests.db.conftest import Office
from tests.db.test_inventory_races import waits_for_a_row


async def keep(work: Transaction, once: Once, answer: dict[str, object]) -> None:
    assert await work.answers.first(once) is None
    await work.answers.keep(once, answer)


async def test_the_first_answer_is_kept_and_given_to_the_same_input_only(office: Office) -> None:
    fan = await a_buyer(office.transaction)
    first, again, other = a_key(fan, "buyTickets", "k"), a_key(fan, "buyTickets", "k"), a_key(fan, "buyTickets", "k", "another")
    async with office.transaction() as work:
        assert await work.answers.find(first) is None
        await keep(work, first, {"order": "1"})
    async with office.transaction() as work:
        assert (await work.answers.find(again), again.replayed, first.replayed) == ({"order": "1"}, True, False)
        assert await work.answers.first(again) == {"order": "1"}
    for ask in ("find", "first"):
        with pytest.raises(IdempotencyConflict):
            async with office.transaction() as work:
                await getattr(work.answers, ask)(other)
    assert other.replayed is False


async def test_a_key_is_its_callers_and_its_operations(office: Office) -> None:
    fan, other = await buyers(office.transaction, 2)
    async with office.transaction() as work:
        await keep(work, a_key(fan, "buyTickets", "k"), {"order": "1"})
        assert await work.answers.first(a_key(other, "buyTickets", "k", "another")) is None
        assert await work.answers.first(a_key(fan, "useTicket", "k", "another")) is None


async def test_who_asks_meanwhile_waits_and_finds_what_was_kept(office: Office) -> None:
    fan = await a_buyer(office.transaction)
    second = a_key(fan, "useTicket", "k")

    async def ask() -> object:
        async with office.transaction() as work:
            return await work.answers.first(second)

    async with office.transaction() as work:
        assert await work.answers.first(a_key(fan, "useTicket", "k")) is None
        asked = asyncio.create_task(ask())
        await waits_for_a_row(office)
        await work.answers.keep(a_key(fan, "useTicket", "k"), {"result": "Admitted"})
    assert (await asked, second.replayed) == ({"result": "Admitted"}, True)


async def test_what_was_rolled_back_was_never_asked(office: Office) -> None:
    fan = await a_buyer(office.transaction)
    with suppress(ServerBusy):
        async with office.transaction() as work:
            await keep(work, a_key(fan, "useTicket", "k"), {"result": "Admitted"})
            raise ServerBusy(1)
    async with office.transaction() as work:
        assert await work.answers.first(a_key(fan, "useTicket", "k", "another")) is None
