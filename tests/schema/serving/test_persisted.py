"""Documents by their hash, and servers that take only those they know."""

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import orjson
import pytest

from schema.serving.insiders import Introspection
from schema.serving.persisted import Allowed, DocumentRefused, PersistedDocuments
from schema.serving.requests import Asked
from schema.serving.shell import Shell
from tests.schema.serving.wire import ToyServer, toy_server, wire

HELLO = "query Hello { hello }"
ITEM = "{ item { id } }"
COUNT = "subscription { count(to: 1) }"
BLOW = "mutation { blow }"
LISTED = {"hello": HELLO, "count": COUNT, "blow": BLOW}
GRAPHQL_JSON = "application/graphql-response+json"
NOT_FOUND = {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
NOT_TRUSTED = {
    "message": "Only documents that are listed by this server may be sent.",
    "extensions": {"code": "DOCUMENT_NOT_TRUSTED"},
}


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def by_hash(hash: str, version: int = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": hash}}


@pytest.fixture(scope="module")
async def trusting() -> AsyncIterator[ToyServer]:
    """Takes what is listed, and from staff whatever they ask."""
    async with toy_server(shell=Shell(Allowed(LISTED, only=True), Introspection.STAFF)) as server:
        yield server


@pytest.fixture(scope="module")
async def asking(trusting: ToyServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{trusting.port}", timeout=5) as client:
        yield client


async def ask(client: httpx.AsyncClient, token: str | None = None, /, **body: object) -> httpx.Response:
    headers = {"Accept": GRAPHQL_JSON, **({"Authorization": f"Bearer {token}"} if token else {})}
    return await client.post("/graphql", json=body, headers=headers)


async def test_a_document_is_sent_once_and_then_named_by_its_hash(client: httpx.AsyncClient) -> None:
    query = "query Once { hello }"
    named = {"extensions": by_hash(hashed(query))}
    for accept, status in ((GRAPHQL_JSON, 400), ("application/json", 200)):
        unknown = await client.post("/graphql", json=named, headers={"Accept": accept})
        assert (unknown.status_code, unknown.json()) == (status, {"errors": [NOT_FOUND]})
    assert (await ask(client, query=query, **named)).json() == {"data": {"hello": "hello world"}}
    assert (await ask(client, **named)).json() == {"data": {"hello": "hello world"}}
    parameters = {"extensions": orjson.dumps(by_hash(hashed(query))).decode()}
    assert (await client.get("/graphql", params=parameters)).json() == {"data": {"hello": "hello world"}}


async def test_a_mutation_that_is_named_by_get_is_refused_and_does_nothing(client: httpx.AsyncClient, server: ToyServer) -> None:
    named = by_hash(hashed(BLOW))
    blown = server.toys.blown
    assert (await ask(client, query=BLOW, extensions=named)).json() == {"data": {"blow": blown + 1}}
    answer = await client.get("/graphql", params={"extensions": orjson.dumps(named).decode()})
    assert (answer.status_code, server.toys.blown) == (405, blown + 1)


@pytest.mark.parametrize(
    ("persisted", "code"),
    [
        ({"version": 1, "sha256Hash": "0" * 64}, "PERSISTED_QUERY_HASH_MISMATCH"),
        ({"version": 1, "sha256Hash": hashed(HELLO).upper()}, "BAD_REQUEST"),
        ({"version": 1, "sha256Hash": 7}, "BAD_REQUEST"),
        ({"version": 1}, "BAD_REQUEST"),
        ({"version": 2, "sha256Hash": hashed(HELLO)}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ("x", "PERSISTED_QUERY_NOT_SUPPORTED"),
    ],
)
async def test_what_is_no_hash_of_the_text_is_refused_and_not_kept(
    client: httpx.AsyncClient, server: ToyServer, persisted: object, code: str
) -> None:
    kept = len(server.endpoint.live.persisted)
    answer = await ask(client, query=HELLO, extensions={"persistedQuery": persisted})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]) == (400, {"code": code})
    assert len(server.endpoint.live.persisted) == kept


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": 7},
        {"documentId": ""},
        {"documentId": "hello", "query": HELLO},
        {"query": "", "extensions": by_hash(hashed(HELLO))},
        {"extensions": {"persistedQuery": None}, "query": 1},
    ],
)
async def test_a_request_that_names_no_document_or_two_is_malformed(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    answer = await ask(client, **body)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]) == (400, {"code": "BAD_REQUEST"})


