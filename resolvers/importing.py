"""Bringing in what was made elsewhere: maps to keep, events to put on, seats to hang sessions in."""

from collections.abc import Sequence
from dataclasses import replace

from domain.errors import InvalidInput
from domain.plans import PlannedEvent, PlannedSession, PutOn
from domain.seats import categories_of
from resolvers.events import put_on
from resolvers.seats import layout
from resolvers.services import Services


async def import_events(
    services: Services, organizer: tuple[str, str], plans: Sequence[PlannedEvent], seat_map_hash: str | None = None
) -> Sequence[PutOn]:
    """Puts each event on in a transaction of its own; importing the same again adds nothing.

    With a seat map, ticket types named like one of its categories sell that category's seats. Raises `InvalidInput` where
    there is no such map, or a session has no such ticket type.
    """
    if seat_map_hash is not None:
        plans = await _hung_in(services, plans, seat_map_hash)
    return [await put_on(services, organizer, plan) for plan in plans]


async def _hung_in(services: Services, plans: Sequence[PlannedEvent], hash: str) -> Sequence[PlannedEvent]:
    stored = await layout(services, hash)
    if stored is None:
        raise InvalidInput(("seatMap",), f"There is no seat map {hash}; import it first.")
    names = {category.name for category in categories_of(stored.plain)}
    return [replace(plan, sessions=tuple(_hang(session, plan.title, hash, names) for session in plan.sessions)) for plan in plans]


def _hang(session: PlannedSession, title: str, hash: str, names: set[str]) -> PlannedSession:
    if not any(one.name in names for one in session.ticket_types):
        raise InvalidInput(
            ("seatMap",), f"{title}: no offer is named like a category of the seat map ({', '.join(sorted(names))})."
        )
    types = tuple(replace(one, category=one.name, capacity=None) if one.name in names else one for one in session.ticket_types)
    return replace(session, seat_map_hash=hash, ticket_types=types)
