"""What goes straight to the transport, and connections that do not read. Every seam of uvicorn that is used is used here."""

import asyncio
import gc
import tracemalloc
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import Operation
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from schema.serving.capacity import Capacity
from schema.serving.transports import HIGH_WATER, DirectSockets, PatientHttp, header
from schema.serving.websocket import Told, TransportWS
from tests.schema.serving.raw import RawSocket, raw_socket
from tests.schema.serving.wire import ToyServer, Wire, toy_server, wire

SEATS = "subscription { seats { previous version seats } }"
LONG = "x" * 8_000
IMPATIENT = Capacity(patience=timedelta(milliseconds=300))


def connections(server: ToyServer) -> list[DirectSockets]:
    return [each for each in server.server.server_state.connections if isinstance(each, DirectSockets)]


async def until_gone(server: ToyServer, left: int = 0) -> None:
    async with asyncio.timeout(10):
        while len(server.server.server_state.connections) > left or server.counted("sockets") > left:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 70_000])
def test_a_frame_is_written_as_the_library_would(length: int) -> None:
    assert header(length) + b"x" * length == Frame(Opcode.TEXT, b"x" * length).serialize(mask=False)


async def said_to(server: ToyServer) -> bytes:
    """All that a client is sent: two operations with awkward ids, one of them completed and begun again, changes of all sizes."""
    async with raw_socket(server) as client:
        await client.start()
        for times, id in enumerate(('"é\\\u2028', "b"), 1):
            await client.ask(id, SEATS)
            await client.read_until(b'"type":"next"', times)
        for number, label in enumerate(("A-1", "é" * 60, LONG, LONG * 9), 2):
            server.toys.change(label)
            await client.read_until(b'"type":"next"', 2 * number)
        await client.say({"type": "complete", "id": "b"})
        await client.ask("b", SEATS)
        await client.read_until(b'"type":"next"', 11)
        server.toys.change("A-2")
        await client.read_until(b'"type":"next"', 13)
        return client.received


async def test_the_direct_way_says_the_same_as_the_portable_one_to_the_byte() -> None:
    async with toy_server() as direct, toy_server(direct=False) as portable:
        said = await said_to(direct)
        # Which of the two operations hears of a change first is nobody's promise.
        assert sorted(said.split(b"\x81")) == sorted((await said_to(portable)).split(b"\x81"))
        assert len(said) > 160_000


async def test_a_shared_update_goes_straight_to_the_transport() -> None:
    async with toy_server() as server, raw_socket(server) as client:
        await client.start()
        [connection] = connections(server)
        assert (type(connection), connection.quiet) == (DirectSockets, True)
        await client.ask("a", SEATS)
        await client.read_until(b'"type":"next"')
        assert connection.quiet is False


async def test_an_operation_that_was_completed_is_told_nothing_though_its_id_is_in_use_again() -> None:
    async with toy_server() as server, wire(server) as ws:
        await ws.start()
        await ws.ask("a", "subscription { watch }")
        await ws.hear()
        handler = cast(TransportWS, Handler(connections(server)[0]))
        completed, running = an_operation(), an_operation()
        cast("asyncio.Task[None]", completed.task).cancel()
        assert Told(handler, completed).offer(b"{}") is False
        assert Told(handler, running).offer(b"{}") is True
        assert await ws.hear() == {"id": "a", "type": "next", "payload": {}}
        cast("asyncio.Task[None]", running.task).cancel()


@dataclass
class Handler:
    frames: DirectSockets


def an_operation() -> Operation[Any, None]:
    operation: Operation[Any, None] = Operation(cast(Any, None), "a", "", None, None)
    operation.task = asyncio.create_task(asyncio.Event().wait())
    return operation


async def test_what_a_socket_with_a_subscription_takes_stays_small() -> None:
    async with toy_server() as server, AsyncExitStack() as watchers:
        await watching(server, watchers, 20)
        tracemalloc.start()
        try:
            await watching(server, watchers, 80)
            gc.collect()
            serving = [tracemalloc.Filter(False, str(Path(__file__).parent / "*"))]
            taken = tracemalloc.take_snapshot().filter_traces(serving).statistics("filename")
        finally:
            tracemalloc.stop()
        # 29.8 KiB; with the objects of the handshake it was 31.5, with the variables as orjson's bytes 33.8.
        assert sum(each.size for each in taken) / 80 < 30.6 * 1024


async def watching(server: ToyServer, watchers: AsyncExitStack, count: int) -> None:
    for _ in range(count):
        client = await watchers.enter_async_context(raw_socket(server))
        await client.start()
        await client.ask("a", SEATS)
        await client.read_until(b'"type":"next"')


async def test_after_our_close_a_client_that_does_not_answer_it_is_told_nothing_more() -> None:
    async with toy_server() as server, raw_socket(server) as client:
        await client.start()
        await client.ask("a", SEATS)
        await client.read_until(b'"type":"next"')
        [connection] = connections(server)
        assert connection.offer(b"{}") is True
        await client.ask("a", SEATS)
        await client.read_until(b"already exists")
        assert (connection.transport.is_closing(), connection.offer(b"{}")) == (False, False)


