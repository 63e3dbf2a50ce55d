"""One Postgres for the whole run, migrated once; a database of its own for each test that asks for one."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import settings

from db.embedded import embedded_postgres
from db.migrating import migrate

TEMPLATE = "usher"

# How long an example takes says more of what else the machine does than of us.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: the faults last for minutes, and would be waited for in the end."""
    items.sort(key=lambda item: "faults" not in item.path.parts)


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[str]:
    """The URL of a server whose database `usher` is migrated and used as a template only."""
    with tempfile.TemporaryDirectory(prefix="usher-") as folder:
        # As root, Postgres runs as somebody else, who has to get there.
        Path(folder).chmod(0o711)
        async with embedded_postgres(Path(folder), durable=False) as server:
            await migrate(server.url)
            yield server.url


@pytest.fixture
async def database_url(postgres: str) -> AsyncIterator[str]:
    """A fresh migrated database, gone after the test whoever is still connected to it."""
    name = f"test_{uuid4().hex}"
    server = urlsplit(postgres)
    admin = await asyncpg.connect(server._replace(path="/postgres").geturl())
    try:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield server._replace(path=f"/{name}").geturl()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()
