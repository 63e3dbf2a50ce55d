"""Partners: programs that work in an organizer's name, what their keys let them do, and the widgets they put on pages."""

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from domain.ids import ClientId, OrganizerId, SessionId, UserId


class Scope(StrEnum):
    """READ_CATALOGUE comes with every other."""

    READ_CATALOGUE = "READ_CATALOGUE"
    SELL = "SELL"
    CHECK_IN = "CHECK_IN"
    READ_ORDERS = "READ_ORDERS"


@dataclass(frozen=True, slots=True)
class WidgetTerms:
    """A widget's token is good on pages of one origin, for some sessions, for so many seats in all its holds."""

    origin: str
    session_ids: frozenset[SessionId]
    most_seats: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token of a partner's client lets do: less than its account may. No addresses: from anywhere."""

    client_id: ClientId
    organizer_id: OrganizerId
    scopes: frozenset[Scope]
    channel: str
    addresses: tuple[str, ...] = ()
    widget: WidgetTerms | None = None

    def allows(self, any_of: Collection[Scope]) -> bool:
        return Scope.READ_CATALOGUE in any_of or not self.scopes.isdisjoint(any_of)

    def good_here(self, address: str, origin: str | None) -> bool:
        """`address` is where the caller is, as limits count it; `origin` what its browser says of the page."""
        if self.addresses and not is_within(address, self.addresses):
            return False
        return self.widget is None or (origin or "").lower() == self.widget.origin


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`hint` is its beginning. `expires_at`: it was replaced, and is good until then."""

    hint: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiClient:
    """It acts as an account of its own, `user_id`. `keys`: those that are good, the newest first."""

    id: ClientId
    organizer_id: OrganizerId
    user_id: UserId
    name: str
    scopes: frozenset[Scope]
    channels: tuple[str, ...]
    addresses: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None
    keys: tuple[ApiKey, ...] = ()

    def grant(self, channel: str, widget: WidgetTerms | None = None) -> Grant:
        """A widget sells, whatever else its client may do, and is used from anywhere."""
        if widget is not None:
            return Grant(self.id, self.organizer_id, frozenset({Scope.SELL}), channel, (), widget)
        return Grant(self.id, self.organizer_id, self.scopes, channel, self.addresses)


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one day, by UTC. `throttled` are among the requests."""

    day: date
    requests: int
    cost: int
    throttled: int


class Clients(Protocol):
    """Of keys the database has only hashes."""

    async def add(self, client: ApiClient, key_hash: bytes, hint: str) -> bool:
        """False, and nothing added, where the organizer has a client of that name that is not revoked."""

    async def by_ids(self, ids: Collection[ClientId]) -> Mapping[ClientId, ApiClient]: ...
    async def of_organizer(self, organizer_id: OrganizerId) -> Sequence[ApiClient]:
        """The newest first; revoked ones for 90 days."""

    async def by_key(self, key_hash: bytes) -> ApiClient | None:
        """None where the key is unknown or over, or its client revoked. Its use is noted."""

    async def rotate(self, client_id: ClientId, key_hash: bytes, hint: str, grace: timedelta) -> None:
        """The keys there are end after that, or as they did before where that is sooner."""

    async def revoke(self, client_id: ClientId) -> None:
        """Its keys are gone."""

    async def guests(self, client_id: ClientId) -> Sequence[UserId]:
        """Of its widgets, those whose tokens may still be good."""

    async def add_guest(self, user_id: UserId, client_id: ClientId) -> bool:
        """False, and nothing added, where the client is revoked, which it is not before the transaction ends."""

    async def used(self, usages: Mapping[ClientId, Usage]) -> None:
        """Adds them to what is known of that day."""

    async def usage(self, client_id: ClientId, days: int) -> Sequence[Usage]:
        """Of the last so many days, today included, the newest first; days without any are missing."""


@lru_cache(maxsize=1_024)
def is_within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(one in ipaddress.ip_network(network) for network in networks)
