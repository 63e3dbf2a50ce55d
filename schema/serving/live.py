"""What all sockets and streams of one endpoint have in common."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, Self

from domain.viewers import Viewer
from schema.serving.admission import Admission
from schema.serving.capacity import Capacity, Places, TooMany, address_of
from schema.serving.execution import UsherSchema
from schema.serving.metrics import Metrics
from schema.serving.persisted import Allowed, PersistedDocuments
from schema.serving.sharing import MakeContext, Sharing
from schema.serving.throttle import Throttle

Client = tuple[str, int] | None
# Returns as soon as what the viewer's token says of it is not so any more.
UntilAnother = Callable[[Viewer], Coroutine[None, None, None]]


async def never(viewer: Viewer) -> None:
    await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Live:
    schema: UsherSchema
    capacity: Capacity
    metrics: Metrics
    sharing: Sharing
    admission: Admission
    persisted: PersistedDocuments
    addresses: Places
    users: Places
    subscriptions: Places
    until_another: UntilAnother = never

    @classmethod
    def of(
        cls,
        schema: UsherSchema,
        make_context: MakeContext,
        capacity: Capacity,
        metrics: Metrics,
        allowed: Allowed,
        throttle: Throttle | None,
    ) -> Self:
        return cls(
            schema=schema,
            capacity=capacity,
            metrics=metrics,
            sharing=Sharing(schema, make_context, metrics),
            admission=Admission(schema, throttle, metrics),
            persisted=PersistedDocuments(allowed),
            addresses=Places("connections from one address", capacity.sockets_per_address),
            users=Places("connections of one user", capacity.sockets_per_user),
            subscriptions=Places("subscriptions on this server", capacity.subscriptions),
        )

    @contextmanager
    def connection(self, client: Client) -> Iterator[None]:
        """Raises `TooMany` before it begins."""
        address = address_of(client)
        with self.refusing():
            self.addresses.take(address)
        self.metrics.sockets.inc()
        try:
            yield
        finally:
            self.metrics.sockets.dec()
            self.addresses.leave(address)

    @contextmanager
    def user(self, viewer: Viewer | None) -> Iterator[None]:
        """Raises `TooMany` before it begins. Who is not signed in counts by address only."""
        if viewer is None:
            yield
            return
        with self.refusing():
            self.users.take(viewer.user_id)
        try:
            yield
        finally:
            self.users.leave(viewer.user_id)

    @contextmanager
    def subscription(self) -> Iterator[None]:
        """Raises `TooMany` before it begins."""
        with self.refusing():
            self.subscriptions.take()
        self.metrics.subscriptions.inc()
        try:
            yield
        finally:
            self.metrics.subscriptions.dec()
            self.subscriptions.leave()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        try:
            yield
        except TooMany:
            self.metrics.refusals.inc()
            raise


class HasLive(Protocol):
    live: Live
