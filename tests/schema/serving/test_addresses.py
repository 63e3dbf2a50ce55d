"""Where a caller is, as limits count it: nobody makes himself another by what he writes into headers."""

import asyncio

import httpx
import pytest

from schema.serving.capacity import address_of
from tests.schema.serving.wire import ToyServer, toy_server, wire

SPOOFS = ("203.0.113.9", "unknown", "", "127.0.0.1, 203.0.113.9", "' OR 1=1", "[::1", "203.0.113.9:99999999", "1" * 4_000)


async def addresses(server: ToyServer, *headers: tuple[str, str]) -> str:
    """By which the caller of one request was counted."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
        answer = await client.post("/graphql", json={"query": "{ hello }"}, headers=list(headers))
    assert answer.status_code == 200
    return server.toys.contexts[-1].address


@pytest.mark.parametrize("spoof", SPOOFS)
async def test_s26_without_trusted_proxies_nothing_that_is_written_makes_another_address(server: ToyServer, spoof: str) -> None:
    assert await addresses(server, ("X-Forwarded-For", spoof), ("X-Real-IP", spoof), ("Forwarded", f"for={spoof}")) == "127.0.0.1"


async def test_s26_behind_a_trusted_proxy_only_what_the_proxy_itself_appended_counts() -> None:
    async with toy_server(trusted_proxies=("127.0.0.1", "10.0.0.0/8")) as server:
        for spoof in ("198.51.100.1", "127.0.0.1", "10.0.0.1, 198.51.100.1", "unknown", ""):
            assert await addresses(server, ("X-Forwarded-For", f"{spoof}, 203.0.113.7")) == "203.0.113.7"
        assert await addresses(server, ("X-Forwarded-For", "198.51.100.1, 203.0.113.7, 10.1.2.3")) == "203.0.113.7"
        assert await addresses(server, ("X-Forwarded-For", "198.51.100.1, 203.0.113.7:5123")) == "203.0.113.7"


async def test_s26_of_ten_forwarded_headers_the_last_untrusted_word_counts() -> None:
    async with toy_server(trusted_proxies=("127.0.0.1",)) as server:
        ten = [("X-Forwarded-For", f"198.51.100.{number}") for number in range(9)] + [("X-Forwarded-For", "203.0.113.7")]
        assert await addresses(server, *ten) == "203.0.113.7"


async def test_s26_a_peer_that_is_not_trusted_is_not_believed_although_there_are_proxies() -> None:
    async with toy_server(trusted_proxies=("192.0.2.1",)) as server:
        assert await addresses(server, ("X-Forwarded-For", "203.0.113.7")) == "127.0.0.1"


async def test_s26_a_household_with_a_whole_64_of_ipv6_is_one_address() -> None:
    async with toy_server(trusted_proxies=("127.0.0.1",)) as server:
        mine = {await addresses(server, ("X-Forwarded-For", f"2001:db8:1:2:{number:x}::{number:x}")) for number in range(20)}
        assert mine == {"2001:db8:1:2::"}
        assert await addresses(server, ("X-Forwarded-For", "2001:db8:1:3::1")) == "2001:db8:1:3::"
        assert await addresses(server, ("X-Forwarded-For", "::ffff:203.0.113.7")) == "203.0.113.7"


@pytest.mark.parametrize("host", ["evil.example/graphql", "evil.example:99", "a@evil.example", "127.0.0.1/../admin", "[::1]"])
async def test_s26_the_host_header_moves_nobody(server: ToyServer, host: str) -> None:
    body = b'{"query":"{ hello }"}'
    head = f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n"
    asked = len(server.toys.contexts)
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 200")
    assert [context.address for context in server.toys.contexts[asked:]] == ["127.0.0.1"]


async def test_s26_a_websocket_is_where_its_handshake_came_from(server: ToyServer) -> None:
    async with wire(server) as socket:
        await socket.start()
        asked = len(server.toys.contexts)
        await socket.ask("1", "{ hello }")
        assert await socket.hear() == {"id": "1", "type": "next", "payload": {"data": {"hello": "hello world"}}}
        assert [context.address for context in server.toys.contexts[asked:]] == ["127.0.0.1"]


def test_no_address_is_one_address() -> None:
    assert address_of(None) == ""
    assert address_of(("/run/usher.sock", 0)) == "/run/usher.sock"
