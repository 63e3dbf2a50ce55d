"""Waiting rooms: opening and closing them, joining the queue, where somebody is in it."""

import secrets
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from domain.access import Right
from domain.audit import AuditAction, Subject
from domain.errors import InvalidInput, NotFound
from domain.holds import ChangeHold, LockTickets, Selection
from domain.ids import PlaceId, SessionId
from domain.repositories import Transaction
from domain.topics import Kind, Topic, Watchable
from domain.viewers import Viewer
from domain.waiting_rooms import NoQueue, Opening, Place, Position, WaitingRoom, leads_on, position, worth_telling
from resolvers.access import session_within
from resolvers.services import Services

T = TypeVar("T")

MOST_PER_MINUTE = 100_000
MOST_DRAWN = 100
LONGEST_ADMISSION = timedelta(hours=24)


async def open_waiting_room(services: Services, viewer: Viewer, opening: Opening) -> WaitingRoom:
    """New, or the open one changed. Raises `NotAllowed` for who runs no waiting rooms, `NotFound`, `InvalidInput`."""
    if not 0 <= opening.per_minute <= MOST_PER_MINUTE:
        raise InvalidInput(("input", "admitPerMinute"), f"Between 0 and {MOST_PER_MINUTE:,} a minute.")
    if opening.admission is not None and not timedelta(minutes=1) <= opening.admission <= LONGEST_ADMISSION:
        raise InvalidInput(("input", "admissionMinutes"), "Between a minute and a day.")
    async with services.transaction() as work:
        session, organizer_id = await session_within(work, viewer, Right.RUN_WAITING_ROOMS, opening.session_id)
        room = await work.waiting_rooms.open(opening)
        rate = {"admitPerMinute": opening.per_minute}
        await work.audit.note(viewer, AuditAction.WAITING_ROOM_OPENED, Subject("session", session.id), organizer_id, rate)
    services.topics.announce(Topic(Kind.QUEUE, opening.session_id))
    return room


def new_seed() -> str:
    return secrets.token_hex(32)


async def close_waiting_room(services: Services, viewer: Viewer, session_id: SessionId) -> NoQueue:
    """Raises `NotAllowed` for who runs no waiting rooms, `NotFound`."""
    async with services.transaction() as work:
        session, organizer_id = await session_within(work, viewer, Right.RUN_WAITING_ROOMS, session_id)
        if await work.waiting_rooms.close(session_id):
            await work.audit.note(viewer, AuditAction.WAITING_ROOM_CLOSED, Subject("session", session.id), organizer_id)
    services.topics.announce(Topic(Kind.QUEUE, session_id))
    return NoQueue(session_id)


async def join_queue(services: Services, viewer: Viewer, session_id: SessionId) -> Position:
    """Raises `NotFound`, `ServerBusy`."""
    place = await services.queue.join(session_id, viewer.user_id)
    if place is None:
        return await _no_queue(services, session_id)
    room = await _present_room(services, session_id)
    if room is None:
        return NoQueue(session_id)
    # Closed and opened anew in between.
    return position(room, place) if room.id == place.room_id else await join_queue(services, viewer, session_id)


async def queue_position(services: Services, viewer: Viewer, session_id: SessionId) -> Position:
    """Raises `NotFound`, `ServerBusy`."""
    room = await _present_room(services, session_id)
    if room is None:
        return await _no_queue(services, session_id)
    return position(room, await _place_in(services, room, viewer))


async def watch_position(services: Services, viewer: Viewer, session_id: SessionId) -> AsyncGenerator[Position, None]:
    """Ends with what waiting does not change: admitted, missed, not joined, closed. Raises `NotFound`."""
    last: Position | None = None
    place: Place | None = None
    async with aclosing(_room_of(services, session_id)) as rooms:
        async for room in rooms:
            if room is None:
                yield await _no_queue(services, session_id)
                return
            if place is None or place.room_id != room.id:
                place = await _place_in(services, room, viewer)
            elif place.number is None and room.drawn:
                place = await _drawn(services, place)
            now = position(room, place)
            if worth_telling(last, now):
                last = now
                yield now
            if not leads_on(now):
                return


async def rooms_of_sessions(services: Services, ids: Collection[SessionId]) -> Mapping[SessionId, WaitingRoom]:
    async with services.reading() as work:
        return await work.waiting_rooms.by_sessions(ids)


async def drawn_places(services: Services, room: WaitingRoom, after: int, first: int) -> Sequence[Place]:
    """In the order of the numbers they drew. Raises `InvalidInput`."""
    if not 1 <= first <= MOST_DRAWN:
        raise InvalidInput(("first",), f"first is between 1 and {MOST_DRAWN}.")
    async with services.reading() as work:
        return await work.waiting_rooms.drawn(room.id, after, first)


def showing(services: Services, command: T, token: str | None) -> T:
    """The command with the place that the token is of. Whether that counts is decided with the command, under its row lock."""
    if token is None or not isinstance(command, LockTickets | ChangeHold | Selection):
        return command
    return replace(command, place=services.queue_tokens.read(token))


async def _no_queue(services: Services, session_id: SessionId) -> NoQueue:
    async with services.reading() as work:
        if not await work.sessions.by_ids([session_id]):
            raise NotFound
    return NoQueue(session_id)


def _room_of(services: Services, session_id: SessionId) -> AsyncGenerator[WaitingRoom | None, None]:
    return services.topics.watch(ROOMS, session_id)


async def _present_room(services: Services, session_id: SessionId) -> WaitingRoom | None:
    """Read once for all who ask at the same time."""
    async with aclosing(_room_of(services, session_id)) as rooms:
        return await anext(rooms)


async def _place_in(services: Services, room: WaitingRoom, viewer: Viewer) -> Place | None:
    async with services.reading() as work:
        return await work.waiting_rooms.place_of(room.id, viewer.user_id)


async def _drawn(services: Services, place: Place) -> Place | None:
    """With its number. At the draw everybody who waits asks at once, and is answered in a few reads."""
    watched = services.topics.watch(PLACES, place.id)
    async with aclosing(watched) as places:
        return await anext(places)


async def _rooms(work: Transaction, ids: Collection[UUID]) -> Mapping[SessionId, WaitingRoom]:
    sessions = [SessionId(id) for id in ids]
    await work.waiting_rooms.draw(sessions)
    return await work.waiting_rooms.by_sessions(sessions)


async def _places(work: Transaction, ids: Collection[UUID]) -> Mapping[PlaceId, Place]:
    return await work.waiting_rooms.places([PlaceId(id) for id in ids])


def _same_room(one: WaitingRoom, other: WaitingRoom) -> bool:
    """Whatever the clock says, as long as nobody who waited comes nearer by it."""
    progress = one.waiting > 0 and one.admitted != other.admitted
    return not progress and replace(one, server_time=other.server_time) == other


ROOMS = Watchable(Kind.QUEUE, _rooms, same=_same_room, changes_in=lambda room: room.changes_in, pause=0.2)
PLACES = Watchable(Kind.PLACE, _places)
