"""How many may watch at a time: sockets by user and by address, subscriptions by process."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one process takes on. A stream over HTTP counts as a socket.

    `patience`: how long a client may leave unread what it was sent. `quiet`: after how long without a message it hears a ping.
    """

    sockets_per_user: int = 20
    sockets_per_address: int = 200
    subscriptions: int = 20_000
    patience: timedelta = timedelta(seconds=20)
    quiet: timedelta = timedelta(seconds=15)


class TooMany(Exception):
    """`str()` is for the client."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"Too many {what}: {limit} at most.")
        self.limit = limit


class Places:
    """Who has taken how many; what was taken is to be left once."""

    def __init__(self, what: str, most: int) -> None:
        self._what = what
        self._most = most
        self._taken: Counter[Hashable] = Counter()

    def take(self, by: Hashable = None) -> None:
        """Raises `TooMany`."""
        if self._taken[by] >= self._most:
            raise TooMany(self._what, self._most)
        self._taken[by] += 1

    def leave(self, by: Hashable = None) -> None:
        self._taken[by] -= 1
        if not self._taken[by]:
            del self._taken[by]

    def __len__(self) -> int:
        return self._taken.total()


def address_of(client: tuple[str, int] | None) -> str:
    """What counts as one address: of IPv6 the /64, because one household has all of it."""
    return _counted(client[0]) if client else ""


# Nearly every request asks, and nearly all are of the same few thousand.
@lru_cache(maxsize=4_096)
def _counted(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))
