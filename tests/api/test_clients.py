"""The clients that frontends use, as they come from their makers: each runs a query, a mutation and a subscription."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.api.conftest import House

WEB = Path(__file__).parents[2] / "web"
CLIENTS = (
    ("graphql-ws",),
    ("graphql-sse",),
    ("urql",),
    ("urql", "fetch"),
    ("apollo",),
    ("apollo", "multipart"),
)


@pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules" / "@apollo").is_dir(), reason="needs Node, and `make check-web` once"
)
@pytest.mark.parametrize("client", CLIENTS, ids=" ".join)
async def test_a_client_runs_a_query_a_mutation_and_a_subscription(house: House, client: tuple[str, ...]) -> None:
    name, *way = client
    arguments = [house.url, house.fan.token or "", house.session_id, "A-4", *way]
    process = await asyncio.create_subprocess_exec(
        "node", f"tests/clients/{name}.mjs", *arguments, cwd=WEB, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    said = json.loads(out)
    assert said["before"].pop("version") == 0
    assert said["before"]["available"] == 25
    assert (said["lock"]["__typename"], said["lock"]["seats"]) == ("Hold", ["A-4"])
    first, second = said["messages"]
    assert (first["__typename"], first["version"], first["seats"]) == ("AvailabilitySnapshot", 0, [])
    # Apollo asks for the type of everything.
    for group in second["changes"]:
        group.pop("__typename", None)
    assert second == {
        "__typename": "AvailabilityDelta",
        "previousVersion": 0,
        "version": 1,
        "changes": [{"status": "HELD", "labels": ["A-4"]}],
    }