def test_the_longest_unused_text_makes_room_and_trusted_ones_stay() -> None:
    texts = [f"{{ a{number}: hello }}" for number in range(4)]

    def named(text: str, query: str = "") -> Asked:
        return Asked(query, None, None, by_hash(hashed(text)))

    for documents in (
        PersistedDocuments(Allowed(LISTED), kept=3),
        PersistedDocuments(Allowed(LISTED), kept_characters=3 * len(texts[0])),
    ):
        for text in texts[:3]:
            documents.written(named(text, text), None)
        documents.written(named(texts[0]), None)
        documents.written(named(texts[3], texts[3]), None)
        assert len(documents) == 3
        for text in (texts[0], texts[2], texts[3], HELLO):
            assert documents.written(named(text), None).query == text
        with pytest.raises(DocumentRefused, match="PersistedQueryNotFound"):
            documents.written(named(texts[1]), None)


async def test_only_listed_documents_are_served_by_id_hash_or_text(asking: httpx.AsyncClient) -> None:
    for asked in (
        {"query": HELLO},
        {"documentId": "hello"},
        {"documentId": f"sha256:{hashed(HELLO)}"},
        {"extensions": by_hash(hashed(HELLO))},
        {"query": HELLO, "extensions": by_hash(hashed(HELLO))},
    ):
        for token in (None, "good"):
            answer = await ask(asking, token, **asked)
            assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "hello world"}})


async def test_an_unlisted_document_is_refused_and_does_nothing(asking: httpx.AsyncClient, trusting: ToyServer) -> None:
    blown = trusting.toys.blown
    for unlisted in ("mutation Mine { blow }", ITEM, HELLO + " "):
        for more in ({}, {"extensions": by_hash(hashed(unlisted))}):
            for token in (None, "good"):
                answer = await ask(asking, token, query=unlisted, **more)
                assert (answer.status_code, answer.json()) == (403, {"errors": [NOT_TRUSTED]})
    by_get = await asking.get("/graphql", params={"query": ITEM}, headers={"Accept": "application/json"})
    assert (by_get.status_code, by_get.json()) == (200, {"errors": [NOT_TRUSTED]})
    assert trusting.toys.blown == blown


async def test_what_staff_have_sent_is_theirs_alone(asking: httpx.AsyncClient) -> None:
    named = {"extensions": by_hash(hashed(ITEM))}
    assert (await ask(asking, "staff", query=ITEM, **named)).json() == {"data": {"item": {"id": 1}}}
    assert (await ask(asking, "staff", **named)).json() == {"data": {"item": {"id": 1}}}
    assert (await ask(asking, "good", **named)).json() == {"errors": [NOT_FOUND]}


async def test_a_websocket_names_documents_in_the_same_ways(server: ToyServer) -> None:
    hello = {"data": {"hello": "hello world"}}
    query = "query Socket { hello }"
    async with wire(server) as client:
        await client.start()

        async def asked(id: str, **payload: object) -> list[object]:
            await client.say({"type": "subscribe", "id": id, "payload": payload})
            heard = [await client.hear()]
            if heard[0] != {"id": id, "type": "error", "payload": [NOT_FOUND]}:
                heard.append(await client.hear())
            return heard

        assert await asked("1", extensions=by_hash(hashed(query))) == [{"id": "1", "type": "error", "payload": [NOT_FOUND]}]
        for more in ({"query": query}, {}):
            assert await asked("1", extensions=by_hash(hashed(query)), **more) == [
                {"id": "1", "type": "next", "payload": hello},
                {"id": "1", "type": "complete"},
            ]
        assert await asked("2", documentId="nothing") == [{"id": "2", "type": "error", "payload": [NOT_FOUND]}]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"query": None},
        {"documentId": 1},
        {"query": 1, "documentId": "hello"},
        {"extensions": {}},
        {"query": 1, "extensions": by_hash("x")},
    ],
)
async def test_a_socket_that_names_no_document_is_closed(server: ToyServer, payload: object) -> None:
    async with wire(server) as client:
        await client.start()
        await client.say({"type": "subscribe", "id": "1", "payload": payload})
        assert await client.closed() == (4400, "Not a message of graphql-transport-ws")


async def test_a_websocket_serves_only_listed_documents_too(trusting: ToyServer) -> None:
    async with wire(trusting) as client:
        await client.start()
        await client.ask("1", "subscription Mine { count(to: 1) }")
        assert await client.hear() == {"id": "1", "type": "error", "payload": [NOT_TRUSTED]}
        await client.say({"type": "subscribe", "id": "1", "payload": {"documentId": "count"}})
        assert await client.hear() == {"id": "1", "type": "next", "payload": {"data": {"count": 0}}}
        assert await client.hear() == {"id": "1", "type": "complete"}
    async with wire(trusting) as client:
        await client.start({"authorization": "Bearer staff"})
        await client.ask("1", "subscription Mine { count(to: 1) }")
        assert await client.hear() == {"id": "1", "type": "next", "payload": {"data": {"count": 0}}}
