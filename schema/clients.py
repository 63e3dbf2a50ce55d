"""Partners' API clients: their keys and tokens, and what they have used."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Self, TypeAlias

import strawberry
from strawberry import Private

from domain import clients as domain
from domain.clients import Scope
from domain.ids import ClientId, OrganizerId, SessionId
from resolvers import clients, widgets
from resolvers.clients import Wanted
from resolvers.viewers import signed_in
from resolvers.widgets import WantedWidget
from schema import errors
from schema.context import Info
from schema.scalars import maybe_wanted, shown, wanted

Days = Annotated[int, strawberry.argument(description="So many days, today included: 1 to 90.")]
OfOrganizer = Annotated[strawberry.ID, strawberry.argument(description="An organizer that the viewer is OWNER or MANAGER of.")]
MaybeClient = Annotated[strawberry.ID | None, strawberry.argument(description="Its id; without one, the client whose token asks.")]
ClientToRotate = Annotated[strawberry.ID, strawberry.argument(description="A client that is not revoked.")]
ClientToRevoke = Annotated[strawberry.ID, strawberry.argument(description="The client to end.")]
Grace = Annotated[
    int,
    strawberry.argument(
        description="How many hours the key before stays good: 0 to 168. With 0 all tokens end with it, also those of its widgets."
    ),
]
Key = Annotated[str, strawberry.argument(description="The client's key, as it was shown once.")]
OverChannel = Annotated[
    str | None, strawberry.argument(description="The channel it sells over, one of the client's; without it, the first of them.")
]
DAY = 24


@strawberry.type(description="A key of an API client, without what makes it good.")
class ApiKey:
    hint: str = strawberry.field(description="How it begins, to tell it from others.")
    created_at: datetime = strawberry.field(description="When it was shown.")
    expires_at: datetime | None = strawberry.field(description="When it ends, if it was replaced; null while it does not.")
    last_used_at: datetime | None = strawberry.field(description="When a token was last had for it; null if never.")

    @classmethod
    def of(cls, key: domain.ApiKey) -> Self:
        return cls(hint=key.hint, created_at=key.created_at, expires_at=key.expires_at, last_used_at=key.last_used_at)


@strawberry.type(description="What a client and its widgets asked for on one day, by UTC. Written down every five seconds.")
class ClientUsage:
    day: date = strawberry.field(description="The day.")
    requests: int = strawberry.field(description="Operations, refused ones too.")
    cost: float = strawberry.field(description="What they cost, a whole number; see the documentation for partners.")
    throttled: int = strawberry.field(description="Operations that were THROTTLED.")

    @classmethod
    def of(cls, usage: domain.Usage) -> Self:
        return cls(day=usage.day, requests=usage.requests, cost=usage.cost, throttled=usage.throttled)


@strawberry.type(description="A program that works in an organizer's name.")
class ApiClient:
    id: strawberry.ID = strawberry.field(description="Its global id.")
    name: str = strawberry.field(description="What its organizer calls it; once among those that are not revoked.")
    scopes: list[Scope] = strawberry.field(description="What it may do, in alphabetical order.")
    channels: list[str] = strawberry.field(description="The channels it may sell over, the usual one first.")
    addresses: list[str] = strawberry.field(description="Addresses and networks it may ask from; from anywhere, if there are none.")
    created_at: datetime = strawberry.field(description="When it was made.")
    revoked_at: datetime | None = strawberry.field(description="When it was ended; null while it is not.")
    keys: list[ApiKey] = strawberry.field(description="Those that are good, the newest first.")
    client: Private[domain.ApiClient]

    @strawberry.field(description="What it has used, the newest day first; days without any are missing.")
    async def usage(self, info: Info, days: Days = 30) -> list[ClientUsage]:
        return [ClientUsage.of(usage) for usage in await clients.usage_of(info.context.services, self.client, days)]

    @classmethod
    def of(cls, client: domain.ApiClient) -> Self:
        return cls(
            id=shown("client", client.id),
            name=client.name,
            scopes=sorted(client.scopes),
            channels=list(client.channels),
            addresses=list(client.addresses),
            created_at=client.created_at,
            revoked_at=client.revoked_at,
            keys=[ApiKey.of(key) for key in client.keys],
            client=client,
        )


@strawberry.type(description="A client and its new key, which is not shown again: only a hash of it is kept.")
class ShownApiKey:
    client: ApiClient = strawberry.field(description="Whose it is.")
    key: str = strawberry.field(description="Begins with `usher_`. For `clientToken`; keep it secret, never put it into a page.")

    @classmethod
    def of(cls, made: clients.ShownKey) -> Self:
        return cls(client=ApiClient.of(made.client), key=made.key)


@strawberry.type(description="What an API client proves itself with from now on.")
class ClientToken:
    access_token: str = strawberry.field(description="Sent as `Authorization: Bearer …`, or in a websocket's connection_init.")
    expires_at: datetime = strawberry.field(description="When it ends, ten minutes from now: get another one before.")
    scopes: list[Scope] = strawberry.field(description="What it lets do, in alphabetical order.")
    channel: str = strawberry.field(description="The channel it sells over.")

    @classmethod
    def of(cls, made: clients.ClientToken) -> Self:
        scopes = sorted(made.grant.scopes)
        return cls(access_token=made.token, expires_at=made.viewer.expires_at, scopes=scopes, channel=made.grant.channel)


@strawberry.type(description="What a widget on a page proves itself with: a guest of its own, who may buy there and nothing else.")
class WidgetToken:
    access_token: str = strawberry.field(description="May be put into the page: the widget's `auth.token`.")
    expires_at: datetime = strawberry.field(description="When it ends.")

    @classmethod
    def of(cls, made: clients.ClientToken) -> Self:
        return cls(access_token=made.token, expires_at=made.viewer.expires_at)


@strawberry.input(description="An API client to be made.")
class CreateApiClientInput:
    organizer_id: strawberry.ID = strawberry.field(description="In whose name it works; the viewer is its OWNER or MANAGER.")
    name: str = strawberry.field(description="1 to 100 characters, once among the organizer's clients that are not revoked.")
    scopes: list[Scope] = strawberry.field(description="What it may do; at least one.")
    channels: list[str] = strawberry.field(
        description="What the channels are called that it may sell over, the usual one first; up to 10. Capitals, digits and "
        "underscores, 32 at most.",
        default_factory=lambda: ["API"],
    )
    addresses: list[str] = strawberry.field(
        description="Addresses and networks (192.0.2.0/24) that it may ask from, up to 20; of IPv6 whole /64. None: from anywhere.",
        default_factory=list,
    )

    def read(self) -> Wanted:
        organizer_id = OrganizerId(wanted("organizer", self.organizer_id))
        return Wanted(organizer_id, self.name, self.scopes, self.channels, self.addresses)


@strawberry.input(description="What a widget is to be allowed.")
class CreateWidgetTokenInput:
    origin: str = strawberry.field(description="Of the page it is on, as browsers write it: `https://shop.example`; of no other.")
    session_ids: list[strawberry.ID] = strawberry.field(description="What it sells: 1 to 10 sessions of the client's organizer.")
    max_seats: int = strawberry.field(description="Seats and places in all its holds together, bought ones too: 1 to 100.")
    minutes: int = strawberry.field(description="How long it is good: 1 to 60.", default=30)
    channel: str | None = strawberry.field(description="One of the client's; without it, that of the client's token.", default=None)

    def read(self) -> WantedWidget:
        sessions = [SessionId(wanted("session", id)) for id in self.session_ids]
        return WantedWidget(self.origin, sessions, self.max_seats, self.minutes, self.channel)


CreateApiClientResult: TypeAlias = Annotated[
    ShownApiKey | errors.NotAllowed | errors.NotFound | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("CreateApiClientResult", description="The client with its key, or why there is none."),
]
RotateApiKeyResult: TypeAlias = Annotated[
    ShownApiKey | errors.NotAllowed | errors.NotFound | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("RotateApiKeyResult", description="The client with its new key, or why there is none."),
]
RevokeApiClientResult: TypeAlias = Annotated[
    ApiClient | errors.NotAllowed | errors.NotFound | errors.ServerBusy,
    strawberry.union("RevokeApiClientResult", description="The client as it ended, or why it has not."),
]
ClientTokenResult: TypeAlias = Annotated[
    ClientToken | errors.InvalidCredentials | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("ClientTokenResult", description="A token, or why there is none."),
]
CreateWidgetTokenResult: TypeAlias = Annotated[
    WidgetToken | errors.NotAllowed | errors.NotFound | errors.InvalidInput | errors.InvalidCredentials | errors.ServerBusy,
    strawberry.union("CreateWidgetTokenResult", description="A token, or why there is none."),
]
Create = Annotated[CreateApiClientInput, strawberry.argument(description="Whose it is, and what it may do.")]
Widget = Annotated[CreateWidgetTokenInput, strawberry.argument(description="Where, for what, how much and how long.")]


@strawberry.type
class ClientQuery:
    @strawberry.field(description="The API clients of an organizer, the newest first; null for who may not manage them.")
    async def api_clients(self, info: Info, organizer_id: OfOrganizer) -> list[ApiClient] | None:
        of = maybe_wanted("organizer", organizer_id)
        found = await clients.api_clients(info.context.services, info.context.viewer, OrganizerId(of)) if of else None
        return None if found is None else _shown(found)

    @strawberry.field(description="One API client, for itself and for who may manage it.")
    async def api_client(self, info: Info, id: MaybeClient = None) -> ApiClient | None:
        named = None if id is None else maybe_wanted("client", id)
        if info.context.viewer is None or (id is not None and named is None):
            return None
        found = await clients.api_client(info.context.services, info.context.viewer, ClientId(named) if named else None)
        return ApiClient.of(found) if found else None


@strawberry.type
class ClientMutation:
    @strawberry.mutation(
        description="Makes an API client and shows its key, once. Asked again under the same name it is InvalidInput, so that "
        "there are never two; a key that was lost on its way is replaced by rotateApiKey. For owners and managers."
    )
    async def create_api_client(self, info: Info, input: Create) -> CreateApiClientResult:
        viewer = signed_in(info.context.viewer)
        return ShownApiKey.of(await clients.create_api_client(info.context.services, viewer, input.read()))

    @strawberry.mutation(
        description="A new key for a client. The one before stays good for a while, so that nothing stands still; with 0 hours "
        "it and its tokens end at once. Asked again there is another new key. For owners and managers."
    )
    async def rotate_api_key(self, info: Info, client_id: ClientToRotate, grace_hours: Grace = DAY) -> RotateApiKeyResult:
        viewer, rotated = signed_in(info.context.viewer), ClientId(wanted("client", client_id))
        grace = timedelta(hours=min(max(grace_hours, -1), 10_000))
        return ShownApiKey.of(await clients.rotate_api_key(info.context.services, viewer, rotated, grace))

    @strawberry.mutation(
        description="Ends a client at once, with its keys, its tokens and those of its widgets; what it has sold stays sold. Asked "
        "again nothing more happens. For owners and managers."
    )
    async def revoke_api_client(self, info: Info, client_id: ClientToRevoke) -> RevokeApiClientResult:
        viewer, revoked = signed_in(info.context.viewer), ClientId(wanted("client", client_id))
        return ApiClient.of(await clients.revoke_api_client(info.context.services, viewer, revoked))

    @strawberry.mutation(
        description="A token for a key, for ten minutes; as many as one likes. No access token is needed. InvalidCredentials "
        "is also the answer to a key of a revoked client, and from an address that is not the client's."
    )
    async def client_token(self, info: Info, key: Key, channel: OverChannel = None) -> ClientTokenResult:
        return ClientToken.of(await clients.client_token(info.context.services, key, channel, info.context.address))

    @strawberry.mutation(
        description="A token for a widget on somebody's page, for API clients that may SELL: for one visitor, who is a guest. "
        "Asked again it is another guest's."
    )
    async def create_widget_token(self, info: Info, input: Widget) -> CreateWidgetTokenResult:
        viewer = signed_in(info.context.viewer)
        return WidgetToken.of(await widgets.create_widget_token(info.context.services, viewer, input.read()))


def _shown(found: Sequence[domain.ApiClient]) -> list[ApiClient]:
    return [ApiClient.of(client) for client in found]
