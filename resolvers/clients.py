"""Partners' API clients: made, given new keys and ended by an organizer's members, and what a key gets its client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from domain.access import Right
from domain.audit import AuditAction, Subject
from domain.clients import ApiClient, Grant, Scope, Usage, is_within
from domain.errors import InvalidCredentials, InvalidInput, NotAllowed, NotFound
from domain.ids import ClientId, OrganizerId, SignInId, UserId, new_id
from domain.names import named
from domain.repositories import Transaction
from domain.sales_channels import MOST_CHANNELS, check_channels
from domain.viewers import AccountKind, User, Viewer, program
from resolvers.access import organizer_within, reach_of, reach_to_act
from resolvers.api_keys import hint_of, is_key, new_key
from resolvers.secret_hashes import hashed
from resolvers.services import Services
from resolvers.sign_ins import announce_ended

MOST_ADDRESSES, MOST_DAYS = 20, 90
LONGEST_GRACE = timedelta(days=7)
# A sign-in that is over sooner is not used for one more token.
WORTH_USING = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client is to be."""

    organizer_id: OrganizerId
    name: str
    scopes: Sequence[Scope]
    channels: Sequence[str]
    addresses: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownKey:
    """`key` is told this once."""

    client: ApiClient
    key: str


@dataclass(frozen=True, slots=True)
class ClientToken:
    token: str
    viewer: Viewer
    grant: Grant


