"""What clients use is counted by day, written at once for all of them, and never lost because the database is away."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from domain.clients import Usage
from domain.errors import ServerBusy
from domain.ids import ClientId, new_id
from domain.repositories import Transactions
from resolvers.client_usage import ClientUsage

RADIO, KIOSK = ClientId(new_id()), ClientId(new_id())


class Book:
    """`away` is a database out of reach."""

    def __init__(self) -> None:
        self.written: list[Mapping[ClientId, Usage]] = []
        self.away = False

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Any]:
        if self.away:
            raise ServerBusy(1)
        yield SimpleNamespace(clients=self)

    async def used(self, usages: Mapping[ClientId, Usage]) -> None:
        self.written.append(usages)


async def test_a_day_of_each_client_is_one_row_however_often_it_asked() -> None:
    book, days = Book(), [date(2027, 1, 1)]
    usage = ClientUsage(lambda: days[0])
    for _ in range(100):
        usage.count(RADIO, 10)
    usage.count(RADIO, -3, requests=0)
    usage.count(KIOSK, 0, throttled=1)
    days[0] = date(2027, 1, 2)
    usage.count(RADIO, 5)
    await usage.write(cast(Transactions, book))
    assert book.written == [
        {RADIO: Usage(date(2027, 1, 1), 100, 997, 0), KIOSK: Usage(date(2027, 1, 1), 1, 0, 1)},
        {RADIO: Usage(date(2027, 1, 2), 1, 5, 0)},
    ]
    book.away = True
    # Nobody is asked where there is nothing to say.
    await usage.write(cast(Transactions, book))
    assert len(book.written) == 2


async def test_what_could_not_be_written_is_written_with_what_came_since() -> None:
    book = Book()
    usage = ClientUsage(lambda: date(2027, 1, 1))
    usage.count(RADIO, 10)
    book.away = True
    for _ in range(2):
        with pytest.raises(ServerBusy):
            await usage.write(cast(Transactions, book))
    usage.count(RADIO, 7)
    book.away = False
    await usage.write(cast(Transactions, book))
    assert book.written == [{RADIO: Usage(date(2027, 1, 1), 2, 17, 0)}]
