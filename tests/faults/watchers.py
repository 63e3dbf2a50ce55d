"""Watchers of a session who come back wherever they were cut off, from the version that they have; all they are sent is noted."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from tests.api.client import Client
from tests.faults.history import Sighting, Update

WATCH = """
subscription($id: ID!, $since: Int) { seatAvailability(sessionId: $id, sinceVersion: $since) { __typename
  ... on AvailabilitySnapshot { version available held sold seats { status labels } generalAdmission { available } }
  ... on AvailabilityDelta { previousVersion version available held sold changes { status labels }
    generalAdmission { available } } } }"""


@dataclass(slots=True)
class Watcher:
    url: str
    session_id: str
    http: httpx.AsyncClient
    sighting: Sighting

    async def follow(self) -> None:
        """For ever."""
        while True:
            try:
                await self._follow_one_socket()
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.1)

    async def _follow_one_socket(self) -> None:
        since = self.sighting.updates[-1].answer["version"] if self.sighting.updates else None
        variables: dict[str, Any] = {"id": self.session_id, "since": since}
        async with Client(self.url, self.http).watch(WATCH, variables) as watch:
            self.sighting.sockets += 1
            while True:
                message = await watch.message(within=60)
                if message["type"] != "next" or "errors" in message["payload"]:
                    # Refused for now, e.g. because the database is away: asked again.
                    await asyncio.sleep(0.1)
                    return
                [answer] = message["payload"]["data"].values()
                self.sighting.updates.append(Update(asyncio.get_running_loop().time(), answer))

    @property
    def version(self) -> int:
        return int(self.sighting.updates[-1].answer["version"]) if self.sighting.updates else -1
