"""Watching as clients do it: the documents, and how a subscription begins and ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from domain.ids import read_id
from tests.api.client import Client, Watch
from tests.api.conftest import House
from tests.api.documents import BUY, LOCK

EVENT = """
subscription($id: ID!) { eventChanged(eventId: $id) { title status
  nextSession { startsAt } sessions(first: 5) { nodes { startsAt status ticketTypes { price { amount } } } } } }"""
HOLD = "subscription($id: ID!) { holdChanged(holdId: $id) { expiringSoon hold { id state seats total { amount } } } }"
ORDER = "subscription($id: ID!) { orderChanged(orderId: $id) { id status tickets { seat status } } }"
TICKETS = "subscription { myTickets { tickets { id seat status token } } }"
GATE = """
subscription($id: ID!) { gateActivity(sessionId: $id) { expected admitted
  lastCheckIns { ticketId seat ticketType { name } result } } }"""


@asynccontextmanager
async def watching(client: Client, document: str, id: str | None = None) -> AsyncIterator[Watch]:
    async with client.watch(document, {"id": id} if id else {}) as watch:
        yield watch


async def refused(watch: Watch) -> str:
    """The code of the error that the subscription ends with."""
    message = await watch.message(within=10)
    payload = message["payload"]
    if message["type"] == "error":
        [error] = payload
        return str(error["extensions"]["code"])
    [error] = payload["errors"]
    assert (payload["data"], (await watch.message())["type"]) == (None, "complete")
    return str(error["extensions"]["code"])


async def bought(house: House, *seats: str, by: Client | None = None) -> dict[str, Any]:
    buyer = by or house.fan
    hold = await buyer.ask(LOCK, house.lock(*seats))
    order: dict[str, Any] = await buyer.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    return order


async def run(house: House, statement: str, *arguments: object) -> None:
    """What an organizer or an administrator does to the database, without telling us."""
    connection = await asyncpg.connect(house.database_url)
    await connection.execute(statement, *arguments)
    await connection.close()


def the_uuid(id: str) -> object:
    read = read_id(id)
    assert read is not None
    return read[1]
