"""Who waits at the door is let in at once, however many they are."""

import asyncio
import errno
import inspect
import socket
from contextlib import ExitStack, closing

import pytest
import uvicorn
import uvloop
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from schema.serving import accepting
from schema.serving.accepting import Door
from schema.serving.listening import bound_socket, listen, server_for

CROWD = 100


class Guest(asyncio.Protocol):
    inside = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        type(self).inside += 1
        transport.close()


def test_all_who_wait_are_let_in_in_one_turn_of_uvloop() -> None:
    class Here(Guest):
        inside = 0

    async def let_in() -> int:
        with ExitStack() as stack:
            bound = stack.enter_context(closing(bound_socket("127.0.0.1", 0)))
            listen(bound)
            for _ in range(CROWD):
                stack.enter_context(closing(socket.create_connection(bound.getsockname())))
            async with asyncio.TaskGroup() as tasks:
                door = Door(bound, Here, tasks)
                # A turn to be told, one for the tasks to begin, and some for each to hand over its transport.
                for _ in range(8):
                    await asyncio.sleep(0)
                door.close()
            return Here.inside

    # One in a turn would be 8.
    assert uvloop.run(let_in()) == CROWD


async def test_out_of_file_descriptors_it_pauses_and_opens_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(socket.socket):
        failures = 1

        def accept(self) -> tuple[socket.socket, object]:
            if self.failures:
                self.failures -= 1
                raise OSError(errno.EMFILE, "Too many open files")
            return super().accept()

    class Here(Guest):
        inside = 0

    monkeypatch.setattr(accepting, "PAUSE_SECONDS", 0.01)
    with closing(Full()) as bound, capture_logs() as logs:
        bound.bind(("127.0.0.1", 0))
        bound.setblocking(False)
        bound.listen()
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            door = Door(bound, Here, tasks)
            with closing(socket.create_connection(bound.getsockname())):
                while not Here.inside:
                    await asyncio.sleep(0)
            door.close()
    assert [(one["event"], one["error"]) for one in logs] == [("no_connection_accepted", "Too many open files")]


def test_the_seam_of_the_server_is_where_it_was() -> None:
    source = inspect.getsource(uvicorn.Server.startup)
    assert "for sock in sockets:" in source
    assert "http_protocol_class(" in source
    assert "self.startup(sockets=sockets)" in inspect.getsource(uvicorn.Server._serve)
    assert "self.shutdown(sockets=sockets)" in inspect.getsource(uvicorn.Server._serve)


async def test_a_server_that_is_ended_at_once_leaves_no_door_open() -> None:
    async def nobody(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    with closing(bound_socket("127.0.0.1", 0)) as bound:
        listen(bound)
        started = asyncio.Event()
        serving = asyncio.create_task(server_for(nobody, on_started=started.set).serve(sockets=[bound]))
        await started.wait()
        serving.cancel()
        await asyncio.wait([serving])
        assert not asyncio.get_running_loop().remove_reader(bound)