async def test_what_waits_for_a_client_that_does_not_read_is_bounded_and_it_is_told_the_rest_in_one() -> None:
    async with toy_server() as server, raw_socket(server) as slow:
        await slow.start()
        await slow.ask("a", SEATS)
        await slow.read_until(b'"type":"next"')
        [connection] = connections(server)
        async with wire(server) as ws:
            await not_read(server, slow, connection, ws)


async def not_read(server: ToyServer, slow: RawSocket, connection: DirectSockets, ws: Wire) -> None:
    await ws.start()
    await ws.ask("b", SEATS)
    await ws.hear()
    waiting = []
    for number in range(1, 61):
        server.toys.change(f"{number % 3}{LONG}")
        await ws.hear()
        waiting.append(connection.transport.get_write_buffer_size())
    # Without the bound it would be the half of a megabyte that was said.
    assert HIGH_WATER - 3 * len(LONG) < max(waiting) <= HIGH_WATER + 3 * len(LONG)
    await slow.read_until(b'"version":60')
    assert slow.received.count(b'"type":"next"') < 61
    assert server.counted("cut_offs_total") == 0


async def test_who_does_not_read_is_cut_off_in_time_others_are_not_and_the_memory_comes_back() -> None:
    async with toy_server(capacity=IMPATIENT) as server, wire(server) as ws, AsyncExitStack() as idlers:
        await ws.start()
        await ws.ask("b", SEATS)
        await ws.hear()
        tracemalloc.start()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(100):
            idle = await idlers.enter_async_context(raw_socket(server))
            await idle.start()
            await idle.ask("a", SEATS)
        versions = 0
        async with asyncio.timeout(10):
            while server.counted("cut_offs_total") < 100:
                versions = server.toys.change(f"{versions % 3}{LONG}")
                await ws.hear()
                await asyncio.sleep(0.005)
        await until_gone(server, left=1)
        assert server.counted("cut_offs_total") == 100
        server.toys.log.deltas.clear()
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        # 100 sockets with their buffers would be 8 MB; what is learned and kept once is about one.
        assert kept < 3_000_000
        server.toys.change("A-1")
        await ws.hear()


@pytest.mark.parametrize("direct", [True, False])
async def test_who_does_not_read_what_is_not_shared_is_cut_off_too(direct: bool) -> None:
    async with toy_server(capacity=IMPATIENT, direct=direct) as server, raw_socket(server) as idle:
        server.toys.unwatched.clear()
        await idle.start()
        await idle.ask("a", "subscription { flood }" if direct else SEATS)
        versions = 0
        async with asyncio.timeout(10):
            while server.counted("cut_offs_total") < 1:
                if not direct:
                    versions = server.toys.change(f"{versions % 3}{LONG}")
                await asyncio.sleep(0.005)
        async with asyncio.timeout(10):
            while server.counted("subscriptions"):
                await asyncio.sleep(0.01)


async def test_a_request_whose_answer_is_not_read_is_let_go() -> None:
    async with toy_server(capacity=IMPATIENT) as server, raw_socket(server) as idle:
        query = "subscription { flood }"
        body = b'{"query": "%s"}' % query.encode()
        await idle.write(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        async with asyncio.timeout(5):
            await server.toys.unwatched.wait()
        await until_gone(server)
        assert server.counted("cut_offs_total") == 1


async def test_who_leaves_a_ping_unanswered_is_let_go_though_it_reads_nothing() -> None:
    async with toy_server() as server:
        server.server.config.ws_ping_interval = server.server.config.ws_ping_timeout = 0.05
        async with raw_socket(server) as idle:
            await idle.start()
            [connection] = connections(server)
            connection.transport.write(b"x" * 1_000_000)
            connection.last_seconds = 0.1
            await until_gone(server)


async def test_a_quiet_socket_hears_pings_once_it_is_acknowledged() -> None:
    async with toy_server(capacity=Capacity(quiet=timedelta(milliseconds=30))) as server, wire(server) as ws:
        await asyncio.sleep(0.1)
        await ws.start()
        for _ in range(2):
            assert await ws.hear() == {"type": "ping"}
            await ws.say({"type": "pong"})
        await ws.ask("a", "subscription { count(to: 1) }")
        heard = [await ws.hear() for _ in range(3)]
        assert {"type": "next", "id": "a", "payload": {"data": {"count": 0}}} in heard


async def test_a_server_that_stops_says_so_and_clients_come_again() -> None:
    async with toy_server() as server, wire(server) as ws, raw_socket(server) as client:
        await ws.start()
        await ws.ask("a", SEATS)
        await ws.hear()
        await client.start()
        server.server.stop()
        assert (await ws.closed())[0] == 1012
        await client.read_to_the_end()
        assert client.received.endswith(b"\x88\x02" + (1012).to_bytes(2, "big"))
    assert server.counted("sockets") == 0


def test_uvicorn_has_what_is_built_upon() -> None:
    for ours, theirs, names in (
        (DirectSockets, WebSocketsSansIOProtocol, ("handle_connect", "keepalive_timeout", "pause_writing", "resume_writing")),
        (
            PatientHttp,
            HttpToolsProtocol,
            ("on_headers_complete", "on_response_complete", "shutdown", "pause_writing", "resume_writing"),
        ),
    ):
        for name in (*names, "connection_made", "connection_lost"):
            assert name in vars(ours)
            assert name in vars(theirs)
