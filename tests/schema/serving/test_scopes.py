"""Every field has been thought of: what partners may ask for with which scope, and what they may not."""

from dataclasses import replace
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLOutputType, get_named_type, is_abstract_type

from domain.clients import Grant, Scope
from domain.ids import ClientId, OrganizerId, new_id
from schema.api import schema
from schema.serving.scopes import OF_FIELDS, OF_TYPES, ScopeMissing, Scopes, scopes_of

GRAPHQL = schema._schema
TYPES = {
    name: kind
    for name, kind in GRAPHQL.type_map.items()
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
}
# What people do for themselves, what runs an organizer's business, and what is the operator's.
NOT_FOR_PARTNERS = {
    *("Mutation.login", "Mutation.refresh", "Mutation.logout", "Mutation.logoutEverywhere", "Mutation.endSignIn"),
    *("Mutation.register", "Mutation.verifyEmail", "Mutation.requestPasswordReset", "Mutation.resetPassword"),
    *("Mutation.changePassword", "Mutation.changeEmail", "Mutation.requestEmailVerification", "Mutation.setBirthDate"),
    *("Mutation.exportMyData", "Mutation.deleteAccount"),
    *("Mutation.createApiClient", "Mutation.rotateApiKey", "Mutation.revokeApiClient", "Query.apiClients"),
    "Mutation.setSalesChannels",
    *("Mutation.openWaitingRoom", "Mutation.closeWaitingRoom"),
    *("Mutation.moveClock", "Mutation.startRivals", "Mutation.stopRivals", "Mutation.setFaults", "Mutation.cutConnections"),
    *("Query.sandbox", "Query.verification"),
    *("Mutation.createOrganizer", "Mutation.inviteMember", "Mutation.acceptInvitation", "Mutation.withdrawInvitation"),
    "Query.invitation",
    *("Mutation.changeMember", "Mutation.removeMember", "Mutation.leaveOrganizer"),
    *("Mutation.pairGateDevice", "Mutation.claimGateDevice", "Mutation.revokeGateDevice"),
    *("Organizer.viewerRole", "Organizer.viewerRights", "Organizer.members", "Organizer.invitations"),
    *("Organizer.gateDevices", "Organizer.auditLog", "Query.auditLog", "User.memberships"),
    *("Mutation.offerSecondFactor", "Mutation.offerSecondFactorAtLogin", "Mutation.confirmSecondFactor"),
    *("Mutation.removeSecondFactor", "Mutation.completeLogin", "User.secondFactor"),
    *("Mutation.passkeyOptionsToAdd", "Mutation.addPasskey", "Mutation.removePasskey", "User.passkeys"),
    *("Mutation.passkeyOptionsToSignIn", "Mutation.loginWithPasskey"),
    *("User.email", "User.roles", "User.verified", "User.birthDate", "User.signIns"),
}
WIDGET = Path(__file__).parents[3] / "web" / "src" / "client"
GRANT = Grant(ClientId(new_id()), OrganizerId(new_id()), frozenset({Scope.READ_CATALOGUE}), "API")
SCOPES = Scopes(GRAPHQL)


def test_every_root_field_is_either_for_a_scope_or_said_not_to_be() -> None:
    undecided = [
        f"{root}.{field}"
        for root in ("Query", "Mutation", "Subscription")
        for field in TYPES[root].fields
        if scopes_of(TYPES[root], field) is None and f"{root}.{field}" not in NOT_FOR_PARTNERS
    ]
    assert undecided == []


def test_every_field_that_a_partner_can_get_to_is_either_for_a_scope_or_said_not_to_be() -> None:
    reached, waiting = set(), ["Query", "Mutation", "Subscription"]
    undecided = []
    while waiting:
        name = waiting.pop()
        reached.add(name)
        for field, definition in TYPES[name].fields.items():
            if scopes_of(TYPES[name], field) is None:
                undecided += [] if f"{name}.{field}" in NOT_FOR_PARTNERS else [f"{name}.{field}"]
                continue
            waiting += [each for each in reachable(definition.type) if each not in reached and each not in waiting]
    assert undecided == []


def reachable(kind: GraphQLOutputType) -> list[str]:
    named = get_named_type(kind)
    if is_abstract_type(named):
        return [each.name for each in GRAPHQL.get_possible_types(named)]
    return [named.name] if named.name in TYPES else []


def test_what_is_said_is_said_of_what_there_is() -> None:
    assert [name for name in OF_TYPES if name not in TYPES] == []
    fields = {f"{name}.{field}" for name, kind in TYPES.items() for field in kind.fields}
    assert [name for name in (*OF_FIELDS, *NOT_FOR_PARTNERS) if name not in fields] == []
    assert NOT_FOR_PARTNERS.isdisjoint(OF_FIELDS)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ("{ me { id } }", "Query.me"),
        ("{ x: me { id } }", "Query.me"),
        ("{ ...On } fragment On on Query { ... on Query { me { id } } }", "Query.me"),
        ("query A { cities } query B { me { id } }", "Query.me"),
        ("{ me @skip(if: true) { id } }", "Query.me"),
        ('{ node(id: "ticket_1") { ... on Ticket { token } } }', "Ticket.token"),
        ('{ session(id: "session_1") { admission { expected } } }', "Session.admission"),
        ("subscription { myTickets { tickets { id } } }", "Subscription.myTickets"),
    ],
)
def test_wherever_it_stands_a_field_without_its_scope_is_refused(document: str, field: str) -> None:
    with pytest.raises(ScopeMissing) as refused:
        SCOPES.check(GRANT, document)
    assert refused.value.more["field"] == field


def test_a_scope_opens_what_it_is_for_and_nothing_else() -> None:
    selling = replace(GRANT, scopes=frozenset({Scope.SELL}))
    SCOPES.check(selling, "{ cities me { orders { nodes { tickets { token } } } } __typename __schema { types { name } } }")
    with pytest.raises(ScopeMissing, match=r"^Mutation\.useTicket takes the scope CHECK_IN\.$"):
        SCOPES.check(selling, "mutation { useTicket(input: {}) { ... on Ticket { id } } }")
    with pytest.raises(ScopeMissing, match=r"^Mutation\.logout is not for API clients\.$"):
        SCOPES.check(selling, "mutation { logout { __typename } }")
    reading = replace(GRANT, scopes=frozenset({Scope.READ_ORDERS}))
    with pytest.raises(ScopeMissing, match=r"^Ticket\.qrSvg takes the scope SELL\.$"):
        SCOPES.check(reading, '{ order(id: "order_1") { tickets { seat qrSvg } } }')


@pytest.mark.parametrize("broken", ["{ me", "{ nothing { id } }", "", "{ me { " * 3_000, "{ cities { id } }"])
def test_what_is_no_document_is_left_to_who_says_so(broken: str) -> None:
    SCOPES.check(GRANT, broken)


def test_all_that_the_seat_map_asks_is_within_a_widgets_token() -> None:
    selling = replace(GRANT, scopes=frozenset({Scope.SELL}))
    documents = sorted(WIDGET.glob("*.graphql"))
    assert [path.name for path in documents] == ["fragments.graphql", "session.graphql"]
    SCOPES.check(selling, "\n".join(path.read_text() for path in documents))
