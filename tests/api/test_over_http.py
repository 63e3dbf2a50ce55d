"""GraphQL over HTTP, as the audits of the specification's reference implementation see it."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.api.conftest import House

WEB = Path(__file__).parents[2] / "web"
AUDITS = WEB / "node_modules" / "graphql-http"


@pytest.mark.skipif(not AUDITS.is_dir() or shutil.which("node") is None, reason="needs Node, and `make check-web` once")
async def test_every_audit_of_graphql_over_http_is_passed(house: House) -> None:
    process = await asyncio.create_subprocess_exec(
        "node", "tests/clients/audit.mjs", house.url, cwd=WEB, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    results = json.loads(out)
    assert len(results) > 50
    assert [result for result in results if result[2] != "ok"] == []
