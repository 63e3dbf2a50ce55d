"""Loading the demo: its accounts, its programme and its first buyers, through the use cases that the API has."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from random import Random

from domain.answers import Once
from domain.errors import DomainError
from domain.events import Session, TicketType
from domain.holds import Admissions, LockTickets
from domain.ids import UserId, new_id
from domain.organizers import Post
from domain.repositories import PageRequest
from domain.seats import SeatMap
from domain.viewers import User, Viewer
from resolvers.demo.accounts import ACCOUNTS, PASSWORD, DemoAccount
from resolvers.demo.buyers import buyers
from resolvers.demo.crowds import half_sold
from resolvers.demo.programme import Programme, programme
from resolvers.events import put_on
from resolvers.orders import LOCKING, buy_tickets
from resolvers.seats import keep_seat_map
from resolvers.services import Services

ORGANIZER = ("usher-demo", "Usher Demo Stages")
OPERATION = "seedDemo"
GUESTS = 300
PATIENT_BUYERS = 16
# What the first sessions of each event have sold; later ones are still empty.
SHARES = (0.55, 0.3, 0.12)
CROWDED_SESSIONS = 8


async def seed_demo(services: Services) -> None:
    """Once: a database that has the demo is left as it is, one that was interrupted is completed."""
    admin = await open_accounts(services)
    begun, done = (Once(admin, OPERATION, step, b"") for step in ("begun", "done"))
    async with services.transaction() as work:
        if await work.answers.find(done):
            return
        first = await work.answers.first(begun)
        day = date.fromisoformat(str(first["day"])) if first else (await work.now()).date()
        await work.answers.keep(begun, {"day": day.isoformat()})
    demo = programme(day)
    for room in demo.rooms.values():
        await keep_seat_map(services, room)
    for event in demo.events:
        await put_on(services, ORGANIZER, event)
    await _sell(services, demo)
    async with services.transaction() as work:
        await work.answers.first(done)
        await work.answers.keep(done, {"day": day.isoformat()})


async def open_accounts(services: Services) -> UserId:
    """The admin's id, when everybody is there."""
    ids = [await _account(services, account) for account in ACCOUNTS]
    async with services.transaction() as work:
        organizer_id = await work.events.organizer(*ORGANIZER)
        for user_id, account in zip(ids, ACCOUNTS, strict=True):
            if account.member is not None:
                await work.organizers.join(organizer_id, user_id, Post(account.member))
    return ids[-1]


async def _account(services: Services, account: DemoAccount) -> UserId:
    async with services.transaction() as work:
        if known := await work.users.by_email(account.email):
            return known.id
    password_hash = await services.passwords.hash(PASSWORD)
    user = User(UserId(new_id()), account.email, account.roles, password_hash, account.birth_date, verified=True)
    async with services.transaction() as work:
        await work.users.add(user)
    return user.id


async def _sell(services: Services, demo: Programme) -> None:
    """Parties buy side by side, a few at a time; under their keys, so that nobody buys twice when this is done again."""
    guests = await buyers(services, [f"guest-{number:03}@example.com" for number in range(GUESTS)])
    turns = asyncio.Semaphore(PATIENT_BUYERS)

    async def buy(guest: Viewer, wanted: LockTickets, once: Once) -> None:
        async with turns:
            try:
                await buy_tickets(services, guest, wanted, "sandbox-ok", once)
            except DomainError:
                # Begun, or not open yet: then it has no buyers.
                return

    async for session, share in _crowded(services, demo):
        wishes = await _wishes(services, session, share, demo.rooms)
        async with asyncio.TaskGroup() as crowd:
            for at, (guest, (seats, places)) in enumerate(zip(guests, wishes, strict=False)):
                once = Once(guest.user_id, "buyTickets", f"demo-{session.id}-{at}", b"")
                wanted = LockTickets(session.id, guest.user_id, seats, places, replace(once, operation=LOCKING))
                crowd.create_task(buy(guest, wanted, once))


async def _crowded(services: Services, demo: Programme) -> AsyncIterator[tuple[Session, float]]:
    """The first sessions of each event, with the share of their tickets that is sold."""
    for event in demo.events[:: max(1, len(demo.events) // CROWDED_SESSIONS)]:
        async with services.transaction() as work:
            found = await work.events.by_slug(event.slug)
            sessions = (await work.sessions.page_of(found.id, PageRequest(len(SHARES)))).items if found else ()
        for session, share in zip(sessions, SHARES, strict=False):
            yield session, share


Wish = tuple[tuple[str, ...], tuple[Admissions, ...]]


async def _wishes(services: Services, session: Session, share: float, rooms: Mapping[str, SeatMap]) -> Sequence[Wish]:
    if session.seat_map_hash is not None:
        return [(party, ()) for party in half_sold(rooms[session.seat_map_hash], share, seed=str(session.starts_at))]
    async with services.transaction() as work:
        types = (await work.sessions.ticket_types_of([session.id]))[session.id]
    return list(islice(_places(types, share, Random(str(session.starts_at))), GUESTS))


def _places(types: Sequence[TicketType], share: float, chance: Random) -> Iterator[Wish]:
    """Groups of 1 to 5, until the share is sold."""
    for one in types:
        left = round(one.capacity * share)
        while left > 0:
            quantity = min(chance.randint(1, 5), left)
            left -= quantity
            yield (), (Admissions(one.id, quantity),)
