"""GraphQL over HTTP, over a real socket."""

import asyncio

import httpx
import pytest
from starlette.types import Message

from tests.schema.serving.toy import FAN
from tests.schema.serving.wire import ToyServer

GRAPHQL_JSON = "application/graphql-response+json"
BOTH = f"{GRAPHQL_JSON}, application/json;q=0.9"
TWO_OPERATIONS = "query A { hello } query B { viewerId }"


async def ask(client: httpx.AsyncClient, query: object, accept: str = GRAPHQL_JSON, **more: object) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, **more}, headers={"Accept": accept})


def code(answer: httpx.Response) -> object:
    (error,) = answer.json()["errors"]
    return error["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,*/*;q=0.8", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/event-stream", "application/json"),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (BOTH, GRAPHQL_JSON),
        (f"application/json, {GRAPHQL_JSON}", GRAPHQL_JSON),
        (f"application/json, {GRAPHQL_JSON};q=0.5", "application/json"),
        (f"{GRAPHQL_JSON};q=0, */*;q=0.1", "application/json"),
        (f"{GRAPHQL_JSON};q=x", "application/json"),
    ],
)
async def test_the_client_chooses_the_media_type(client: httpx.AsyncClient, accept: str, media_type: str) -> None:
    answer = await ask(client, "{ hello }", accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{media_type}; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{ hello", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: String!) { hello(name: $n) }", {"n": [1]}, "BAD_USER_INPUT"),
        ("query ($n: String!) { hello(name: $n) }", None, "BAD_USER_INPUT"),
        (TWO_OPERATIONS, None, "OPERATION_RESOLUTION_FAILURE"),
        ("fragment F on Query { hello }", None, "OPERATION_RESOLUTION_FAILURE"),
    ],
)
async def test_a_request_error_has_a_code_and_no_data(
    client: httpx.AsyncClient, query: str, variables: object, expected: str
) -> None:
    for accept, status in ((GRAPHQL_JSON, 400), ("application/json", 200)):
        answer = await ask(client, query, accept, variables=variables)
        assert (answer.status_code, list(answer.json()), code(answer)) == (status, ["errors"], expected)


async def test_an_operation_is_chosen_by_its_name(client: httpx.AsyncClient) -> None:
    assert (await ask(client, TWO_OPERATIONS, operationName="B")).json() == {"data": {"viewerId": None}}
    unknown = await ask(client, TWO_OPERATIONS, operationName="C")
    assert (unknown.status_code, code(unknown)) == (400, "OPERATION_RESOLUTION_FAILURE")
    assert unknown.json()["errors"][0]["message"] == 'Unknown operation named "C".'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'"{ hello }"',
        b"1",
        b"null",
        b"true",
        b'[{"query": "{ hello }"}]',
        b"{",
        b'{"query": "{ hello }\xff"}',
        b'{"query": "\\ud800"}',
        b"[" * 50_000,
        b'{"a":' * 15_000 + b"1" + b"}" * 15_000,
        b"1" * 100_000,
        b'{"query": "{ hello }", "variables": {"n": ' + b"1" * 99_000 + b"}}",
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": 1}',
        b'{"query": "{ hello }", "variables": []}',
        b'{"query": "{ hello }", "variables": "{}"}',
        b'{"query": "{ hello }", "operationName": 1}',
        b'{"query": "{ hello }", "extensions": []}',
    ],
)
async def test_a_malformed_body_is_a_bad_request_in_json(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json; charset=utf-8")
    assert code(answer) == "BAD_REQUEST"


async def test_a_batch_is_told_to_come_one_by_one(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=[{"query": "{ hello }"}])
    assert answer.json()["errors"][0]["message"] == "Batches are not served: send one operation per request."


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", ""],
)
async def test_s14_only_json_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    answer = await client.post("/graphql", content=b'{"query": "{ hello }"}', headers={"Content-Type": content_type})
    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_json_may_say_that_it_is_utf_8(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    answer = await client.post("/graphql", content=b'{"query": "{ hello }"}', headers=headers)
    assert answer.json() == {"data": {"hello": "hello world"}}


async def test_a_body_has_at_most_100_kb(client: httpx.AsyncClient) -> None:
    def body(size: int) -> bytes:
        return b'{"query": "{ hello }"}'.ljust(size)

    headers = {"Content-Type": "application/json"}
    assert (await client.post("/graphql", content=body(102_400), headers=headers)).status_code == 200
    answer = await client.post("/graphql", content=body(102_401), headers=headers)
    assert (answer.status_code, code(answer)) == (413, "CONTENT_TOO_LARGE")


async def test_a_query_string_has_at_most_16_kb(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "{ hello }" + " " * 16_384})
    assert (answer.status_code, code(answer)) == (414, "URI_TOO_LONG")


