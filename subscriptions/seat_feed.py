"""Live seats for watchers: a whole state or the missed deltas first, then every change, each following the last."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from broadcaster import Broadcast

from domain.changes import AvailabilityDelta, AvailabilityUpdate, fold
from domain.ids import SessionId
from domain.repositories import ChangeLog
from subscriptions.backend import RECONNECTED
from subscriptions.hints import read_hint, write_hint
from subscriptions.hub import Hub, attempted
from subscriptions.mailbox import Mailbox

CHANNEL = "usher.changes"
MOST_UNSENT = 1_000


class LiveSeats:
    """Implements `domain.gateways.SeatFeed`."""

    def __init__(self, hub: Hub, changes: ChangeLog) -> None:
        self._hub = hub
        self._changes = changes
        self.unsent: asyncio.Queue[AvailabilityDelta] = asyncio.Queue(MOST_UNSENT)

    def announce(self, delta: AvailabilityDelta) -> None:
        self._hub.receive(delta.session_id, delta)
        if self.unsent.full():
            # The oldest hint goes; who needed it compares versions.
            self.unsent.get_nowait()
        self.unsent.put_nowait(delta)

    async def watch(self, session_id: SessionId, since_version: int | None) -> AsyncGenerator[AvailabilityUpdate, None]:
        """Starting at the current version, a delta from it to itself says that the watcher is live."""
        async with self._hub.mailbox(session_id) as mailbox:
            if since_version is not None and (missed := await self._missed(session_id, since_version, mailbox)):
                yield missed
            while True:
                delta = await mailbox.news() if mailbox.version is not None else None
                if delta is not None:
                    yield delta
                else:
                    state = await self._hub.snapshot(session_id)
                    mailbox.start(state.version)
                    yield state

    async def _missed(self, session_id: SessionId, since: int, mailbox: Mailbox) -> AvailabilityDelta | None:
        """None where the log does not continue from there."""
        deltas = await self._changes.since(session_id, since)
        if deltas is None:
            return None
        missed = fold(deltas) if deltas else await self._nothing(session_id, since)
        if missed is not None:
            self._hub.started(session_id, missed.version)
            mailbox.start(missed.version)
        return missed

    async def _nothing(self, session_id: SessionId, version: int) -> AvailabilityDelta | None:
        state = await self._hub.snapshot(session_id)
        if state.version != version:
            return None
        counts = (state.available, state.held, state.sold)
        return AvailabilityDelta(session_id, version, version, *counts, {}, state.general_admission)


@asynccontextmanager
async def live_seats(broadcast: Broadcast, changes: ChangeLog, check_every: float = 1.0) -> AsyncIterator[LiveSeats]:
    """Versions are compared with the database every so many seconds, and after every reconnect."""
    hub = Hub(changes)
    feed = LiveSeats(hub, changes)
    async with broadcast:
        works = (_hear(broadcast, hub), _tell(broadcast, feed), hub.catch_up(), _check(hub, check_every))
        tasks = [asyncio.create_task(work) for work in works]
        try:
            yield feed
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


async def _hear(broadcast: Broadcast, hub: Hub) -> None:
    async with broadcast.subscribe(CHANNEL) as subscriber:
        while True:
            message = (await subscriber.get()).message
            if message == RECONNECTED:
                await attempted(hub.compare())
            elif (hint := read_hint(message)) is not None:
                hub.receive(*hint)


async def _tell(broadcast: Broadcast, feed: LiveSeats) -> None:
    while True:
        await broadcast.publish(CHANNEL, write_hint(await feed.unsent.get()))


async def _check(hub: Hub, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        await attempted(hub.compare())
