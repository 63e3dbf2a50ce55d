"""Whatever one may ask over HTTP one may ask over a socket, and gets the same refusals."""

import pytest

from tests.schema.serving.test_websocket import error_of
from tests.schema.serving.wire import ToyServer, wire


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ " + " ".join(f"a{number}: hello" for number in range(31)) + " }", "TOO_MANY_ALIASES"),
        ("{ item " + "{ parts " * 12 + "{ id }" + " }" * 12 + " }", "DOCUMENT_TOO_DEEP"),
        ("{ " + "hello " * 251 + "}", "DOCUMENT_TOO_LARGE"),
        ("{ " + "hello " * 2_001 + "}", "GRAPHQL_PARSE_FAILED"),
        ("{ items(first: 1000000) { nodes { id } } }", "DOCUMENT_TOO_COSTLY"),
        ("subscription { seats { version " + "seats " * 251 + "} }", "DOCUMENT_TOO_LARGE"),
    ],
)
async def test_s13_operations_over_a_socket_have_the_same_limits(server: ToyServer, query: str, code: str) -> None:
    async with wire(server) as ws:
        await ws.start()
        await ws.ask("a", query)
        assert error_of(await ws.hear()) == ("error", "a", code)


async def test_a_mutation_over_a_socket_is_done_once(server: ToyServer) -> None:
    blown = server.toys.blown
    async with wire(server) as ws:
        await ws.start()
        await ws.ask("a", "mutation { blow }")
        assert [await ws.hear() for _ in range(2)] == [
            {"type": "next", "id": "a", "payload": {"data": {"blow": blown + 1}}},
            {"type": "complete", "id": "a"},
        ]


async def test_a_shared_subscription_is_refused_or_ends_as_any_other(server: ToyServer) -> None:
    async with wire(server) as ws:
        await ws.start()
        for shared, alone in (("seats(room: 2)", "mySeats(room: 2)"), ('seats(room: "x")', 'mySeats(room: "x")')):
            heard = []
            for field in (shared, f"seats: {alone}"):
                await ws.ask("a", f"subscription {{ {field} {{ version }} }}")
                message = await ws.hear()
                heard.append(message)
                if message["type"] == "next":  # type: ignore[index]  # it is an object
                    assert await ws.hear() == {"type": "complete", "id": "a"}
            assert heard[0] == heard[1] or error_of(heard[0]) == error_of(heard[1]) != (None, None, None)
