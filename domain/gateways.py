"""The outside world as protocols: payments, tokens, passwords, live seats; adapters implement them."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from domain.changes import AvailabilityDelta, AvailabilityUpdate
from domain.clients import Grant
from domain.ids import PlaceId, SessionId, SignInId
from domain.mails import Mail
from domain.orders import Payment, PaymentReport
from domain.passwords import PasswordFault
from domain.repositories import Refund
from domain.tickets import Ticket, TicketClaim
from domain.topics import Topic, Watchable
from domain.viewers import User, Viewer
from domain.waiting_rooms import Place

V = TypeVar("V")


class PaymentGateway(Protocol):
    """A payment's id is its idempotency key at the gateway. Never called inside a transaction."""

    def accepts(self, method: str) -> bool:
        """Whether the method is one that `pay` knows; says nothing of its being declined."""

    async def pay(self, payment: Payment) -> PaymentReport:
        """PENDING where the outcome comes later, by webhook or `fetch`."""

    async def fetch(self, payment: Payment) -> PaymentReport: ...
    async def refund(self, refund: Refund) -> None:
        """Pays back once per refund id, however often it is asked."""

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentReport:
        """Raises `NotAllowed` for a body that the gateway did not sign, or signed more than five minutes ago."""


class AccessTokens(Protocol):
    def issue(
        self, user: User, sign_in_id: SignInId | None = None, grant: Grant | None = None, lifetime: timedelta | None = None
    ) -> tuple[str, Viewer]:
        """`lifetime` None: as long as tokens usually live."""

    def read(self, token: str) -> Viewer | None:
        """None for anything but a token of ours that is valid now, of a sign-in not known to have ended."""

    def key_set(self) -> Mapping[str, object]:
        """The public keys that tokens may be signed with now (RFC 7517), the one that signs first."""


class RefreshTokens(Protocol):
    def first(self) -> str:
        """Nobody can guess it."""

    def successors(self, token: str) -> Sequence[str]:
        """What follows it, the same whenever it is asked, and not to be found without our keys: one for each, the newest first."""


class TicketTokens(Protocol):
    def issue(self, ticket: Ticket) -> str: ...
    def read(self, token: str) -> TicketClaim | None:
        """None for anything but a token of ours, whatever became of the ticket since."""

    def qr_svg(self, token: str) -> str:
        """The token as a QR code: an SVG document with its quiet zone, black on white, without scripts."""


class QueueTokens(Protocol):
    def issue(self, place: Place, expires_at: datetime) -> str: ...
    def read(self, token: str) -> PlaceId | None:
        """None for anything but a token of ours; whether its place is admitted, and whose it is, it is not asked."""


class Passwords(Protocol):
    async def hash(self, password: str) -> str: ...
    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Takes the same time for no hash (an unknown account) as for a wrong password."""

    async def fault(self, password: str, about: Sequence[str]) -> PasswordFault | None:
        """Why it may not be one, if so. `about`: what everybody would try first, e.g. the account's email."""


class Mailer(Protocol):
    """Never called inside a transaction. `shown`: the last ones, where it shows them instead of sending them; else None."""

    @property
    def shown(self) -> Sequence[Mail] | None: ...

    async def send(self, mail: Mail) -> None:
        """Raises `MailRefused`, `MailDelayed`, `OSError`."""


class SeatFeed(Protocol):
    def watch(self, session_id: SessionId, since_version: int | None) -> AsyncGenerator[AvailabilityUpdate, None]:
        """A snapshot, or with a version the delta from there, then every further delta without a gap; ends only with the caller."""

    def announce(self, delta: AvailabilityDelta) -> None:
        """A commit happened. Never blocks and never fails; what it cannot pass on is found by comparing versions."""


class Topics(Protocol):
    def watch(self, kind: Watchable[V], id: UUID) -> AsyncGenerator[V | None, None]:
        """As it is, not older than the asking, then as it is whenever it became another; None while it is not there.

        Who is slower than the changes misses those in between. Ends only with the caller. Raises `ServerBusy` at the start only.
        """

    def look_again(self) -> None:
        """Soon, at everything that is watched in this process: time has changed it, not a commit."""

    def announce(self, *topics: Topic) -> None:
        """A commit has changed these. Never blocks and never fails; what it cannot pass on is found by looking again."""
