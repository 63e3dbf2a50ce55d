"""What partners' tokens may ask for: every field has its scopes here, and one that has none is refused to them."""

from collections.abc import Mapping
from functools import lru_cache

from graphql import FieldNode, GraphQLError, GraphQLNamedType, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, parse, visit

from domain.clients import Grant, Scope
from schema.serving.throttle import OperationRefused

# Texts, of 100 KB at most.
KEPT = 128

CATALOGUE = frozenset({Scope.READ_CATALOGUE})
SELL = frozenset({Scope.SELL})
CHECK_IN = frozenset({Scope.CHECK_IN})
ORDERS = frozenset({Scope.SELL, Scope.READ_ORDERS})
TICKETS = frozenset({Scope.SELL, Scope.READ_ORDERS, Scope.CHECK_IN})
# By type, for all its fields that are not named themselves. Any of the scopes is enough.
OF_TYPES: Mapping[str, frozenset[Scope]] = {
    **dict.fromkeys(
        (
            *("Event", "EventConnection", "EventEdge", "PageInfo", "Session", "SessionConnection", "SessionEdge"),
            *("Venue", "TicketType", "Money", "SeatMap", "Section", "Row", "Seat", "Lockable"),
            *("Availability", "AvailabilityDelta", "AvailabilitySnapshot", "SeatGroup", "PlacesLeft"),
            *("WaitingRoom", "DrawnPlace", "ApiClient", "ApiKey", "ClientUsage", "ClientToken", "Error", "Node"),
        ),
        CATALOGUE,
    ),
    **dict.fromkeys(
        (
            *("Hold", "HeldPlaces", "HoldChange", "MyTicketsUpdate", "WidgetToken"),
            *("NoQueue", "NotQueued", "AwaitingDraw", "Queued", "Admitted", "AdmissionMissed"),
        ),
        SELL,
    ),
    **dict.fromkeys(("Order", "OrderConnection", "OrderEdge"), ORDERS),
    "Buyer": frozenset({Scope.READ_ORDERS}),
    **dict.fromkeys(("Ticket", "TicketConnection", "TicketEdge"), TICKETS),
    **dict.fromkeys(("Admission", "CheckIn", "GateActivity"), CHECK_IN),
}
OF_FIELDS: Mapping[str, frozenset[Scope]] = {
    **dict.fromkeys(
        (
            *("Query.node", "Query.events", "Query.cities", "Query.event", "Query.session", "Query.selectionVerdict"),
            *("Query.organizer", "Organizer.id", "Organizer.slug", "Organizer.name", "Organizer.events"),
            *("Query.apiClient", "Mutation.clientToken", "Subscription.seatAvailability", "Subscription.eventChanged"),
        ),
        CATALOGUE,
    ),
    **dict.fromkeys(
        (
            *("Query.me", "Query.queuePosition", "User.id", "User.tickets", "User.orders", "User.holds"),
            *("Mutation.lockTickets", "Mutation.changeHold", "Mutation.extendHold", "Mutation.releaseHold", "Mutation.buyTickets"),
            *("Mutation.cancelTicket", "Mutation.joinQueue", "Mutation.createWidgetToken"),
            *("Subscription.holdChanged", "Subscription.orderChanged", "Subscription.myTickets", "Subscription.queuePosition"),
            *("Ticket.token", "Ticket.qrSvg"),
        ),
        SELL,
    ),
    **dict.fromkeys(("Mutation.useTicket", "Subscription.gateActivity", "Session.admission"), CHECK_IN),
    "Query.ticket": TICKETS,
    "Query.order": ORDERS,
}


class ScopeMissing(OperationRefused):
    """`scopes` is empty where no partner may ask for the field."""

    def __init__(self, field: str, scopes: frozenset[Scope] | None) -> None:
        names = sorted(scopes or ())
        message = f"{field} takes the scope {' or '.join(names)}." if names else f"{field} is not for API clients."
        super().__init__(403, "SCOPE_REQUIRED", message, {"field": field, "scopes": names})


class Scopes:
    def __init__(self, schema: GraphQLSchema, tokens: int = 2_000) -> None:
        self._schema, self._tokens = schema, tokens
        self._asked = lru_cache(KEPT)(self._fields)

    def check(self, grant: Grant, text: str) -> None:
        """Raises `ScopeMissing`, for whatever the document has, whichever of its operations is asked for."""
        for field, scopes in self._asked(text).items():
            if scopes is None or not grant.allows(scopes):
                raise ScopeMissing(field, scopes)

    def _fields(self, text: str) -> Mapping[str, frozenset[Scope] | None]:
        """Fields that do not exist are left to validation, which lets nothing with them be executed."""
        try:
            document = parse(text, no_location=True, max_tokens=self._tokens)
        except (GraphQLError, RecursionError):
            return {}
        found = _Found(TypeInfo(self._schema))
        visit(document, TypeInfoVisitor(found.types, found))
        return found.fields


class _Found(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.fields: dict[str, frozenset[Scope] | None] = {}

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self.types.get_parent_type()
        if parent is None or self.types.get_field_def() is None or parent.name.startswith("__") or node.name.value.startswith("__"):
            return
        self.fields[f"{parent.name}.{node.name.value}"] = scopes_of(parent, node.name.value)


def scopes_of(parent: GraphQLNamedType, field: str) -> frozenset[Scope] | None:
    """None for what is not for partners."""
    refusal = any(each.name == "Error" for each in getattr(parent, "interfaces", ()))
    return OF_FIELDS.get(f"{parent.name}.{field}") or OF_TYPES.get(parent.name) or (CATALOGUE if refusal else None)
