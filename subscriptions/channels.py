"""Channels: sessions share 64 of them, and a process listens to those of the sessions that are watched in it, once each."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress

from broadcaster import Broadcast

from domain.ids import SessionId

CHANNELS = 64
# Who comes back to a session meanwhile finds its channel still open.
LINGER_SECONDS = 5.0


def channel_of(session_id: SessionId) -> str:
    """The last bits of a UUIDv7 are random."""
    return f"usher.changes.{session_id.int % CHANNELS}"


class Listening:
    """`heard` is called with every message; `wanted` says for which sessions."""

    def __init__(self, broadcast: Broadcast, wanted: Callable[[], Collection[SessionId]], heard: Callable[[str], None]) -> None:
        self._broadcast = broadcast
        self._wanted = wanted
        self._heard = heard
        self._open: dict[str, asyncio.Task[None]] = {}
        self._last_wanted: dict[str, float] = {}

    async def follow(self, changed: asyncio.Event) -> None:
        """For ever: opens a channel when `changed` is set, closes it when nobody has wanted it for a while."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                changed.clear()
                now = asyncio.get_running_loop().time()
                for channel in {channel_of(session_id) for session_id in self._wanted()}:
                    self._last_wanted[channel] = now
                    if channel not in self._open:
                        self._open[channel] = tasks.create_task(self._hear(channel))
                await self._close(now - LINGER_SECONDS)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LINGER_SECONDS):
                        await changed.wait()

    async def _close(self, before: float) -> None:
        for channel in [channel for channel, at in self._last_wanted.items() if at < before]:
            del self._last_wanted[channel]
            task = self._open.pop(channel)
            task.cancel()
            # One at a time: broadcaster loses subscribers who meet one that leaves.
            await asyncio.wait([task])

    async def _hear(self, channel: str) -> None:
        async with self._broadcast.subscribe(channel) as subscriber:
            while True:
                self._heard((await subscriber.get()).message)
