"""The domain's states as GraphQL enums: registered here once, then used under their own names."""

from collections.abc import Mapping
from enum import Enum

import strawberry

from domain.access import Right
from domain.accounts import Language
from domain.audit import AuditAction
from domain.check_ins import CheckInResult
from domain.clients import Scope
from domain.events import EventCategory, EventStatus
from domain.holds import HoldState
from domain.orders import OrderStatus
from domain.organizers import DeviceState, MemberRole
from domain.passwords import PasswordFault
from domain.sandbox import RivalStrategy
from domain.seats import SeatStatus
from domain.single_seats import SingleSeats
from domain.tickets import TicketStatus
from domain.viewers import Role


def _describe(kind: type[Enum], description: str, values: Mapping[Enum, str]) -> None:
    definition = strawberry.enum(kind, description=description).__strawberry_definition__  # type: ignore[attr-defined]  # set by strawberry
    for value in definition.values:
        value.description = values[kind(value.value)]


_describe(
    EventStatus,
    "How far an event or a session has come. Clients see only the public ones: PUBLISHED, CANCELLED, COMPLETED.",
    {
        EventStatus.DRAFT: "Its organizer is still at work on it.",
        EventStatus.PENDING_APPROVAL: "Waits to be approved.",
        EventStatus.PUBLISHED: "To be seen and, within its sale, to be bought.",
        EventStatus.CANCELLED: "Will not take place.",
        EventStatus.COMPLETED: "Has taken place.",
        EventStatus.ARCHIVED: "Put away.",
    },
)
_describe(
    EventCategory,
    "What kind of event it is.",
    {
        EventCategory.CONCERT: "Music, live.",
        EventCategory.MOVIE: "A film; its sessions are screenings.",
        EventCategory.THEATRE: "A play, an opera, a ballet.",
        EventCategory.SPORT: "A match or a race.",
        EventCategory.TRANSPORT: "A line; its sessions are departures.",
        EventCategory.CONFERENCE: "Talks and lectures.",
        EventCategory.OTHER: "Anything else.",
    },
)
_describe(
    SeatStatus,
    "The live state of a seat.",
    {
        SeatStatus.AVAILABLE: "Can be locked.",
        SeatStatus.HELD: "In somebody's hold; may come back.",
        SeatStatus.SOLD: "Has a ticket; comes back only if that is cancelled.",
        SeatStatus.BLOCKED: "Kept off sale by the organizer.",
    },
)
_describe(
    SingleSeats,
    "What becomes of a pick by hand that leaves a single seat: a free one with nobody beside it to sell to.",
    {
        SingleSeats.OFF: "Nothing: it is locked.",
        SingleSeats.WARN: "It is locked, and the hold's leavesSingle says so.",
        SingleSeats.REFUSE: "WouldLeaveSingleSeat, unless there are no other seats side by side that leave none alone.",
    },
)
_describe(
    HoldState,
    "What became of a hold.",
    {
        HoldState.ACTIVE: "The tickets are locked until expiresAt.",
        HoldState.ORDERED: "A payment is under way; the tickets stay locked until its outcome is known.",
        HoldState.CONVERTED: "Bought.",
        HoldState.RELEASED: "Given back by the buyer.",
        HoldState.EXPIRED: "Over; the tickets are free again.",
    },
)
_describe(
    OrderStatus,
    "How far an order has come.",
    {
        OrderStatus.AWAITING_PAYMENT: "The payment gateway has not answered yet, or has declined and may be tried again.",
        OrderStatus.PAID: "Paid; it has its tickets.",
        OrderStatus.CANCELLED: "All its tickets were cancelled, or its hold was given back unpaid.",
        OrderStatus.EXPIRED: "Its hold ended unpaid.",
        OrderStatus.REFUNDED: "Cancelled, and all the money is back.",
    },
)
_describe(
    TicketStatus,
    "Whether a ticket lets somebody in.",
    {
        TicketStatus.VALID: "It does, once.",
        TicketStatus.USED: "It has.",
        TicketStatus.CANCELLED: "It was given back.",
        TicketStatus.EXPIRED: "It was not used, and its session is over.",
    },
)
_describe(
    Role,
    "What an account may do. What it may do with an organizer's things, its posts there say.",
    {
        Role.ATTENDEE: "Lock, buy and cancel its own tickets.",
        Role.ORGANIZER: "Belongs to an organizer as its owner, manager or box office.",
        Role.GATE: "Belongs to an organizer as its gate.",
        Role.ADMIN: "All of it.",
    },
)
_describe(
    MemberRole,
    "What somebody is to an organizer.",
    {
        MemberRole.OWNER: "All that there is to do, also making others owners and managers. There is always one.",
        MemberRole.MANAGER: "All but making, changing and removing owners and managers.",
        MemberRole.BOX_OFFICE: "Sees orders, tickets and their buyers, and cancels tickets for them.",
        MemberRole.GATE: "Checks tickets in, at all events or at some.",
    },
)
_describe(
    Right,
    "What the members of an organizer may do with what it has.",
    {
        Right.SEE_MEMBERS: "See who belongs to it and who is invited.",
        Right.MANAGE_MEMBERS: "Invite, change and remove members below oneself.",
        Right.MANAGE_DEVICES: "Pair and revoke gate devices.",
        Right.MANAGE_CLIENTS: "Make and revoke API clients.",
        Right.SEE_AUDIT: "Read its audit log.",
        Right.SEE_DRAFTS: "See events and sessions that are not public.",
        Right.PUT_ON: "Put events on.",
        Right.RUN_WAITING_ROOMS: "Open, change and close waiting rooms.",
        Right.SEE_ORDERS: "See orders and tickets, and who bought them.",
        Right.CANCEL_TICKETS: "Cancel tickets of others.",
        Right.CHECK_IN: "Check tickets in and see how many have come.",
    },
)
_describe(
    DeviceState,
    "How far a gate device has come.",
    {
        DeviceState.WAITING: "Its code was not typed in yet.",
        DeviceState.PAIRED: "It may check tickets in.",
        DeviceState.REVOKED: "It may do nothing any more.",
    },
)
_describe(
    AuditAction,
    "What staff and partners do that is noted.",
    {
        AuditAction.ORGANIZER_CREATED: "An organizer was made.",
        AuditAction.MEMBER_INVITED: "Somebody was invited.",
        AuditAction.INVITATION_WITHDRAWN: "An invitation was withdrawn.",
        AuditAction.MEMBER_JOINED: "Somebody accepted an invitation.",
        AuditAction.MEMBER_CHANGED: "A member got another role, or other events.",
        AuditAction.MEMBER_REMOVED: "A member was removed.",
        AuditAction.MEMBER_LEFT: "A member left.",
        AuditAction.DEVICE_ADDED: "A gate device was given a code.",
        AuditAction.DEVICE_PAIRED: "The code was typed in on a device, which signed in with it.",
        AuditAction.DEVICE_REVOKED: "A gate device was revoked.",
        AuditAction.EVENT_PUT_ON: "An event was put on, or brought in anew.",
        AuditAction.WAITING_ROOM_OPENED: "A waiting room was opened or changed.",
        AuditAction.WAITING_ROOM_CLOSED: "A waiting room was closed.",
        AuditAction.TICKET_CANCELLATION: "Cancelling the ticket of a buyer was asked for; the ticket says whether it was.",
        AuditAction.SANDBOX_CHANGED: "The sandbox's clock, rivals or faults were changed.",
        AuditAction.API_CLIENT_CREATED: "An API client was made.",
        AuditAction.API_KEY_ROTATED: "An API client got another key.",
        AuditAction.API_CLIENT_REVOKED: "An API client was revoked.",
        AuditAction.WIDGET_TOKEN_CREATED: "A token for a widget was made.",
        AuditAction.SALES_CHANNELS_SET: "It was said over which channels partners may sell a ticket type.",
    },
)
_describe(
    CheckInResult,
    "What came of showing a ticket at a gate.",
    {
        CheckInResult.ADMITTED: "Its holder was let in.",
        CheckInResult.TICKET_ALREADY_USED: "Refused: it was used before.",
        CheckInResult.TICKET_NOT_VALID: "Refused: it was cancelled, or its session is over.",
        CheckInResult.WRONG_SESSION: "Refused at the gate of another session.",
        CheckInResult.NOT_FOUND: "Refused: the token was replaced by a newer one.",
    },
)
_describe(
    PasswordFault,
    "Why a password will not do.",
    {
        PasswordFault.TOO_SHORT: "It has fewer than 10 characters.",
        PasswordFault.TOO_LONG: "It has more than 128 characters.",
        PasswordFault.EASILY_GUESSED: "It is a common one, a pattern, or the email in disguise: few guesses find it.",
    },
)
_describe(
    Language,
    "A language that mails are written in.",
    {Language.EN: "English.", Language.AR: "Arabic."},
)
_describe(
    RivalStrategy,
    "What rivals of the sandbox go for. Places of general admission they take in any case.",
    {
        RivalStrategy.RANDOM: "Any free seats.",
        RivalStrategy.BEST: "The best available ones.",
        RivalStrategy.CONTEND: "All of them the same: the first free ones of the layout, so that most are refused.",
    },
)
_describe(
    Scope,
    "What an API client may do, of what belongs to its organizer.",
    {
        Scope.READ_CATALOGUE: "Read what is public: events, sessions, live seats. Comes with every other.",
        Scope.SELL: "Lock, buy and cancel tickets in its own name, and make tokens for widgets.",
        Scope.CHECK_IN: "Check tickets in, and follow the gate.",
        Scope.READ_ORDERS: "Read orders and their tickets, whoever bought them; not what lets somebody in.",
    },
)
