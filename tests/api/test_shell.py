"""How a whole Usher faces the public."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import asyncpg
import httpx
import orjson
from structlog.testing import capture_logs

from domain.gateways import AccessTokens
from domain.viewers import Role, Viewer
from main import build_app
from resolvers.gateways.manifests import trusted_documents
from resolvers.gateways.settings import Settings
from tests.api.conftest import House, add_user
from tests.api.documents import LOCK
from tests.test_lifecycle import GOOD

SCHEMA = "{ __schema { queryType { name } } }"
PRODUCTION = {**GOOD, "USHER_MODE": "production"}
MINE = "query Mine { events(first: 1) { nodes { title } } }"


class BrokenTokens:
    def key_set(self) -> dict[str, object]:
        return {"keys": []}

    def read(self, token: str) -> Viewer | None:
        raise RuntimeError("connection to 10.0.0.7 lost")


def code(answer: dict[str, object]) -> object:
    errors = answer["errors"]
    assert isinstance(errors, list)
    return errors[0]["extensions"]["code"]


def text_of(operation: str) -> str:
    """As the pages send it."""
    return next(text for text in trusted_documents([]).values() if f" {operation}" in text.split("{")[0])


async def test_only_what_the_pages_ask_is_answered_where_documents_are_trusted(house: House, tmp_path: Path) -> None:
    listed = tmp_path / "mine.json"
    listed.write_bytes(orjson.dumps({"mine": MINE}))
    trusting = {"USHER_DOCUMENTS": "trusted", "USHER_TRUSTED_DOCUMENTS": str(listed)}
    async with house.twin("memory://", **trusting) as nobody, httpx.AsyncClient() as http:
        for text in (text_of("Events"), MINE):
            answer = await nobody.raw(text, {"first": 1, "count": True})
            assert answer.keys() == {"data"}, answer
        by_id = await http.post(f"{nobody.url}/graphql", json={"documentId": "mine"})
        assert by_id.json() == {"data": {"events": {"nodes": [{"title": "A Play"}]}}}
        fan = replace(house.fan, url=nobody.url)
        assert code(await fan.raw(LOCK, house.lock("A-1"))) == "DOCUMENT_NOT_TRUSTED"
        for path, status in (("/explorer", 404), ("/", 200)):
            assert (await http.get(f"{nobody.url}{path}")).status_code == status
    assert (await house.fan.ask(LOCK, house.lock("A-1")))["__typename"] == "Hold"


async def test_s29_where_it_is_for_staff_nobody_else_is_told_the_schema(house: House) -> None:
    await add_user(house.usher, "organizer@example.com", Role.ORGANIZER)
    organizer = await house.nobody.signed_in("organizer@example.com")
    async with house.twin("memory://", USHER_INTROSPECTION="staff") as nobody:
        for who in (nobody, house.fan, house.gate):
            assert code(await replace(who, url=nobody.url).raw(SCHEMA)) == "INTROSPECTION_OFF"
        assert (await replace(organizer, url=nobody.url).raw(SCHEMA)).keys() == {"data"}


async def test_s29_a_demo_tells_its_schema_to_everybody(house: House) -> None:
    assert await house.nobody.raw(SCHEMA) == {"data": {"__schema": {"queryType": {"name": "Query"}}}}


EVERYWHERE = ("content-security-policy", "x-content-type-options", "referrer-policy", "cache-control", "x-request-id")


async def test_s35_every_answer_has_the_headers_whatever_it_is(house: House) -> None:
    async with house.twin("memory://", **PRODUCTION) as nobody, httpx.AsyncClient(base_url=nobody.url) as http:
        json = {"Content-Type": "application/json"}
        answers = [
            (await http.post("/graphql", json={"query": "{ __typename }"}), 200),
            (await http.post("/graphql", content=b"{", headers=json), 400),
            (await http.post("/graphql", content=b" " * 200_000, headers=json), 413),
            (await http.post("/graphql", content=b"{}", headers={"Content-Type": "text/plain"}), 415),
            (await http.post("/graphql", json={"query": "{ a }"}, headers={"Authorization": "Bearer no"}), 401),
            (await http.get("/graphql", params={"query": "{ __typename }"}), 200),
            (await http.put("/graphql"), 405),
            (await http.post("/graphql/", json={"query": "{ __typename }"}), 404),
            (await http.get("/health/live"), 200),
            (await http.get("/health/ready"), 200),
            (await http.get("/layouts/none.json"), 404),
            (await http.post("/webhooks/payments", content=b"{}"), 400),
            (await http.get("/webhooks/payments"), 405),
            *[(await http.get(path, headers={"Accept": "text/html"}), 200) for path in ("/", "/basket", "/gate", "/widget.js")],
            (await http.get("/nothing"), 404),
            (await http.get("/metrics"), 404),
            (await http.get("/explorer"), 404),
        ]
    for answer, status in answers:
        assert (answer.status_code, [name for name in EVERYWHERE if name not in answer.headers]) == (status, []), answer.request.url
        assert answer.headers["strict-transport-security"] == "max-age=15768000"
        assert "server" not in answer.headers
        policy = answer.headers["content-security-policy"]
        assert ("unsafe-inline" in policy, "frame-ancestors 'none'" in policy) == (False, True)
        assert len(answer.headers.get_list("cache-control")) == 1


async def test_s18_a_broken_database_is_told_by_its_ids_only(house: House) -> None:
    connection = await asyncpg.connect(house.database_url)
    await connection.execute("ALTER TABLE event RENAME TO gone")
    await connection.close()
    with capture_logs() as logs:
        async with httpx.AsyncClient() as http:
            answer = await http.post(f"{house.url}/graphql", json={"query": "{ events { nodes { title } } }"})
    (error,) = answer.json()["errors"]
    (log,) = [line for line in logs if line["event"] == "unexpected_error"]
    assert error["message"] == "Something went wrong on our side."
    assert error["extensions"] == {"code": "INTERNAL", "id": log["error_id"], "requestId": answer.headers["x-request-id"]}
    assert [word for word in ("gone", 'event"', "SELECT", "asyncpg", "postgresql") if word in answer.text] == []


async def test_s18_a_bug_outside_of_graphql_is_told_by_the_request_id_only(house: House) -> None:
    async def ready() -> bool:
        raise RuntimeError("connection to 10.0.0.7 lost")

    services = replace(house.usher.services, access_tokens=cast(AccessTokens, BrokenTokens()))
    app = build_app(replace(house.usher, ready=ready, services=services), Settings.of({}))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://usher") as http:
        signed = {"Authorization": "Bearer some"}
        asked = await http.post("/graphql", json={"query": "{ __typename }"}, headers=signed)
        for answer in (asked, await http.get("/health/ready")):
            told = {"code": "INTERNAL", "requestId": answer.headers["x-request-id"]}
            assert (answer.status_code, answer.json()) == (
                500,
                {"errors": [{"message": "Something went wrong on our side.", "extensions": told}]},
            )
            assert answer.headers["x-content-type-options"] == "nosniff"
