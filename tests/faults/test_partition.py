"""A crowd whose network goes away without a word: in a network namespace, its cable is pulled and never put back."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from main import build_app, plugged
from resolvers.gateways.settings import Settings
from schema.serving.listening import Server, bound_socket, listen, server_for
from tests.api.conftest import House, in_background, open_house
from tests.api.documents import LOCK

CROWD = 200
# Several runs on one machine do not meet.
HERE = f"10.203.{os.getpid() % 250}"
FIRST, LAST = f"{HERE}.1", f"{HERE}.2"
SPACE, NEAR, FAR = f"usher-{os.getpid()}", f"near{os.getpid()}", f"far{os.getpid()}"


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def possible() -> bool:
    """Needs root, iproute2, and a kernel and a container that allow it."""
    if os.geteuid() or not shutil.which("ip"):
        return False
    made = subprocess.run(["ip", "netns", "add", f"{SPACE}-try"], capture_output=True).returncode == 0
    subprocess.run(["ip", "netns", "del", f"{SPACE}-try"], capture_output=True)
    return made


pytestmark = pytest.mark.skipif(not possible(), reason="network namespaces need root")


@pytest.fixture
def cable() -> Iterator[None]:
    """Between this namespace and the crowd's."""
    ip("netns", "add", SPACE)
    try:
        ip("link", "add", NEAR, "type", "veth", "peer", "name", FAR, "netns", SPACE)
        ip("addr", "add", f"{FIRST}/30", "dev", NEAR)
        ip("link", "set", NEAR, "up")
        ip("-n", SPACE, "addr", "add", f"{LAST}/30", "dev", FAR)
        ip("-n", SPACE, "link", "set", FAR, "up")
        yield
    finally:
        subprocess.run(["ip", "link", "del", NEAR], capture_output=True)
        ip("netns", "del", SPACE)


def pull() -> None:
    ip("-n", SPACE, "link", "set", FAR, "down")


@asynccontextmanager
async def crowd_at(house: House, ping_seconds: float) -> AsyncIterator[Server]:
    """A server for those beyond the cable, who all watch."""
    settings = Settings.of({"DATABASE_URL": house.database_url, "USHER_MODE": "demo", "USHER_DATA_DIR": str(house.folder)})
    with closing(bound_socket(FIRST, 0)) as bound:
        listen(bound)
        async with plugged(settings, house.database_url) as usher:
            server = server_for(build_app(usher, settings), on_started=lambda: None)
            server.config.ws_ping_interval = server.config.ws_ping_timeout = ping_seconds
            async with in_background(server, bound):
                url = "http://{}:{}".format(*bound.getsockname()[:2])
                arguments = [sys.executable, "-m", "tests.faults.crowd", url, house.session_id, str(CROWD)]
                crowd = await asyncio.create_subprocess_exec(
                    "ip", "netns", "exec", SPACE, *arguments, stdout=asyncio.subprocess.PIPE
                )
                try:
                    assert crowd.stdout is not None
                    async with asyncio.timeout(30):
                        assert await crowd.stdout.readline() == b"watching\n"
                    yield server
                finally:
                    crowd.kill()
                    await crowd.wait()


async def everybody_gone(server: Server, within: float) -> None:
    async with asyncio.timeout(within):
        while server.server_state.connections:
            await asyncio.sleep(0.05)


async def test_f10_watchers_of_a_lively_session_are_let_go(
    database_url: str, tmp_path: Path, cable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they are sent is not acknowledged any more: the kernel gives up, after 20 seconds in earnest."""
    monkeypatch.setattr("schema.serving.listening.UNREAD_MS", 3_000)
    async with open_house(database_url, tmp_path) as house, crowd_at(house, ping_seconds=600) as server:
        assert len(server.server_state.connections) == CROWD
        pull()
        for number in range(1, 4):
            await house.fan.ask(LOCK, house.lock(f"A-{number}"))
        await everybody_gone(server, within=10)


async def test_f10_watchers_of_a_quiet_session_are_let_go(
    database_url: str, tmp_path: Path, cable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent to them but pings, which are not answered any more: every 20 seconds in earnest."""
    monkeypatch.setattr("schema.serving.listening.UNREAD_MS", 600_000)
    async with open_house(database_url, tmp_path) as house, crowd_at(house, ping_seconds=1) as server:
        assert len(server.server_state.connections) == CROWD
        pull()
        await everybody_gone(server, within=10)
