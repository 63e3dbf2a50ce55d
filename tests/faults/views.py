"""What a browser would show: built from what came over one socket, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.api.client import Client, Watch
from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, WATCH


@dataclass(slots=True)
class View:
    version: int = -1
    statuses: dict[str, str] = field(default_factory=dict)
    snapshots: int = 0

    async def follow(self, watch: Watch) -> None:
        """For as long as the socket is open; fails when it is closed, and at a gap."""
        async for message in watch.socket:
            read = json.loads(message)
            assert read["type"] == "next", read
            self.take(read["payload"]["data"]["seatAvailability"])

    def take(self, update: dict[str, Any]) -> None:
        if update["__typename"] == "AvailabilitySnapshot":
            self.snapshots += 1
            self.statuses = _statuses(update["seats"])
        else:
            assert update["previousVersion"] == self.version, "a gap"
            self.statuses |= _statuses(update["changes"])
        self.version = update["version"]

    @property
    def taken(self) -> dict[str, str]:
        return {label: status for label, status in self.statuses.items() if status != "AVAILABLE"}


def _statuses(groups: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {label: group["status"] for group in groups for label in group["labels"]}


@asynccontextmanager
async def views_of(session_id: str, clients: Sequence[Client]) -> AsyncIterator[list[View]]:
    """One socket each, the same one until the end: a socket that is closed before fails."""
    async with AsyncExitStack() as stack:
        watches = [await stack.enter_async_context(client.watch(WATCH, {"id": session_id})) for client in clients]
        views = [View() for _ in watches]
        following = [asyncio.create_task(view.follow(watch)) for view, watch in zip(views, watches, strict=True)]
        try:
            yield views
            assert [task for task in following if task.done()] == [], "a socket was closed"
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)


async def agreed(house: House, views: Sequence[View], within: float) -> None:
    """All views show what the database has."""
    async with asyncio.timeout(within):
        while True:
            now = (await house.nobody.ask(AVAILABILITY, {"id": house.session_id}))["availability"]
            shown = (now["version"], _statuses(now["seats"]))
            if all((view.version, view.taken) == shown for view in views):
                return
            await asyncio.sleep(0.02)
