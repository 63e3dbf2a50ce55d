"""What clients are told of errors, and what the log is told."""

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.schema.serving.wire import ToyServer, wire

MASK = "Something went wrong on our side."


async def errors_of(client: httpx.AsyncClient, query: str) -> Any:
    return (await client.post("/graphql", json={"query": query})).json()["errors"]


@pytest.mark.parametrize(
    ("how", "message", "extensions"),
    [
        ("unauthenticated", "Sign in first: this needs a valid access token.", {"code": "UNAUTHENTICATED"}),
        ("input", "first is between 1 and 100.", {"code": "BAD_USER_INPUT", "path": ["first"]}),
        ("busy", "Too busy just now; try again in a moment.", {"code": "SERVER_BUSY", "retryAfterMs": 250}),
        ("meant", "That is meant.", {"code": "MEANT"}),
    ],
)
async def test_what_was_expected_says_why_and_is_not_logged(
    client: httpx.AsyncClient, server: ToyServer, how: str, message: str, extensions: object
) -> None:
    counted = server.schema.unexpected.count
    with capture_logs() as logs:
        (error,) = await errors_of(client, f'{{ fail(how: "{how}") }}')
    assert (error["message"], error["path"], error["extensions"]) == (message, ["fail"], extensions)
    assert (logs, server.schema.unexpected.count) == ([], counted)


@pytest.mark.parametrize("query", ['{ a: fail(how: "bug") }', "{ a: number(value: 0.5) }"])
async def test_s18_a_bug_is_masked_and_logged_under_the_id_that_the_client_has(
    client: httpx.AsyncClient, server: ToyServer, query: str
) -> None:
    counted = server.schema.unexpected.count
    with capture_logs() as logs:
        (error,) = await errors_of(client, query)
    (log,) = logs
    assert (error["message"], error["path"]) == (MASK, ["a"])
    assert error["extensions"] == {"code": "INTERNAL", "id": log["error_id"]}
    assert (log["event"], log["log_level"], log["path"]) == ("unexpected_error", "error", ["a"])
    assert isinstance(log["exc_info"], Exception)
    assert server.schema.unexpected.count == counted + 1


async def test_one_failure_that_many_fields_share_is_logged_once(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        errors = await errors_of(client, "{ items { nodes { broken } } }")
    assert [error["message"] for error in errors] == [MASK] * 3
    assert {error["extensions"]["id"] for error in errors} == {logs[0]["error_id"]}
    assert [str(log["exc_info"]) for log in logs] == ["connection to 10.0.0.7 lost"]


async def test_mistakes_of_clients_are_not_in_our_log(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as logs:
        for query in ("{ hello", "{ nothing }", "query ($n: Int!) { items(first: $n) { size } }"):
            await errors_of(client, query)
    assert (logs, [each.name for each in caplog.records if each.name.startswith("strawberry")]) == ([], [])


async def test_an_argument_that_turns_out_null_is_the_clients_mistake(client: httpx.AsyncClient) -> None:
    body = {"query": "query ($n: Int = 1) { items(first: $n) { size } }", "variables": {"n": None}}
    (error,) = (await client.post("/graphql", json=body)).json()["errors"]
    assert (error["path"], error["extensions"]) == (["items"], {"code": "BAD_USER_INPUT"})


async def test_a_document_gets_at_most_8_complaints_and_the_end_of_them(client: httpx.AsyncClient) -> None:
    errors = await errors_of(client, "{ " + " ".join(f"nothing{number}" for number in range(20)) + " }")
    assert len(errors) == 9
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}


async def test_s18_a_subscription_that_fails_is_masked_as_well(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.start()
        with capture_logs() as logs:
            await ws.ask("a", "subscription { crash(withNotFound: false) }")
            told: list[Any] = [await ws.hear() for _ in range(3)]
    (log,) = logs
    assert [each["type"] for each in told] == ["next", "next", "complete"]
    assert told[1]["payload"]["errors"] == [{"message": MASK, "extensions": {"code": "INTERNAL", "id": log["error_id"]}}]


async def test_a_subscription_may_say_that_there_is_nothing_to_watch(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.start()
        await ws.ask("a", "subscription { crash(withNotFound: true) }")
        told: list[Any] = [await ws.hear() for _ in range(3)]
    message = "There is no such thing, or it is not yours."
    assert told[1]["payload"]["errors"] == [{"message": message, "extensions": {"code": "NOT_FOUND"}}]


async def test_s18_a_bug_outside_of_the_resolvers_leaves_the_connection_alive(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.start()
        server.toys.contexts_fail = True
        with capture_logs() as logs:
            await ws.ask("a", "{ hello }")
            told: Any = await ws.hear()
        server.toys.contexts_fail = False
        error = {"message": MASK, "extensions": {"code": "INTERNAL", "id": logs[0]["error_id"]}}
        assert told == {"type": "error", "id": "a", "payload": [error]}
        await ws.ask("a", "{ hello }")
        assert await ws.hear() == {"type": "next", "id": "a", "payload": {"data": {"hello": "hello world"}}}
