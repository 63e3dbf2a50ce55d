"""Whether what a token says is still so: known in memory for requests, watched for what stays open."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from contextlib import aclosing
from datetime import timedelta
from time import monotonic
from uuid import UUID

from domain.errors import ServerBusy
from domain.gateways import Topics
from domain.ids import SignInId, UserId
from domain.repositories import Transaction, Transactions
from domain.sign_ins import Standing
from domain.topics import Kind, Watchable
from domain.viewers import Viewer

EVERYBODY = UUID(int=0)
# Longer than any transaction: what was ended before the last look, but committed after it, is found by the next.
OVERLAP = timedelta(seconds=30)
RETRY_SECONDS = 1.0


class EndedSignIns:
    """Those that were ended, until the last access token of theirs has ended too. `ids` is asked at every request."""

    def __init__(self, longest_token: timedelta = timedelta(minutes=61)) -> None:
        self.ids: dict[SignInId, float] = {}
        self._longest_token = longest_token
        self._looked_at: float | None = None
        self._watchable: Watchable[int | None] = Watchable(Kind.SIGN_INS, self._read, check_every=5.0, pause=0.2)

    def note(self, ended: Iterable[SignInId]) -> None:
        now = monotonic()
        for id in ended:
            self.ids.setdefault(id, now + self._longest_token.total_seconds())
        while self.ids and self.ids[first := next(iter(self.ids))] <= now:
            del self.ids[first]

    async def look(self, transaction: Transactions) -> None:
        async with transaction() as work:
            await self._read(work, (EVERYBODY,))

    async def follow(self, topics: Topics) -> None:
        """For ever. Raises `ServerBusy` at the start only."""
        async with aclosing(topics.watch(self._watchable, EVERYBODY)) as looks:
            async for _ in looks:
                pass

    @property
    def watchable(self) -> Watchable[int | None]:
        return self._watchable

    async def _read(self, work: Transaction, _: Collection[UUID]) -> Mapping[UUID, int]:
        now = monotonic()
        since = self._longest_token if self._looked_at is None else timedelta(seconds=now - self._looked_at) + OVERLAP
        self.note(await work.sign_ins.ended_within(min(since, self._longest_token)))
        self._looked_at = now
        return {EVERYBODY: 0}


async def until_another(topics: Topics, viewer: Viewer) -> None:
    """Until the viewer has other roles than its token says, or its sign-in has ended."""
    while True:
        try:
            async with aclosing(topics.watch(ACCOUNTS, viewer.user_id)) as standings:
                async for standing in standings:
                    if standing is None or not standing.still(viewer):
                        return
        except ServerBusy:
            await asyncio.sleep(RETRY_SECONDS)


async def _standings(work: Transaction, ids: Collection[UUID]) -> Mapping[UserId, Standing]:
    return await work.sign_ins.standings([UserId(id) for id in ids])


# With the jitter of looking again, 45 seconds at most where nobody can tell us.
ACCOUNTS: Watchable[Standing | None] = Watchable(Kind.ACCOUNT, _standings, check_every=30.0)