async def test_a_body_that_does_not_arrive_is_not_waited_for(server: ToyServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
    async with asyncio.timeout(5):
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"REQUEST_TIMEOUT"' in answer
    writer.close()


async def test_a_client_that_leaves_before_it_has_asked_is_no_error(server: ToyServer) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(b"content-type", b"application/json")]
    await server.endpoint({"type": "http", "method": "POST", "query_string": b"", "headers": headers}, receive, send)


async def test_get_is_for_queries_and_empty_parameters_are_absent_ones(client: httpx.AsyncClient) -> None:
    empty = {"query": "{ hello }", "variables": "", "extensions": "", "operationName": ""}
    assert (await client.get("/graphql", params=empty)).json() == {"data": {"hello": "hello world"}}
    given = {"query": "query A($n: String!) { hello(name: $n) }", "variables": '{"n": "you"}', "operationName": "A"}
    assert (await client.get("/graphql", params=given)).json() == {"data": {"hello": "hello you"}}
    for wrong in ({"variables": "{"}, {"variables": "[]"}, {"extensions": "1"}, {"query": ""}):
        answer = await client.get("/graphql", params={"query": "{ hello }", **wrong})
        assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


async def test_s14_a_mutation_by_get_is_refused_and_does_nothing(client: httpx.AsyncClient, server: ToyServer) -> None:
    blown = server.toys.blown
    answer = await client.get("/graphql", params={"query": "mutation { blow }"})
    assert (answer.status_code, answer.headers["allow"], code(answer)) == (405, "POST", "METHOD_NOT_ALLOWED")
    assert server.toys.blown == blown
    assert (await ask(client, "mutation { blow }")).json() == {"data": {"blow": blown + 1}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_told_which_there_are(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"], code(answer)) == (405, "GET, POST", "METHOD_NOT_ALLOWED")


async def test_a_subscription_by_post_is_sent_to_the_websocket(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "subscription { count(to: 1) }", "application/json")
    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")
    assert answer.json()["errors"][0]["message"].endswith(
        "over a websocket with the subprotocol graphql-transport-ws, or to clients that prefer it as text/event-stream."
    )


async def test_a_bearer_token_says_who_asks_and_a_bad_one_is_no_anonymous_request(client: httpx.AsyncClient) -> None:
    async def asked_by(authorization: str) -> httpx.Response:
        return await client.post("/graphql", json={"query": "{ viewerId }"}, headers={"Authorization": authorization})

    assert (await asked_by("bearer good")).json() == {"data": {"viewerId": str(FAN)}}
    for bad in ("Bearer bad", "Bearer", "Basic good", "good"):
        answer = await asked_by(bad)
        assert (answer.status_code, answer.headers["www-authenticate"], code(answer)) == (401, "Bearer", "UNAUTHENTICATED")
        assert list(answer.json()) == ["errors"]


async def test_an_operation_that_takes_too_long_is_ended(client: httpx.AsyncClient) -> None:
    for accept, status in ((GRAPHQL_JSON, 503), ("application/json", 200)):
        answer = await ask(client, "{ slow }", accept)
        assert (answer.status_code, list(answer.json()), code(answer)) == (status, ["errors"], "TIMEOUT")
    own = (await ask(client, "{ impatient }")).json()
    assert (own["data"], own["errors"][0]["extensions"]["code"]) == ({"impatient": None}, "INTERNAL")
