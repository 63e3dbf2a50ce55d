"""A partner of a house: its documents, and a client of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain.ids import show_id
from domain.organizers import MemberRole
from resolvers.events import put_on
from tests.api.client import Client
from tests.api.conftest import House, a_plan
from tests.builders import ORGANIZER, belongs

CREATE = """
mutation($input: CreateApiClientInput!) { createApiClient(input: $input) { __typename
  ... on ShownApiKey { key client { id name scopes channels addresses revokedAt keys { hint expiresAt lastUsedAt } } }
  ... on InvalidInput { path } ... on Error { code } } }"""
ROTATE = """
mutation($id: ID!, $hours: Int!) { rotateApiKey(clientId: $id, graceHours: $hours) { __typename
  ... on ShownApiKey { key client { id keys { hint expiresAt } } } ... on InvalidInput { path } ... on Error { code } } }"""
REVOKE = """
mutation($id: ID!) { revokeApiClient(clientId: $id) { __typename
  ... on ApiClient { id revokedAt keys { hint } } ... on Error { code } } }"""
TOKEN = """
mutation($key: String!, $channel: String) { clientToken(key: $key, channel: $channel) { __typename
  ... on ClientToken { accessToken expiresAt scopes channel } ... on InvalidInput { path } ... on Error { code } } }"""
WIDGET = """
mutation($input: CreateWidgetTokenInput!) { createWidgetToken(input: $input) { __typename
  ... on WidgetToken { accessToken expiresAt } ... on InvalidInput { path } ... on Error { code } } }"""
LIMIT = """
mutation($types: [ID!]!, $channels: [String!]) { setSalesChannels(input: {ticketTypeIds: $types, channels: $channels}) { __typename
  ... on SalesChannels { ticketTypeIds channels } ... on InvalidInput { path } ... on Error { code } } }"""
CLIENT = "query($id: ID) { apiClient(id: $id) { id name usage(days: 2) { day requests cost throttled } } }"
CLIENTS = "query($id: ID!) { apiClients(organizerId: $id) { id name revokedAt keys { hint lastUsedAt } } }"
OTHER = ("other", "Other")
ALL = ("READ_CATALOGUE", "SELL", "CHECK_IN", "READ_ORDERS")


@dataclass(frozen=True, slots=True)
class Partner:
    """`owner` manages it, and it asks as `client`."""

    owner: Client
    client: Client
    organizer_id: str
    id: str
    key: str


async def owner_of(house: House, email: str = "owner@example.com", role: MemberRole = MemberRole.OWNER) -> tuple[Client, str]:
    user_id = await house.add_member(email, role)
    organizer_id = await belongs(house.usher.services.transaction, user_id, role, organizer=ORGANIZER)
    return await house.nobody.signed_in(email), show_id("organizer", organizer_id)


def wanted(organizer_id: str, scopes: Sequence[str] = ALL, **more: Any) -> dict[str, Any]:
    return {"input": {"organizerId": organizer_id, "name": "Radio", "scopes": list(scopes), "channels": ["RADIO", "KIOSK"], **more}}


async def token_for(house: House, key: str, channel: str | None = None) -> Client:
    token = await house.nobody.ask(TOKEN, {"key": key, "channel": channel})
    assert token["__typename"] == "ClientToken", token
    return replace(house.nobody, token=token["accessToken"])


async def partner_of(house: House, scopes: Sequence[str] = ALL, **more: Any) -> Partner:
    owner, organizer_id = await owner_of(house)
    made = await owner.ask(CREATE, wanted(organizer_id, scopes, **more))
    assert made["__typename"] == "ShownApiKey", made
    return Partner(owner, await token_for(house, made["key"]), organizer_id, made["client"]["id"], made["key"])


async def put_on_elsewhere(house: House) -> str:
    """A session of another organizer, like the house's own; its id."""
    await house.add_member("other@example.com", MemberRole.OWNER, organizer=OTHER)
    plan = a_plan(house.now + timedelta(days=7))
    await put_on(house.usher.services, OTHER, plan)
    found = await house.nobody.ask("query($slug: String) { event(slug: $slug) { sessions { nodes { id } } } }", {"slug": plan.slug})
    return str(found["sessions"]["nodes"][0]["id"])


async def code_of(client: Client, document: str, variables: dict[str, Any] | None = None) -> str:
    """Of the error at the top level."""
    [error] = (await client.raw(document, variables))["errors"]
    return str(error["extensions"]["code"])