async def create_api_client(services: Services, viewer: Viewer, wanted: Wanted) -> ShownKey:
    """Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    key, id = new_key(), ClientId(new_id())
    async with services.transaction() as work:
        await organizer_within(work, viewer, Right.MANAGE_CLIENTS, wanted.organizer_id)
        user = program(AccountKind.CLIENT)
        client = _client(id, user.id, wanted)
        await work.users.add(user)
        if not await work.clients.add(client, hashed(key), hint_of(key)):
            raise InvalidInput(("input", "name"), "Another client has this name; a lost key is replaced by rotateApiKey.")
        await work.audit.note(viewer, AuditAction.API_CLIENT_CREATED, Subject("client", id), client.organizer_id)
        return ShownKey((await work.clients.by_ids([id]))[id], key)


async def rotate_api_key(services: Services, viewer: Viewer, client_id: ClientId, grace: timedelta) -> ShownKey:
    """Without grace the tokens that were had for the key end too, and those of its widgets.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`.
    """
    if not timedelta() <= grace <= LONGEST_GRACE:
        raise InvalidInput(("graceHours",), f"Between 0 and {LONGEST_GRACE // timedelta(hours=1)}.")
    key = new_key()
    async with services.transaction() as work:
        client = await _alive(work, viewer, client_id)
        await work.clients.rotate(client_id, hashed(key), hint_of(key), grace)
        accounts = [] if grace else await _accounts(work, client)
        ended = await work.sign_ins.end_all(accounts)
        details = {"grace_hours": grace // timedelta(hours=1)}
        await work.audit.note(viewer, AuditAction.API_KEY_ROTATED, Subject("client", client_id), client.organizer_id, details)
        shown = ShownKey((await work.clients.by_ids([client_id]))[client_id], key)
    if accounts:
        announce_ended(services, ended, *accounts)
    return shown


async def revoke_api_client(services: Services, viewer: Viewer, client_id: ClientId) -> ApiClient:
    """At once: its keys, its tokens, and those of its widgets. Raises `NotAllowed`, `NotFound`."""
    accounts: Sequence[UserId] = ()
    ended: Sequence[SignInId] = ()
    async with services.transaction() as work:
        client = await _managed(work, viewer, client_id)
        if client.revoked_at is None:
            await work.clients.revoke(client_id)
            accounts = await _accounts(work, client)
            ended = await work.sign_ins.end_all(accounts)
            await work.audit.note(viewer, AuditAction.API_CLIENT_REVOKED, Subject("client", client_id), client.organizer_id)
        revoked = (await work.clients.by_ids([client_id]))[client_id]
    if accounts:
        announce_ended(services, ended, *accounts)
    return revoked


async def _accounts(work: Transaction, client: ApiClient) -> Sequence[UserId]:
    """Its own, and its widgets' guests'."""
    return [client.user_id, *await work.clients.guests(client.id)]


async def client_token(services: Services, key: str, channel: str | None, address: str) -> ClientToken:
    """Raises `InvalidCredentials`, `InvalidInput` for a channel that the client may not sell over."""
    if not is_key(key):
        raise InvalidCredentials
    async with services.transaction() as work:
        client = await work.clients.by_key(hashed(key))
        if client is None or (client.addresses and not is_within(address, client.addresses)):
            raise InvalidCredentials
        grant = client.grant(sold_over(client, channel, ("channel",)))
        user = (await work.users.by_ids([client.user_id]))[client.user_id]
        sign_in_id = await _sign_in(work, user, client.name)
    token, viewer = services.access_tokens.issue(user, sign_in_id, grant)
    return ClientToken(token, viewer, grant)


async def api_clients(services: Services, viewer: Viewer | None, organizer_id: OrganizerId) -> Sequence[ApiClient] | None:
    """None for who may not manage them."""
    async with services.transaction() as work:
        reach = await reach_of(work, viewer, Right.MANAGE_CLIENTS)
        return await work.clients.of_organizer(organizer_id) if reach.covers(organizer_id) else None


async def api_client(services: Services, viewer: Viewer, client_id: ClientId | None) -> ApiClient | None:
    """Without an id the one that asks. None for who is neither it nor may manage it."""
    own = viewer.grant.client_id if viewer.grant is not None and viewer.grant.widget is None else None
    wanted = client_id or own
    if wanted is None:
        return None
    async with services.transaction() as work:
        client = (await work.clients.by_ids([wanted])).get(wanted)
        if client is None or wanted == own:
            return client
        reach = await reach_of(work, viewer, Right.MANAGE_CLIENTS)
    return client if reach.covers(client.organizer_id) else None


async def usage_of(services: Services, client: ApiClient, days: int) -> Sequence[Usage]:
    """Raises `InvalidInput`."""
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(("days",), f"Between 1 and {MOST_DAYS}.")
    async with services.transaction() as work:
        return await work.clients.usage(client.id, days)


def sold_over(client: ApiClient, channel: str | None, path: Sequence[str]) -> str:
    """The channel, or the first of the client's. Raises `InvalidInput`."""
    if channel is not None and channel not in client.channels:
        raise InvalidInput(path, f"This client sells over {', '.join(client.channels)}.")
    return channel or client.channels[0]


async def _sign_in(work: Transaction, user: User, name: str) -> SignInId:
    """The one it has, so that a token every few minutes is not a sign-in every few minutes. Raises `InvalidCredentials`."""
    now = await work.now()
    for known in await work.sign_ins.of_user(user.id):
        if known.expires_at - now > WORTH_USING:
            return known.id
    # Of a refresh token that nobody has.
    begun = await work.sign_ins.begin(user, name, hashed(new_key()))
    if begun is None:
        raise InvalidCredentials
    return begun


async def _managed(work: Transaction, viewer: Viewer, client_id: ClientId) -> ApiClient:
    reach = await reach_to_act(work, viewer, Right.MANAGE_CLIENTS)
    client = (await work.clients.by_ids([client_id])).get(client_id)
    if client is None or not reach.covers(client.organizer_id):
        raise NotFound
    return client


async def _alive(work: Transaction, viewer: Viewer, client_id: ClientId) -> ApiClient:
    client = await _managed(work, viewer, client_id)
    if client.revoked_at is not None:
        raise NotAllowed
    return client


def _client(id: ClientId, user_id: UserId, wanted: Wanted) -> ApiClient:
    name, channels = named(wanted.name, "input", "name"), tuple(dict.fromkeys(wanted.channels))
    if not wanted.scopes:
        raise InvalidInput(("input", "scopes"), "At least one.")
    if not 1 <= len(channels) <= MOST_CHANNELS:
        raise InvalidInput(("input", "channels"), f"1 to {MOST_CHANNELS}.")
    check_channels(wanted.channels)
    scopes, addresses = frozenset(wanted.scopes), _networks(wanted.addresses)
    return ApiClient(id, wanted.organizer_id, user_id, name, scopes, channels, addresses, datetime.now(UTC))


def _networks(addresses: Sequence[str]) -> tuple[str, ...]:
    if len(addresses) > MOST_ADDRESSES:
        raise InvalidInput(("input", "addresses"), f"At most {MOST_ADDRESSES}.")
    networks = []
    for at, address in enumerate(addresses):
        try:
            network = ip_network(address)
        except ValueError as error:
            path = ("input", "addresses", str(at))
            raise InvalidInput(path, "An address, or a network like 192.0.2.0/24 with nothing behind its mask.") from error
        # That is what counts as one address everywhere.
        networks.append(str(network.supernet(new_prefix=64) if network.version == 6 and network.prefixlen > 64 else network))
    return tuple(dict.fromkeys(networks))
