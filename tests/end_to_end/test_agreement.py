"""Two windows and the database say the same, through random changes, a reload, a dropped line and a killed server."""

import asyncio
import random
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, Page, WebSocketRoute

from db.engine import make_engine
from db.unit_of_work import transactions
from domain.ids import UserId
from domain.viewers import Role, User
from resolvers.gateways.tokens import SignedAccessTokens
from tests.api.client import Client
from tests.api.documents import AVAILABILITY, BUY, LOCK, RELEASE
from tests.benchmarks.stock import buyers
from tests.builders import a_room, a_session, an_event, put_on
from tests.end_to_end.seat_map import LIVE, MAP, until
from tests.faults.test_killed import Shop

pytestmark = pytest.mark.browser

CHANGES = 500
CHECK_EVERY = 25
ROOM = a_room(rows=10, seats=20)
LABELS = [seat.label for section in ROOM.sections for row in section.rows for seat in row.seats]
SHOWN = f"""labels => {{ const map = {MAP}; if (!map?.shownVersion?.live) return null;
  const states = labels.map(label => [label, map.stateOf(label)]);
  return [map.shownVersion.version, Object.fromEntries(states.filter(([, state]) => state !== 'free'))]; }}"""


@dataclass
class Crowd:
    """Buyers who lock, give back and buy at random; every call makes one change."""

    clients: list[Client]
    session_id: str
    dice: random.Random
    holds: list[tuple[Client, str]] = field(default_factory=list)
    free: set[str] = field(default_factory=lambda: set(LABELS))

    async def change(self) -> None:
        roll = self.dice.random()
        if self.holds and (roll < 0.45 or len(self.free) < 4):
            client, hold = self.holds.pop(self.dice.randrange(len(self.holds)))
            if roll < 0.4:
                released = await client.ask(RELEASE, {"id": hold})
                self.free.update(released["seats"])
            else:
                await client.ask(BUY, {"input": {"holdId": hold, "paymentMethod": "sandbox-ok"}})
            return
        client = self.dice.choice(self.clients)
        seats = self.dice.sample(sorted(self.free), self.dice.randint(1, 3))
        hold = await client.ask(LOCK, {"input": {"sessionId": self.session_id, "seats": seats}})
        if hold["__typename"] == "Hold":
            self.holds.append((client, hold["id"]))
            self.free.difference_update(seats)


async def truth(client: Client, session_id: str) -> list[Any]:
    state = (await client.ask(AVAILABILITY, {"id": session_id}))["availability"]
    return [state["version"], {label: group["status"].lower() for group in state["seats"] for label in group["labels"]}]


async def agree(windows: list[Page], client: Client, session_id: str, seconds: float) -> None:
    """Within `seconds` of a change both windows show what the database says."""
    wanted = await truth(client, session_id)
    for page in windows:
        try:
            async with asyncio.timeout(seconds):
                while await page.evaluate(SHOWN, LABELS) != wanted:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            assert await page.evaluate(SHOWN, LABELS) == wanted


async def test_two_windows_agree_with_the_database_whatever_happens(browser: Browser, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    people = await buyers(connection, CHANGES)
    await connection.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        shop = Shop(database_url, probe.getsockname()[1])
    signer = SignedAccessTokens(shop.seed, "usher", timedelta(minutes=10))
    url = f"http://127.0.0.1:{shop.port}"
    await shop.open()
    try:
        async with httpx.AsyncClient(timeout=10) as http:
            session_id = await _put_on(database_url, Client(url, http))
            tokens = [signer.issue(User(UserId(one), "", frozenset({Role.ATTENDEE}), ""))[0] for one in people]
            crowd = Crowd([Client(url, http, token) for token in tokens], session_id, random.Random(3))
            lines: list[WebSocketRoute] = []
            windows = [await _window(browser, f"{url}/sessions/{session_id}", lines) for _ in range(2)]
            for done in range(1, CHANGES + 1):
                await crowd.change()
                if done % CHECK_EVERY:
                    continue
                await agree(windows, crowd.clients[0], session_id, seconds=1)
                if done == 150:
                    await windows[0].reload()
                    await until(windows[0], LIVE)
                elif done == 250:
                    for line in lines:
                        await line.close()
                    await crowd.change()
                    await agree(windows, crowd.clients[0], session_id, seconds=2)
                elif done == 350:
                    await shop.kill()
                    await until(windows[0], f"!{MAP}.shownVersion.live")
                    await shop.open()
                    await crowd.change()
                    # The longest wait between two tries to reconnect is five seconds.
                    await agree(windows, crowd.clients[0], session_id, seconds=8)
            for page in windows:
                await page.context.close()
    finally:
        await shop.kill()


async def _put_on(database_url: str, client: Client) -> str:
    engine = make_engine(database_url)
    event = await put_on(transactions(engine), an_event(a_session(ROOM, standing=0)), ROOM)
    await engine.dispose()
    found = await client.ask("query($slug: String) { event(slug: $slug) { sessions { nodes { id } } } }", {"slug": event.slug})
    return str(found["sessions"]["nodes"][0]["id"])


async def _window(browser: Browser, address: str, lines: list[WebSocketRoute]) -> Page:
    context = await browser.new_context()
    page = await context.new_page()

    def line(page_side: WebSocketRoute) -> None:
        lines.append(page_side)
        page_side.connect_to_server()

    await page.route_web_socket("**/graphql", line)
    await page.goto(address)
    await until(page, LIVE)
    return page
