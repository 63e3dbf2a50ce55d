"""Limits that all processes share through Redis or Valkey; without it each goes by its own account."""

import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import structlog
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import RedisError

from domain.limits import Rate, Taken
from subscriptions.buckets import Buckets
from subscriptions.tireless import tireless

log = structlog.get_logger()

TELL_SECONDS = 0.25
ANSWER_SECONDS = 0.25
# How long Redis is left alone after it has not answered.
AWAY_SECONDS = 1.0
AT_ONCE = 100
# Of a cluster: what is told together is in one slot.
SLOTS_USED = 16
AWAY = (RedisError, OSError, TimeoutError)
# Each key: what was spent already, what is asked for now, what it gains a second, what it holds. Redis' own clock decides.
SCRIPT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local answers = {}
for at, key in ipairs(KEYS) do
  local spent, asked = tonumber(ARGV[at * 4 - 3]), tonumber(ARGV[at * 4 - 2])
  local gains, most = tonumber(ARGV[at * 4 - 1]), tonumber(ARGV[at * 4])
  local kept = redis.call('HMGET', key, 'level', 'at')
  local level = most
  if kept[1] then
    level = math.min(most, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * gains)
  end
  level = math.max(math.min(most, level - spent), -most)
  local granted = 0
  if level >= asked then
    level, granted = level - asked, 1
  end
  if level >= most then
    redis.call('DEL', key)
  else
    redis.call('HSET', key, 'level', string.format('%.6f', level), 'at', string.format('%.6f', now))
    redis.call('PEXPIRE', key, math.ceil((most - level) / gains * 1000) + 1000)
  end
  answers[at * 2 - 1] = granted
  answers[at * 2] = string.format('%.6f', level)
end
return answers
"""

# Name, what was spent, what is asked for, rate.
Question: TypeAlias = tuple[str, float, float, Rate]


class LocalLimits:
    """Implements `domain.limits.Limits` for a process that is alone."""

    def __init__(self, buckets: Buckets | None = None) -> None:
        self.buckets = Buckets() if buckets is None else buckets
        self.spend, self.charge = self.buckets.take, self.buckets.charge

    async def take(self, bucket: str, cost: float, rate: Rate) -> Taken:
        return self.buckets.take(bucket, cost, rate)


class SharedLimits(LocalLimits):
    def __init__(self, url: str, patience: float = ANSWER_SECONDS) -> None:
        super().__init__()
        scheme, _, rest = url.partition("://")
        self._clustered = scheme.endswith("+cluster")
        node = f"{scheme.removesuffix('+cluster')}://{rest}"
        self._redis: Redis | RedisCluster = (
            RedisCluster.from_url(node, socket_timeout=patience, socket_connect_timeout=patience)
            if self._clustered
            else Redis.from_url(node, socket_timeout=patience, socket_connect_timeout=patience, retry=None)
        )
        self._script = self._redis.register_script(SCRIPT)
        self._patience, self._away_until = patience, 0.0

    async def take(self, bucket: str, cost: float, rate: Rate) -> Taken:
        if self._away:
            return self.buckets.take(bucket, cost, rate)
        try:
            [(granted, level)] = await self._ask([(bucket, 0.0, cost, rate)])
        except AWAY as error:
            self._leave_alone(error)
            return self.buckets.take(bucket, cost, rate)
        self.buckets.hear(bucket, level, rate)
        return Taken(level, 0.0 if granted else (cost - level) / rate.per_second)

    async def tell(self) -> None:
        """The others, of what is due; what does not reach them is due again."""
        if self._away:
            return
        for part in self._together(self.buckets.tell()):
            if not self._away:
                await self._tell(part)
            else:
                self.buckets.untell(part)

    async def _tell(self, part: Sequence[tuple[str, float, Rate]]) -> None:
        try:
            answers = await self._ask([(name, spent, 0.0, rate) for name, spent, rate in part])
        except AWAY as error:
            self._leave_alone(error)
            self.buckets.untell(part)
            return
        for (name, _, rate), (_, level) in zip(part, answers, strict=True):
            self.buckets.hear(name, level, rate)

    async def keep_telling(self) -> None:
        while True:
            await asyncio.sleep(TELL_SECONDS)
            await self.tell()

    async def close(self) -> None:
        await self._redis.aclose()

    @property
    def _away(self) -> bool:
        return asyncio.get_running_loop().time() < self._away_until

    def _leave_alone(self, error: Exception) -> None:
        self._away_until = asyncio.get_running_loop().time() + AWAY_SECONDS
        log.warning("redis_away", work="limits", error=type(error).__name__)

    async def _ask(self, questions: Sequence[Question]) -> Sequence[tuple[bool, float]]:
        """All of one slot."""
        asked = [number for _, spent, cost, rate in questions for number in (spent, cost, rate.per_second, rate.most)]
        async with asyncio.timeout(2 * self._patience):
            answers = await self._script(keys=[self._key(name) for name, *_ in questions], args=asked)
        return [(bool(granted), float(level)) for granted, level in zip(answers[::2], answers[1::2], strict=True)]

    def _together(self, told: Sequence[tuple[str, float, Rate]]) -> Iterator[Sequence[tuple[str, float, Rate]]]:
        for slot in range(SLOTS_USED if self._clustered else 1):
            mine = [one for one in told if not self._clustered or _slot(one[0]) == slot]
            yield from (mine[start : start + AT_ONCE] for start in range(0, len(mine), AT_ONCE))

    def _key(self, name: str) -> str:
        # A name may be an email or an address, of any length.
        digest = hashlib.sha256(name.encode()).hexdigest()[:32]
        return f"usher.limit:{{{_slot(name)}}}:{digest}" if self._clustered else f"usher.limit:{digest}"


@asynccontextmanager
async def live_limits(url: str) -> AsyncIterator[LocalLimits]:
    """`memory://` for a process that is alone. It begins also where Redis is away."""
    if url.startswith("memory:"):
        yield LocalLimits()
        return
    limits = SharedLimits(url)
    telling = asyncio.create_task(tireless("limits", limits.keep_telling))
    try:
        yield limits
    finally:
        while not telling.done():
            # Again, because redis-py 8.1 swallows a cancellation that meets an answer just coming in.
            telling.cancel()
            await asyncio.wait([telling], timeout=0.2)
        await limits.close()


def _slot(name: str) -> int:
    return zlib.crc32(name.encode()) % SLOTS_USED
