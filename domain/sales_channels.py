"""Channels: over which of them partners sell, and what one is called."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from domain.errors import InvalidInput
from domain.ids import ClientId, HoldId, SessionId, TicketTypeId, UserId

MOST_CHANNELS = 10
CHANNEL = re.compile(r"[A-Z][A-Z0-9_]{0,31}")


def check_channels(channels: Sequence[str]) -> None:
    """Raises `InvalidInput` at the first that cannot be one's name."""
    for at, channel in enumerate(channels):
        if not CHANNEL.fullmatch(channel):
            raise InvalidInput(("input", "channels", str(at)), "A capital, then capitals, digits and underscores; at most 32.")


class SalesChannels(Protocol):
    async def set(self, ids: Collection[TicketTypeId], channels: Sequence[str] | None) -> None:
        """None: partners sell these over all."""

    async def of_ticket_types(self, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, Sequence[str]]:
        """Those that partners do not sell over all."""

    async def closed(
        self, channel: str, session_id: SessionId, labels: Sequence[str], ids: Collection[TicketTypeId]
    ) -> TicketTypeId | None:
        """One of the ticket types, or of the seats' ticket types, that is not sold over the channel."""

    async def sold(self, hold_id: HoldId, client_id: ClientId, channel: str) -> None:
        """Notes over which channel a hold was made; once."""

    async def of_holds(self, ids: Collection[HoldId]) -> Mapping[HoldId, str]:
        """Those that partners made."""

    async def seats_of(self, user_id: UserId) -> int:
        """Seats and places of all its holds that have not lapsed, bought ones too."""
