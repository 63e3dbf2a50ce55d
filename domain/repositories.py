"""What the rest needs from the database, as protocols; `db` implements them."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.access import Reach
from domain.accounts import Accounts, Links
from domain.answers import Once
from domain.changes import Availability, AvailabilityDelta
from domain.check_ins import Admission, CheckIn
from domain.clients import Clients
from domain.events import Event, EventFilter, Session, TicketType, Venue
from domain.holds import ChangeHold, Hold, Lockable, LockTickets, Selection
from domain.ids import (
    EventId,
    HoldId,
    OrderId,
    OrganizerId,
    PaymentId,
    PlaceId,
    RefundId,
    SessionId,
    TicketId,
    TicketTypeId,
    UserId,
    VenueId,
    WaitingRoomId,
)
from domain.mails import Outbox
from domain.orders import Order, OrderFilter, Payment
from domain.pages import Page as Page
from domain.pages import PageRequest as PageRequest
from domain.passkeys import Passkeys
from domain.sales_channels import SalesChannels
from domain.seats import Seat, SeatMap
from domain.second_factors import SecondFactors
from domain.sign_ins import SignIns
from domain.tenancy import Audit, GateDevices, Invitations, Organizers
from domain.tickets import Scan, Ticket, TicketFilter, TicketStatus
from domain.viewers import User
from domain.waiting_rooms import Opening, Place, WaitingRoom


class Events(Protocol):
    """Only PUBLIC events and sessions are found, unless `hidden` is True."""

    async def page(self, wanted: PageRequest, where: EventFilter) -> Page[Event]:
        """Ordered by the start of the next session, events without one last, then by id."""

    async def count(self, where: EventFilter) -> int: ...
    async def by_ids(self, ids: Collection[EventId], *, hidden: bool = False) -> Mapping[EventId, Event]: ...
    async def by_slug(self, slug: str) -> Event | None: ...
    async def digests(self, ids: Collection[EventId]) -> Mapping[EventId, str]:
        """Another one as soon as anything of the event, of its sessions or of what they sell is another.

        Sessions count until a day after their end; how much of them is left does not.
        """

    async def cities(self) -> Sequence[str]:
        """Of published sessions of published events that have not ended; of several spellings in capitals or not, one."""

    async def organizer(self, slug: str, name: str) -> OrganizerId:
        """The organizer of that slug, added where there is none."""

    async def add(self, event: Event) -> Event:
        """The stored event: with the given slug, an event of the same organizer is overwritten and keeps its id."""


class Sessions(Protocol):
    async def by_ids(self, ids: Collection[SessionId], *, hidden: bool = False) -> Mapping[SessionId, Session]: ...
    async def page_of(self, event_id: EventId, wanted: PageRequest) -> Page[Session]:
        """Ordered by start, then id; past ones included."""

    async def count_of(self, event_id: EventId) -> int: ...
    async def next_of(self, event_ids: Collection[EventId]) -> Mapping[EventId, Session]:
        """For each event its first published session to come; one that has begun, but not ended, where there is no other."""

    async def add(self, session: Session, ticket_types: Sequence[TicketType], seats: Sequence[Seat]) -> bool:
        """Adds the session with its whole inventory; `seats` are the seat map's, in layout order.

        False, and nothing added, where the event has a session at that start and venue.
        """

    async def ticket_types_of(self, ids: Collection[SessionId]) -> Mapping[SessionId, Sequence[TicketType]]:
        """In the order of their position."""

    async def ticket_types(self, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, TicketType]: ...
    async def availability(self, ids: Collection[SessionId], *, with_seats: bool = True) -> Mapping[SessionId, Availability]:
        """Without seats, all else is as it is with them."""

    async def places_left(self, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, int]: ...


class Venues(Protocol):
    async def by_ids(self, ids: Collection[VenueId]) -> Mapping[VenueId, Venue]: ...
    async def add(self, venue: Venue) -> Venue:
        """The stored venue: one of the same name and city is returned as it is."""


@dataclass(frozen=True, slots=True)
class StoredLayout:
    """A seat map's layout JSON as it is served, compressed once when it was stored."""

    hash: str
    name: str
    seat_count: int
    plain: bytes
    gzip: bytes
    brotli: bytes


class SeatMaps(Protocol):
    async def layout(self, hash: str) -> StoredLayout | None: ...
    async def counts(self, hashes: Collection[str]) -> Mapping[str, int]:
        """How many seats each map has."""

    async def add(self, seat_map: SeatMap) -> None:
        """Storing the same content again changes nothing."""


class Holds(Protocol):
    async def by_ids(self, ids: Collection[HoldId]) -> Mapping[HoldId, Hold]: ...
    async def of_user(self, user_id: UserId) -> Sequence[Hold]:
        """Those that are ACTIVE and not over, or ORDERED; the soonest to end first."""


