"""Tokens for widgets on partners' pages: each for a guest of its own, on one origin, for some sessions and so many seats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.audit import AuditAction, Subject
from domain.clients import ApiClient, WidgetTerms
from domain.errors import InvalidCredentials, InvalidInput, NotAllowed, NotFound
from domain.ids import SessionId
from domain.repositories import Transaction
from domain.viewers import AccountKind, Viewer, program
from resolvers.api_keys import new_key
from resolvers.clients import ClientToken, sold_over
from resolvers.secret_hashes import hashed
from resolvers.services import Services

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
LONGEST_ORIGIN = 200
MOST_SESSIONS, MOST_SEATS, MOST_MINUTES = 10, 100, 60


@dataclass(frozen=True, slots=True)
class WantedWidget:
    origin: str
    session_ids: Sequence[SessionId]
    most_seats: int
    minutes: int
    channel: str | None = None


async def create_widget_token(services: Services, viewer: Viewer, wanted: WantedWidget) -> ClientToken:
    """Raises `NotAllowed` for everybody but a client itself, `NotFound` for what is not its organizer's, `InvalidInput`."""
    if viewer.grant is None or viewer.grant.widget is not None:
        raise NotAllowed
    terms = _terms(wanted)
    guest = program(AccountKind.GUEST)
    async with services.transaction() as work:
        client = await _client(work, viewer)
        owners = await work.organizers.of_sessions(terms.session_ids)
        if any(id not in owners or owners[id][0] != client.organizer_id for id in terms.session_ids):
            raise NotFound
        grant = client.grant(sold_over(client, wanted.channel or viewer.grant.channel, ("input", "channel")), terms)
        await work.users.add(guest)
        if not await work.clients.add_guest(guest.id, client.id):
            raise InvalidCredentials
        # Of a refresh token that nobody has.
        sign_in_id = await work.sign_ins.begin(guest, terms.origin, hashed(new_key()))
        await work.audit.note(viewer, AuditAction.WIDGET_TOKEN_CREATED, Subject("client", client.id), client.organizer_id)
    token, holder = services.access_tokens.issue(guest, sign_in_id, grant, timedelta(minutes=wanted.minutes))
    return ClientToken(token, holder, grant)


async def _client(work: Transaction, viewer: Viewer) -> ApiClient:
    assert viewer.grant is not None
    client = (await work.clients.by_ids([viewer.grant.client_id])).get(viewer.grant.client_id)
    if client is None or client.revoked_at is not None:
        raise InvalidCredentials
    return client


def _terms(wanted: WantedWidget) -> WidgetTerms:
    origin = wanted.origin.lower()
    if len(origin) > LONGEST_ORIGIN or not ORIGIN.fullmatch(origin):
        raise InvalidInput(("input", "origin"), "As browsers write it: https://shop.example, a port where it is not the usual one.")
    if not 1 <= len(set(wanted.session_ids)) <= MOST_SESSIONS:
        raise InvalidInput(("input", "sessionIds"), f"1 to {MOST_SESSIONS}.")
    if not 1 <= wanted.most_seats <= MOST_SEATS:
        raise InvalidInput(("input", "maxSeats"), f"Between 1 and {MOST_SEATS}.")
    if not 1 <= wanted.minutes <= MOST_MINUTES:
        raise InvalidInput(("input", "minutes"), f"Between 1 and {MOST_MINUTES}.")
    return WidgetTerms(origin, frozenset(wanted.session_ids), wanted.most_seats)
