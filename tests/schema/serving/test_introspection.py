"""Who may ask what the schema is."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from schema.serving.insiders import Introspection
from schema.serving.shell import Shell
from tests.schema.serving.wire import ToyServer, toy_server, wire

SCHEMA = "{ __schema { queryType { name } } }"
KNOWN = {"__schema": {"queryType": {"name": "Query"}}}
IN_DISGUISE = [
    SCHEMA,
    '{ __type(name: "Query") { name } }',
    "{ a: __schema { queryType { name } } }",
    "{ ...F } fragment F on Query { __schema { queryType { name } } }",
    "{ ... { ... on Query { __schema { queryType { name } } } } }",
    "query A { hello } query B { __schema { queryType { name } } }",
]
HIDDEN = {
    "message": "This server does not say here what its schema is; the documentation does.",
    "extensions": {"code": "INTROSPECTION_OFF"},
}


@pytest.fixture(scope="module")
async def silent() -> AsyncIterator[ToyServer]:
    async with toy_server(shell=Shell(introspection=Introspection.STAFF)) as server:
        yield server


async def ask(server: ToyServer, query: str, token: str | None = None, **more: object) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=5) as client:
        answer = await client.post("/graphql", json={"query": query, **more}, headers=headers)
    read: dict[str, Any] = answer.json()
    return read


@pytest.mark.parametrize("query", IN_DISGUISE)
async def test_s29_the_schema_is_told_to_staff_only(silent: ToyServer, query: str) -> None:
    named = {"operationName": "B"} if "query B" in query else {}
    # Twice: the second time the document is known.
    for token in (None, "good", None, "good"):
        assert await ask(silent, query, token, **named) == {"errors": [HIDDEN]}
    assert "errors" not in await ask(silent, query, "staff", **named)
    assert await ask(silent, query, None, **named) == {"errors": [HIDDEN]}


async def test_s29_off_is_off_for_everybody_and_on_is_on(server: ToyServer) -> None:
    assert await ask(server, SCHEMA) == {"data": KNOWN}
    async with toy_server(shell=Shell(introspection=Introspection.OFF)) as off:
        for token in (None, "good", "staff"):
            assert await ask(off, SCHEMA, token) == {"errors": [HIDDEN]}


async def test_s29_a_websocket_tells_no_more(silent: ToyServer) -> None:
    for payload, told in ((None, False), ({"authorization": "Bearer staff"}, True)):
        async with wire(silent) as client:
            await client.start(payload)
            await client.ask("1", SCHEMA)
            message = {"type": "next", "payload": {"data": KNOWN}} if told else {"type": "error", "payload": [HIDDEN]}
            assert await client.hear() == {"id": "1", **message}


async def test_s29_the_name_of_an_objects_type_is_no_secret(silent: ToyServer) -> None:
    assert await ask(silent, "{ __typename item { __typename } }") == {
        "data": {"__typename": "Query", "item": {"__typename": "Item"}}
    }


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        ("{ helo }", {}, "Cannot query field 'helo' on type 'Query'."),
        ("{ hello(nam: 1) }", {}, "Unknown argument 'nam' on field 'Query.hello'."),
        ("query ($n: Strin) { hello(name: $n) }", {}, "Unknown type 'Strin'."),
    ],
)
async def test_s29_whoever_guesses_is_not_helped(
    silent: ToyServer, server: ToyServer, query: str, variables: dict[str, object], message: str
) -> None:
    (error,) = (await ask(silent, query, variables=variables))["errors"]
    assert error["message"] == message
    (helped,) = (await ask(server, query, variables=variables))["errors"]
    assert helped["message"].startswith(f"{message} Did you mean")
