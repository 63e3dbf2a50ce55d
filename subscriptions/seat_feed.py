"""Live seats for watchers: a whole state or the missed deltas first, then every change, each following the last."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from broadcaster import Broadcast

from domain.changes import AvailabilityDelta, AvailabilityUpdate
from domain.ids import SessionId
from domain.repositories import ChangeLog
from subscriptions.backend import RECONNECTED
from subscriptions.channels import Listening, channel_of
from subscriptions.counted import UNCOUNTED, Counted
from subscriptions.hints import read_hint, write_hint
from subscriptions.hub import Hub, attempted
from subscriptions.tireless import tireless

MOST_UNSENT = 1_000


class LiveSeats:
    """Implements `domain.gateways.SeatFeed`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.unsent: asyncio.Queue[AvailabilityDelta] = asyncio.Queue(MOST_UNSENT)

    def announce(self, delta: AvailabilityDelta) -> None:
        told = replace(delta, committed_at=delta.committed_at or datetime.now(UTC))
        self._hub.receive(told.session_id, told)
        if self.unsent.full():
            # The oldest hint goes; who needed it compares versions.
            self.unsent.get_nowait()
        self.unsent.put_nowait(told)

    async def watch(self, session_id: SessionId, since_version: int | None) -> AsyncGenerator[AvailabilityUpdate, None]:
        """Starting at the current version, a delta from it to itself says that the watcher is live."""
        async with self._hub.mailbox(session_id) as mailbox:
            if since_version is not None and (missed := await self._missed(session_id, since_version)):
                mailbox.start(missed.version)
                yield missed
            while True:
                delta = await mailbox.news() if mailbox.version is not None else None
                if delta is not None:
                    yield delta
                else:
                    state = await self._hub.snapshot(session_id)
                    mailbox.start(state.version)
                    yield state

    async def _missed(self, session_id: SessionId, since: int) -> AvailabilityDelta | None:
        """None where the log does not continue from there."""
        missed = await self._hub.missed(session_id, since)
        if missed is not None:
            return missed
        state = await self._hub.snapshot(session_id)
        counts = (state.available, state.held, state.sold)
        # Nothing was missed, so nothing is known but the whole state.
        return AvailabilityDelta(session_id, since, since, *counts, {}, {}) if state.version == since else None


@asynccontextmanager
async def live_seats(
    broadcast: Broadcast,
    changes: ChangeLog,
    check_every: float = 1.0,
    messages_per_second: float = 10.0,
    counted: Counted = UNCOUNTED,
) -> AsyncIterator[LiveSeats]:
    """At most so many messages a second and session. Versions are compared with the database every `check_every` seconds
    to half as much again, and after every reconnect."""
    hub = Hub(changes, 1 / messages_per_second, counted)
    feed = LiveSeats(hub)
    async with broadcast:
        working = asyncio.create_task(tireless("live_seats", partial(_work, broadcast, hub, feed, check_every)))
        try:
            yield feed
        finally:
            working.cancel()
            await asyncio.wait([working])


async def _work(broadcast: Broadcast, hub: Hub, feed: LiveSeats, check_every: float) -> None:
    reconnected = asyncio.Event()

    def heard(message: str) -> None:
        if message == RECONNECTED:
            reconnected.set()
        elif (hint := read_hint(message)) is not None:
            hub.receive(*hint)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Listening(broadcast, hub.sessions, heard).follow(hub.newly_watched))
        tasks.create_task(_tell(broadcast, feed))
        tasks.create_task(hub.catch_up())
        tasks.create_task(_check(hub, check_every, reconnected))


async def _tell(broadcast: Broadcast, feed: LiveSeats) -> None:
    while True:
        delta = await feed.unsent.get()
        await broadcast.publish(channel_of(delta.session_id), write_hint(delta))


async def _check(hub: Hub, every: float, reconnected: asyncio.Event) -> None:
    """Jittered, so that many processes do not ask at the same moment."""
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(every * random.uniform(1.0, 1.5)):
                await reconnected.wait()
        reconnected.clear()
        await attempted(hub.compare())
