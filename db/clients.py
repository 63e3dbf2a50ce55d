"""Partners' API clients in Postgres; of keys there are only hashes."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from db.client_tables import ApiClientRow, ApiClientUsageRow, ApiKeyRow, WidgetGuestRow
from domain.clients import ApiClient, ApiKey, Scope, Usage
from domain.ids import ClientId, OrganizerId, UserId

SHOWN_REVOKED = timedelta(days=90)
# Longer than any widget's token is good.
GUESTS = timedelta(hours=2)


class PostgresClients:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, client: ApiClient, key_hash: bytes, hint: str) -> bool:
        row = {
            "id": client.id,
            "organizer_id": client.organizer_id,
            "user_id": client.user_id,
            "name": client.name,
            "scopes": sorted(client.scopes),
            "channels": list(client.channels),
            "addresses": list(client.addresses),
            "created_at": client.created_at,
        }
        added = insert(ApiClientRow).values(**row).on_conflict_do_nothing().returning(col(ApiClientRow.id))
        if (await self._session.execute(added)).scalar_one_or_none() is None:
            return False
        await self._add_key(client.id, key_hash, hint)
        return True

    async def by_ids(self, ids: Collection[ClientId]) -> Mapping[ClientId, ApiClient]:
        return {client.id: client for client in await self._found(col(ApiClientRow.id).in_(ids))}

    async def of_organizer(self, organizer_id: OrganizerId) -> Sequence[ApiClient]:
        shown = col(ApiClientRow.revoked_at).is_(None) | (col(ApiClientRow.revoked_at) > func.clock_timestamp() - SHOWN_REVOKED)
        return await self._found(col(ApiClientRow.organizer_id) == organizer_id, shown)

    async def by_key(self, key_hash: bytes) -> ApiClient | None:
        good = update(ApiKeyRow).where(col(ApiKeyRow.key_hash) == key_hash, _good())
        used = good.values(last_used_at=func.clock_timestamp()).returning(col(ApiKeyRow.client_id))
        client_id = (await self._session.execute(used)).scalar_one_or_none()
        if client_id is None:
            return None
        client = (await self.by_ids([ClientId(client_id)]))[ClientId(client_id)]
        return client if client.revoked_at is None else None

    async def rotate(self, client_id: ClientId, key_hash: bytes, hint: str, grace: timedelta) -> None:
        await self._session.execute(delete(ApiKeyRow).where(col(ApiKeyRow.client_id) == client_id, ~_good()))
        # Of null and an instant, least gives the instant.
        ends = func.least(col(ApiKeyRow.expires_at), func.clock_timestamp() + grace)
        await self._session.execute(update(ApiKeyRow).where(col(ApiKeyRow.client_id) == client_id).values(expires_at=ends))
        await self._add_key(client_id, key_hash, hint)

    async def revoke(self, client_id: ClientId) -> None:
        alive = col(ApiClientRow.id) == client_id, col(ApiClientRow.revoked_at).is_(None)
        await self._session.execute(update(ApiClientRow).where(*alive).values(revoked_at=func.clock_timestamp()))
        await self._session.execute(delete(ApiKeyRow).where(col(ApiKeyRow.client_id) == client_id))

    async def guests(self, client_id: ClientId) -> Sequence[UserId]:
        recent = col(WidgetGuestRow.created_at) > func.clock_timestamp() - GUESTS
        guests = select(col(WidgetGuestRow.user_id)).where(col(WidgetGuestRow.client_id) == client_id, recent)
        return [UserId(id) for id in (await self._session.execute(guests)).scalars()]

    async def add_guest(self, user_id: UserId, client_id: ClientId) -> bool:
        # Whoever is just revoking it is waited for, or waits for us and finds the guest.
        alive = col(ApiClientRow.id) == client_id, col(ApiClientRow.revoked_at).is_(None)
        row = select(literal(user_id, Uuid), col(ApiClientRow.id)).where(*alive).with_for_update(read=True)
        added = insert(WidgetGuestRow).from_select(["user_id", "client_id"], row).returning(col(WidgetGuestRow.user_id))
        return (await self._session.execute(added)).scalar_one_or_none() is not None

    async def used(self, usages: Mapping[ClientId, Usage]) -> None:
        # In one order, so that processes that write at the same time wait for each other and no more.
        for client_id in sorted(usages):
            usage = usages[client_id]
            counts = {"requests": usage.requests, "cost": usage.cost, "throttled": usage.throttled}
            row = insert(ApiClientUsageRow).values(client_id=client_id, day=usage.day, **counts)
            more = {name: getattr(ApiClientUsageRow, name) + count for name, count in counts.items()}
            await self._session.execute(row.on_conflict_do_update(index_elements=["client_id", "day"], set_=more))

    async def usage(self, client_id: ClientId, days: int) -> Sequence[Usage]:
        since = text("(clock_timestamp() AT TIME ZONE 'UTC')::date - CAST(:days AS int)").bindparams(days=days)
        query = select(ApiClientUsageRow).where(col(ApiClientUsageRow.client_id) == client_id, col(ApiClientUsageRow.day) > since)
        rows = (await self._session.execute(query.order_by(col(ApiClientUsageRow.day).desc()))).scalars()
        return [Usage(row.day, row.requests, row.cost, row.throttled) for row in rows]

    async def _add_key(self, client_id: ClientId, key_hash: bytes, hint: str) -> None:
        await self._session.execute(insert(ApiKeyRow).values(key_hash=key_hash, client_id=client_id, hint=hint))

    async def _found(self, *where: ColumnElement[bool]) -> Sequence[ApiClient]:
        query = select(ApiClientRow).where(*where).order_by(col(ApiClientRow.created_at).desc(), col(ApiClientRow.id).desc())
        rows = list((await self._session.execute(query)).scalars())
        keys = await self._keys_of([row.id for row in rows])
        return [_client(row, keys[row.id]) for row in rows]

    async def _keys_of(self, ids: Collection[UUID]) -> Mapping[UUID, list[ApiKey]]:
        query = select(ApiKeyRow).where(col(ApiKeyRow.client_id).in_(ids), _good()).order_by(col(ApiKeyRow.created_at).desc())
        keys: defaultdict[UUID, list[ApiKey]] = defaultdict(list)
        for row in (await self._session.execute(query)).scalars():
            keys[row.client_id].append(ApiKey(row.hint, row.created_at, row.expires_at, row.last_used_at))
        return keys


def _good() -> ColumnElement[bool]:
    return col(ApiKeyRow.expires_at).is_(None) | (col(ApiKeyRow.expires_at) > func.clock_timestamp())


def _client(row: ApiClientRow, keys: Sequence[ApiKey]) -> ApiClient:
    return ApiClient(
        id=ClientId(row.id),
        organizer_id=OrganizerId(row.organizer_id),
        user_id=UserId(row.user_id),
        name=row.name,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        channels=tuple(row.channels),
        addresses=tuple(row.addresses),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        keys=tuple(keys),
    )
