"""Who may name whose things: for every field that takes an id, a document, whose the id is, and who may name it.

A field that is missing here fails tests/api/test_s4_matrix.py: add a case, or several.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, get_named_type

from tests.api.stage import Stage

Who = str
People = frozenset[Who]
Variables = Callable[[Stage, Who, str], Awaitable[Mapping[str, Any]]]

EVERYBODY: People = frozenset(
    {"nobody", "fan", "stranger", "neighbour", "near_gate", "gate", "office", "manager", "owner", "admin"}
)
SIGNED_IN = EVERYBODY - {"nobody"}
# The fan has bought, and holds; the others are of the house that sold, but for the neighbour.
ADMIN: People = frozenset({"admin"})
MANAGING = ADMIN | {"owner", "manager"}
SELLING = MANAGING | {"office"}
CHECKING_IN = MANAGING | {"gate"}
HOLDER: People = frozenset({"fan"})


async def _id_alone(_: Stage, __: Who, id: str) -> Mapping[str, Any]:
    return {"id": id}


@dataclass(frozen=True, slots=True)
class Case:
    """`own` is what those who are `allowed` may name; `fresh`: once each. `foreign` nobody may name, whoever they are."""

    document: str
    own: Callable[[Stage], Awaitable[str]]
    allowed: People
    variables: Variables = _id_alone
    fresh: bool = False
    foreign: Callable[[Stage], Awaitable[str]] | None = None


def ids_of(schema: GraphQLSchema) -> Iterator[str]:
    """Every argument that is an id, or has one: `Mutation.useTicket(input.ticketId)`."""
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            for field, definition in kind.fields.items():
                for argument, given in definition.args.items():
                    for path in _ids_in(given.type):
                        yield f"{name}.{field}({'.'.join((argument, *path))})"


def _ids_in(kind: Any, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    named = get_named_type(kind)
    if named.name == "ID":
        yield ()
    if isinstance(named, GraphQLInputObjectType) and named.name not in seen:
        for name, field in named.fields.items():
            for path in _ids_in(field.type, (*seen, named.name)):
                yield (name, *path)


def _changing(field: str, argument: str = "id", more: str = "") -> str:
    return f"mutation($id: ID!) {{ {field}({argument}: $id) {{ __typename {more} ... on Error {{ code message }} }} }}"


def _with_input(field: str, kind: str) -> str:
    return f"mutation($input: {kind}!) {{ {field}(input: $input) {{ __typename ... on Error {{ code message }} }} }}"


def _asking(field: str, argument: str = "id", selected: str = "__typename") -> str:
    return f"query($id: ID!) {{ {field}({argument}: $id) {{ {selected} }} }}"


def _watching(field: str, argument: str) -> str:
    return f"subscription($id: ID!) {{ {field}({argument}: $id) {{ __typename }} }}"


def _field(name: str, **more: Any) -> Variables:
    async def variables(_: Stage, __: Who, id: str) -> Mapping[str, Any]:
        return {"input": {name: id, **more}}

    return variables


def _somebody(stage: Stage) -> str:
    """Another one each time: one email gets five mails an hour."""
    return f"invited-{next(stage.numbers)}@example.com"


async def _invite(stage: Stage, _: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"organizerId": id, "email": _somebody(stage), "role": "GATE"}}


async def _invite_to(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
    asked = {"organizerId": stage.home_of(who), "email": _somebody(stage), "role": "GATE", "eventIds": [id]}
    return {"input": asked}


async def _change_at(stage: Stage, _: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"organizerId": id, "userId": stage.colleague_id, "role": "GATE"}}


async def _change_whom(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"organizerId": stage.home_of(who), "userId": id, "role": "GATE"}}


async def _change_to(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
    colleague = stage.neighbours_gate_id if who == "neighbour" else stage.colleague_id
    return {"input": {"organizerId": stage.home_of(who), "userId": colleague, "role": "GATE", "eventIds": [id]}}


async def _remove_at(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
    return {"organizer": id, "user": await stage.new_member() if who in MANAGING else stage.colleague_id}


async def _remove_whom(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
    return {"organizer": stage.home_of(who), "user": id}


async def _pair_at(_: Stage, __: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"organizerId": id, "name": "Door"}}


async def _pair_for(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"organizerId": stage.home_of(who), "name": "Door", "eventIds": [id]}}


async def _lock(stage: Stage, _: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"sessionId": id, "bestAvailable": {"quantity": 1, "ticketTypeId": stage.ids["seats"]}}}


async def _lock_best_of(stage: Stage, _: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"sessionId": stage.session_id, "bestAvailable": {"quantity": 1, "ticketTypeId": id}}}


async def _lock_places(stage: Stage, _: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"sessionId": stage.session_id, "generalAdmission": [{"ticketTypeId": id, "quantity": 1}]}}


async def _change_hold(stage: Stage, _: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"holdId": id, "generalAdmission": [{"ticketTypeId": stage.standing_id, "quantity": 1}]}}


async def _change_places(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
    hold_id = await stage.hold_of(who)
    return {"input": {"holdId": hold_id, "generalAdmission": [{"ticketTypeId": id, "quantity": 1}]}}


async def _buy(_: Stage, __: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"holdId": id, "paymentMethod": "sandbox-ok"}}


def _buying(variables: Variables) -> Variables:
    async def bought(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
        return {"input": {"tickets": (await variables(stage, who, id))["input"], "paymentMethod": "sandbox-ok"}}

    return bought


async def _use_at(stage: Stage, who: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"ticketId": await stage.ticket() if who in CHECKING_IN else stage.ticket_id, "sessionId": id}}


async def _client_of(stage: Stage, _: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"organizerId": id, "name": f"Kiosk {next(stage.numbers)}", "scopes": ["SELL"], "channels": ["KIOSK"]}}


async def _widget(_: Stage, __: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"sessionIds": [id], "origin": "https://example.com", "maxSeats": 1}}


async def _limits(_: Stage, __: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"ticketTypeIds": [id]}}


async def _room(_: Stage, __: Who, id: str) -> Mapping[str, Any]:
    return {"input": {"sessionId": id, "admitPerMinute": 60}}


def _node(own: Callable[[Stage], Awaitable[str]], allowed: People) -> Case:
    return Case(_asking("node"), own, allowed)


LOCKING = _with_input("lockTickets", "LockTicketsInput")
CHANGING = _with_input("changeHold", "ChangeHoldInput")
BUYING = _with_input("buyTickets", "BuyTicketsInput")
USING = _with_input("useTicket", "UseTicketInput")
INVITING = _with_input("inviteMember", "InviteMemberInput")
MEMBERING = _with_input("changeMember", "ChangeMemberInput")
PAIRING = _with_input("pairGateDevice", "PairGateDeviceInput")
REMOVING_PASSKEY = """mutation($id: ID!) {
  removePasskey(id: $id, password: "usher-demo") { __typename ... on Error { code message } } }"""
REMOVING = """mutation($organizer: ID!, $user: ID!) {
  removeMember(organizerId: $organizer, userId: $user) { __typename ... on Error { code message } } }"""
CASES: Mapping[str, tuple[Case, ...]] = {
    "Query.node(id)": (
        _node(Stage.session, EVERYBODY),
        _node(Stage.event, EVERYBODY),
        _node(Stage.venue, EVERYBODY),
        _node(Stage.seat_type, EVERYBODY),
        _node(Stage.organizer, EVERYBODY),
        _node(Stage.draft_event, MANAGING),
        _node(Stage.draft_session, MANAGING),
        _node(Stage.draft_type, MANAGING),
        _node(Stage.hold, HOLDER),
        _node(Stage.order, HOLDER | SELLING),
        _node(Stage.ticket, HOLDER | SELLING | CHECKING_IN),
        _node(Stage.fan_id, HOLDER),
    ),
    "Query.event(id)": (Case(_asking("event"), Stage.event, EVERYBODY), Case(_asking("event"), Stage.draft_event, MANAGING)),
    "Query.session(id)": (
        Case(_asking("session"), Stage.session, EVERYBODY),
        Case(_asking("session"), Stage.draft_session, MANAGING),
    ),
    "Query.organizer(id)": (Case(_asking("organizer"), Stage.organizer, EVERYBODY),),
    "Query.ticket(id)": (Case(_asking("ticket"), Stage.ticket, HOLDER | SELLING | CHECKING_IN),),
    "Query.order(id)": (Case(_asking("order"), Stage.order, HOLDER | SELLING),),
    "Query.selectionVerdict(sessionId)": (
        Case('query($id: ID!) { selectionVerdict(sessionId: $id, seats: ["A-1"]) { __typename } }', Stage.session, EVERYBODY),
    ),
    "Query.queuePosition(sessionId)": (Case(_asking("queuePosition", "sessionId"), Stage.session, SIGNED_IN),),
    "Query.auditLog(organizerId)": (Case(_asking("auditLog", "organizerId", "totalCount"), Stage.organizer, ADMIN),),
    "Query.verification(sessionId)": (Case(_asking("verification", "sessionId", "checked"), Stage.session, ADMIN),),
    "Mutation.startRivals(input.sessionId)": (
        Case(_with_input("startRivals", "StartRivalsInput"), Stage.quiet, ADMIN, _field("sessionId", count=1)),
    ),
    "Mutation.stopRivals(sessionId)": (Case(_changing("stopRivals", "sessionId"), Stage.quiet, ADMIN),),
    "Mutation.endSignIn(id)": (Case(_changing("endSignIn"), Stage.sign_in, HOLDER, fresh=True),),
    "Mutation.removePasskey(id)": (Case(REMOVING_PASSKEY, Stage.passkey, HOLDER, fresh=True),),
    "Mutation.lockTickets(input.sessionId)": (Case(LOCKING, Stage.session, SIGNED_IN, _lock),),
    "Mutation.lockTickets(input.bestAvailable.ticketTypeId)": (
        Case(LOCKING, Stage.seat_type, SIGNED_IN, _lock_best_of, foreign=Stage.foreign_type),
    ),
    "Mutation.lockTickets(input.generalAdmission.ticketTypeId)": (
        Case(LOCKING, Stage.standing_type, SIGNED_IN, _lock_places, foreign=Stage.foreign_type),
    ),
    "Mutation.changeHold(input.holdId)": (Case(CHANGING, Stage.hold, HOLDER, _change_hold, fresh=True),),
    "Mutation.changeHold(input.generalAdmission.ticketTypeId)": (
        Case(CHANGING, Stage.standing_type, SIGNED_IN, _change_places, foreign=Stage.foreign_type),
    ),
    "Mutation.extendHold(holdId)": (Case(_changing("extendHold", "holdId"), Stage.hold, HOLDER, fresh=True),),
    "Mutation.releaseHold(holdId)": (Case(_changing("releaseHold", "holdId"), Stage.hold, HOLDER, fresh=True),),
    "Mutation.buyTickets(input.holdId)": (Case(BUYING, Stage.hold, HOLDER, _buy, fresh=True),),
    "Mutation.buyTickets(input.tickets.sessionId)": (Case(BUYING, Stage.session, SIGNED_IN, _buying(_lock)),),
    "Mutation.buyTickets(input.tickets.bestAvailable.ticketTypeId)": (
        Case(BUYING, Stage.seat_type, SIGNED_IN, _buying(_lock_best_of), foreign=Stage.foreign_type),
    ),
    "Mutation.buyTickets(input.tickets.generalAdmission.ticketTypeId)": (
        Case(BUYING, Stage.standing_type, SIGNED_IN, _buying(_lock_places), foreign=Stage.foreign_type),
    ),
    "Mutation.useTicket(input.ticketId)": (Case(USING, Stage.ticket, CHECKING_IN, _field("ticketId"), fresh=True),),
    "Mutation.useTicket(input.sessionId)": (Case(USING, Stage.session, CHECKING_IN, _use_at, foreign=Stage.foreign_session),),
    "Mutation.cancelTicket(input.ticketId)": (
        Case(_with_input("cancelTicket", "CancelTicketInput"), Stage.ticket, HOLDER | SELLING, _field("ticketId"), fresh=True),
    ),
    "Mutation.openWaitingRoom(input.sessionId)": (
        Case(_with_input("openWaitingRoom", "OpenWaitingRoomInput"), Stage.quiet, MANAGING, _room, foreign=None),
    ),
    "Mutation.closeWaitingRoom(sessionId)": (Case(_changing("closeWaitingRoom", "sessionId"), Stage.quiet, MANAGING),),
    "Mutation.joinQueue(sessionId)": (Case(_changing("joinQueue", "sessionId"), Stage.quiet, SIGNED_IN),),
    "Mutation.inviteMember(input.organizerId)": (Case(INVITING, Stage.organizer, MANAGING, _invite),),
    "Mutation.inviteMember(input.eventIds)": (Case(INVITING, Stage.event, MANAGING, _invite_to, foreign=Stage.foreign_to_both),),
    "Mutation.withdrawInvitation(invitationId)": (
        Case(_changing("withdrawInvitation", "invitationId"), Stage.invitation, MANAGING, fresh=True),
    ),
    "Mutation.changeMember(input.organizerId)": (Case(MEMBERING, Stage.organizer, MANAGING, _change_at),),
    "Mutation.changeMember(input.userId)": (Case(MEMBERING, Stage.colleague, MANAGING, _change_whom, foreign=Stage.fan_id),),
    "Mutation.changeMember(input.eventIds)": (Case(MEMBERING, Stage.event, MANAGING, _change_to, foreign=Stage.foreign_to_both),),
    "Mutation.removeMember(organizerId)": (Case(REMOVING, Stage.organizer, MANAGING, _remove_at),),
    "Mutation.removeMember(userId)": (
        Case(REMOVING, Stage.new_member, MANAGING, _remove_whom, fresh=True, foreign=Stage.neighbours_gate),
    ),
    "Mutation.leaveOrganizer(organizerId)": (
        Case(_changing("leaveOrganizer", "organizerId"), Stage.left_by_nobody, frozenset(), foreign=Stage.left_by_nobody),
    ),
    "Mutation.pairGateDevice(input.organizerId)": (Case(PAIRING, Stage.organizer, MANAGING, _pair_at),),
    "Mutation.pairGateDevice(input.eventIds)": (Case(PAIRING, Stage.event, MANAGING, _pair_for, foreign=Stage.foreign_to_both),),
    "Mutation.revokeGateDevice(deviceId)": (Case(_changing("revokeGateDevice", "deviceId"), Stage.device, MANAGING, fresh=True),),
    "Query.apiClients(organizerId)": (Case(_asking("apiClients", "organizerId"), Stage.organizer, MANAGING),),
    "Query.apiClient(id)": (Case(_asking("apiClient"), Stage.api_client, MANAGING),),
    "Mutation.createApiClient(input.organizerId)": (
        Case(_with_input("createApiClient", "CreateApiClientInput"), Stage.organizer, MANAGING, _client_of),
    ),
    "Mutation.rotateApiKey(clientId)": (Case(_changing("rotateApiKey", "clientId"), Stage.api_client, MANAGING),),
    "Mutation.revokeApiClient(clientId)": (Case(_changing("revokeApiClient", "clientId"), Stage.api_client, MANAGING, fresh=True),),
    "Mutation.setSalesChannels(input.ticketTypeIds)": (
        Case(_with_input("setSalesChannels", "SetSalesChannelsInput"), Stage.seat_type, MANAGING, _limits),
    ),
    "Mutation.createWidgetToken(input.sessionIds)": (
        Case(_with_input("createWidgetToken", "CreateWidgetTokenInput"), Stage.session, frozenset(), _widget),
    ),
    "Subscription.seatAvailability(sessionId)": (Case(_watching("seatAvailability", "sessionId"), Stage.session, EVERYBODY),),
    "Subscription.eventChanged(eventId)": (Case(_watching("eventChanged", "eventId"), Stage.event, EVERYBODY),),
    "Subscription.holdChanged(holdId)": (Case(_watching("holdChanged", "holdId"), Stage.hold, HOLDER),),
    "Subscription.orderChanged(orderId)": (Case(_watching("orderChanged", "orderId"), Stage.order, HOLDER),),
    "Subscription.queuePosition(sessionId)": (Case(_watching("queuePosition", "sessionId"), Stage.session, SIGNED_IN),),
    "Subscription.gateActivity(sessionId)": (Case(_watching("gateActivity", "sessionId"), Stage.session, CHECKING_IN),),
}