class Orders(Protocol):
    async def by_ids(self, ids: Collection[OrderId]) -> Mapping[OrderId, Order]: ...
    async def shown_to(self, user_id: UserId, reach: Reach, ids: Collection[OrderId]) -> Mapping[OrderId, Order]:
        """The user's own, and those for events within the reach."""

    async def sold(self, reach: Reach, wanted: PageRequest, where: OrderFilter) -> Page[Order]:
        """For events within the reach, newest first."""

    async def count_sold(self, reach: Reach, where: OrderFilter) -> int: ...
    async def of_user(self, user_id: UserId, wanted: PageRequest) -> Page[Order]:
        """Newest first."""

    async def count_of_user(self, user_id: UserId) -> int: ...
    async def place(self, hold_id: HoldId, user_id: UserId, method: str) -> tuple[Order, Payment | None]:
        """Orders the hold and starts a payment, under the hold's row lock; no payment where one is under way or done.

        Raises `NotFound`, `HoldExpired`.
        """

    async def payment(self, payment_id: PaymentId) -> Payment | None: ...
    async def last_payment(self, order_id: OrderId) -> Payment | None: ...
    async def decline(self, payment_id: PaymentId) -> None:
        """The payment FAILED; its hold is ACTIVE again with its old end. Nothing happens to a settled payment."""

    async def unsettled(self, older_than: timedelta, limit: int) -> Sequence[Payment]:
        """PENDING payments that the gateway should be asked about, oldest first."""

    async def refunds_due(self, limit: int) -> Sequence["Refund"]: ...
    async def refunded(self, refund_id: RefundId) -> None:
        """Its order is REFUNDED once it is cancelled and no refund of it is due."""


@dataclass(frozen=True, slots=True)
class Refund:
    """Money owed back out of one payment; its id is the gateway's key for it, so asking twice pays once."""

    id: RefundId
    payment: Payment
    minor: int


class Tickets(Protocol):
    async def by_ids(self, ids: Collection[TicketId]) -> Mapping[TicketId, Ticket]: ...
    async def shown_to(self, user_id: UserId, reach: Reach, ids: Collection[TicketId]) -> Mapping[TicketId, Ticket]:
        """The user's own, and those for events within the reach."""

    async def sold(self, reach: Reach, wanted: PageRequest, where: TicketFilter) -> Page[Ticket]:
        """For events within the reach, newest first."""

    async def count_sold(self, reach: Reach, where: TicketFilter) -> int: ...
    async def of_orders(self, ids: Collection[OrderId]) -> Mapping[OrderId, Sequence[Ticket]]: ...
    async def of_user(self, user_id: UserId, wanted: PageRequest, status: TicketStatus | None) -> Page[Ticket]:
        """Newest first."""

    async def count_of_user(self, user_id: UserId, status: TicketStatus | None) -> int: ...
    async def admission(self, reach: Reach, ids: Collection[SessionId]) -> Mapping[SessionId, Admission]:
        """Of all of the sessions within the reach, also those without a ticket."""

    async def last_changed_of(self, user_ids: Collection[UserId], most: int) -> Mapping[UserId, Sequence[Ticket]]:
        """Of each user the `most` tickets that were issued, used or cancelled last, the newest such first."""

    async def last_check_ins(self, ids: Collection[SessionId], most: int) -> Mapping[SessionId, Sequence[CheckIn]]:
        """Of each session's tickets, refused ones too, the newest first."""

    async def locked(self, ticket_id: TicketId, reach: Reach) -> Ticket | None:
        """The ticket under its row lock, until the transaction ends; None where its event is beyond the reach."""

    async def check_in(self, scan: Scan) -> Ticket:
        """The ticket, now USED. Its row must be locked."""

    async def note_refused(self, scan: Scan, refusal: str) -> None:
        """Keeps a scan that admitted nobody."""


class Users(Protocol):
    async def by_ids(self, ids: Collection[UserId]) -> Mapping[UserId, User]: ...
    async def by_email(self, email: str) -> User | None:
        """Emails are compared without regard to case."""

    async def add(self, user: User) -> None: ...


class Answers(Protocol):
    """What was answered to (user, operation, key). Finding it sets `replayed`; another input raises `IdempotencyConflict`."""

    async def find(self, once: Once) -> Mapping[str, object] | None: ...
    async def first(self, once: Once) -> Mapping[str, object] | None:
        """None for who asks first: who asks meanwhile waits until this transaction has ended, and finds what it keeps."""

    async def keep(self, once: Once, answer: Mapping[str, object]) -> None:
        """By who has asked `first`, in the same transaction."""


class WaitingRooms(Protocol):
    """A session has one open room at most."""

    async def open(self, opening: Opening) -> WaitingRoom:
        """The open room, new or changed. Raises `NotFound`, and `InvalidInput` for what cannot be changed any more."""

    async def close(self, session_id: SessionId) -> bool:
        """False where there was no open room."""

    async def draw(self, ids: Collection[SessionId]) -> None:
        """In their rooms that have opened: all who were there before, or as many of them as is a matter of half a second."""

    async def by_sessions(self, ids: Collection[SessionId]) -> Mapping[SessionId, WaitingRoom]:
        """Open ones only."""

    async def places(self, ids: Collection[PlaceId]) -> Mapping[PlaceId, Place]: ...
    async def place_of(self, room_id: WaitingRoomId, user_id: UserId) -> Place | None: ...
    async def drawn(self, room_id: WaitingRoomId, after: int, limit: int) -> Sequence[Place]:
        """Those that were there before the opening, in the order of the numbers they drew, from the one after `after` on."""


