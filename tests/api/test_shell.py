"""How a whole Usher faces the public."""

from dataclasses import replace
from pathlib import Path

import httpx
import orjson

from domain.viewers import Role
from resolvers.gateways.manifests import trusted_documents
from tests.api.conftest import House, add_user
from tests.api.documents import LOCK

SCHEMA = "{ __schema { queryType { name } } }"
MINE = "query Mine { events(first: 1) { nodes { title } } }"


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
