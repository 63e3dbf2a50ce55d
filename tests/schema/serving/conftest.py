"""One server for all tests of serving."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.schema.serving.wire import ToyServer, toy_server


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[ToyServer]:
    async with toy_server() as server:
        yield server


@pytest.fixture(scope="session")
async def client(server: ToyServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=5) as client:
        yield client