class Leftovers(Protocol):
    """What has had its time, removed a batch at a time. Both say how many rows went: none where another process is at it."""

    async def trim_changes(self, older_than: timedelta, keep: int, limit: int) -> int:
        """Of sessions' logs, what is older than that or further back than the last `keep` versions; about `limit` rows."""

    async def forget_answers(self, older_than: timedelta, limit: int) -> int:
        """Idempotency keys: asked for again, they do what they say once more."""

    async def forget_sign_ins(self, older_than: timedelta, limit: int) -> int:
        """Those that ended so long ago, with their tokens: shown again, these are as unknown as any."""

    async def forget_guests(self, older_than: timedelta, limit: int) -> int:
        """Of widgets; their accounts go where they have locked nothing."""

    async def forget_links(self, limit: int) -> int:
        """Of mails; those whose time is over."""


class Transaction(Protocol):
    """One database transaction: leaving it commits, raising rolls back."""

    @property
    def events(self) -> Events: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def venues(self) -> Venues: ...
    @property
    def seat_maps(self) -> SeatMaps: ...
    @property
    def holds(self) -> Holds: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def users(self) -> Users: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def second_factors(self) -> SecondFactors: ...
    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def links(self) -> Links: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def waiting_rooms(self) -> WaitingRooms: ...
    @property
    def organizers(self) -> Organizers: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def gate_devices(self) -> GateDevices: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def sales_channels(self) -> SalesChannels: ...
    @property
    def leftovers(self) -> Leftovers: ...
    async def now(self) -> datetime:
        """The database's clock."""


class Transactions(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Transaction]: ...


class Queue(Protocol):
    async def join(self, session_id: SessionId, user_id: UserId) -> Place | None:
        """The account's one place: the one it has, or a new one where it has none or its admission is over, in order of arrival.

        None where there is no open waiting room. Raises `NotFound` for an account that does not exist, `ServerBusy`.
        """


class Inventory(Protocol):
    """All that changes a session's seats. Commands of one session are decided in order of arrival, many in one commit.

    Every method may raise `ServerBusy`, and with a key (`once`) `IdempotencyConflict`. The answer to a key commits with its effect.
    """

    async def lock(self, command: LockTickets) -> Hold:
        """All or nothing. Raises `NotFound`, `SaleNotOpen`, `AgeRestricted`, `InvalidInput`, `TooManyTickets`,
        `TooManyHolds`, `QueueRequired`, `SeatsUnavailable`, `WouldLeaveSingleSeat`, `SoldOut`."""

    async def would_lock(self, selection: Selection) -> Lockable:
        """What `lock` would say of exactly these seats now, raising what it raises. Locks nothing, and makes nobody wait."""

    async def change(self, session_id: SessionId, command: ChangeHold) -> Hold:
        """The hold with its id, its end and, for what it keeps, its prices. What it has is not added, what it has not is not
        removed. Giving up tickets is always possible; adding any raises what `lock` does.

        Raises `HoldExpired` for a hold that has ended, `NotAllowed` while it is being paid, `NotFound` where it is not the
        buyer's, `InvalidInput` where nothing would be left.
        """

    async def extend(self, session_id: SessionId, hold_id: HoldId, once: Once | None = None) -> None:
        """Gives it as much time again as a hold has, once, and no more than twice that in all.

        Raises `HoldExpired`, `HoldAlreadyExtended`, `NotAllowed` while it is being paid.
        """

    async def release(self, session_id: SessionId, hold_id: HoldId, once: Once | None = None) -> None:
        """Raises `HoldExpired` for a hold that has ended, `NotAllowed` while it is being paid."""

    async def convert(self, session_id: SessionId, payment_id: PaymentId) -> OrderId:
        """The payment SUCCEEDED: sells what is held, issues the tickets, marks the order PAID. Doing it again changes nothing.

        Raises `HoldExpired` where the hold has ended before.
        """

    async def cancel(self, session_id: SessionId, ticket_id: TicketId, reason: str | None, once: Once | None = None) -> None:
        """Frees the seat and notes the refund. Raises `TicketAlreadyUsed`, `TicketNotValid`, `SessionStarted`."""

    async def expire(self, session_id: SessionId) -> None:
        """Announces what has expired in the session; nothing else depends on it."""

    async def expiring(self) -> Sequence[SessionId]:
        """Sessions with holds whose time is over and not yet announced."""


class ChangeLog(Protocol):
    """The versioned truth that live maps are made from."""

    async def snapshot(self, session_id: SessionId) -> Availability | None: ...
    async def since(self, session_id: SessionId, version: int) -> Sequence[AvailabilityDelta] | None:
        """All deltas after `version`, in order; None where the log does not reach back that far or `version` is not yet reached."""

    async def versions(self, ids: Collection[SessionId]) -> Mapping[SessionId, int]: ...
