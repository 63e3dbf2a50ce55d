"""The buyers of the on-sale, in a process of their own: keep-alive connections, each posting prepared requests one by one.

Reads an order as JSON from the file that is named, and writes what it saw beside it. A bare protocol on uvloop, because a client
library would take more of the processor than the servers that are measured.
"""

import asyncio
import re
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

import orjson
import uvloop

SEEN = "seen.json"
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
RETRY = re.compile(rb'"retryAfterMs":(\d+)')
# Servers close connections on which nothing has come for five seconds.
LONGEST_IDLE_MS = 4_000
PATIENCE_SECONDS = 120


@dataclass(slots=True)
class Order:
    """`requests` are by client; one stops early where an answer is of the kind `until`. Kinds are told by what they contain.

    Who is told when to come again does so, with the same request.
    """

    ports: list[int]
    requests: list[list[bytes]]
    kinds: list[tuple[str, bytes]]
    until: str | None

    def kind(self, answer: bytes) -> str:
        return next((name for name, mark in self.kinds if mark in answer), answer.decode(errors="replace")[-300:])


@dataclass(slots=True)
class Seen:
    """`answers` are (client, attempt, kind)."""

    answers: list[tuple[int, int, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    size: int = 0


class Buyer(asyncio.Protocol):
    def __init__(self, number: int, order: Order, seen: Seen) -> None:
        self._number, self._order, self._seen = number, order, seen
        self._left = iter(enumerate(order.requests[number]))
        self._attempt = 0
        self._request = b""
        self._waiting = False
        self._asked_at = 0.0
        self._got = bytearray()
        self._due = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        # Who is told to come again much later finds the connection closed.
        if self._waiting and not self.done.done():
            self.done.set_exception(ConnectionError(f"buyer {self._number} was cut off while waiting for an answer"))

    def ask(self) -> None:
        attempt, request = next(self._left, (0, None))
        if request is None:
            self.done.set_result(None)
            return
        self._attempt, self._request = attempt, request
        self._send()

    def _send(self) -> None:
        if self._transport.is_closing():
            self._again = asyncio.get_running_loop().create_task(self._reconnect())
            return
        self._asked_at, self._waiting = time.perf_counter(), True
        self._transport.write(self._request)

    async def _reconnect(self) -> None:
        port = self._order.ports[self._number % len(self._order.ports)]
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not self._due:
            end = self._got.find(END_OF_HEAD)
            length = LENGTH.search(self._got, 0, end) if end >= 0 else None
            self._due = end + len(END_OF_HEAD) + int(length[1]) if length else 0
        if self._due and len(self._got) >= self._due:
            self._answered(bytes(self._got[: self._due]))

    def _answered(self, answer: bytes) -> None:
        self._got.clear()
        self._due, self._waiting = 0, False
        self._seen.times.append((time.perf_counter() - self._asked_at) * 1000)
        kind = self._order.kind(answer)
        self._seen.answers.append((self._number, self._attempt, kind))
        self._seen.size += len(answer)
        again = RETRY.search(answer)
        if again:
            if int(again[1]) >= LONGEST_IDLE_MS:
                self._transport.close()
            asyncio.get_running_loop().call_later(int(again[1]) / 1000, self._send)
        elif kind == self._order.until:
            self.done.set_result(None)
        else:
            self.ask()


async def rush(order: Order) -> dict[str, object]:
    """All are connected before the first asks."""
    seen, loop = Seen(), asyncio.get_running_loop()
    buyers = []
    for number in range(len(order.requests)):
        port = order.ports[number % len(order.ports)]
        _, buyer = await loop.create_connection(partial(Buyer, number, order, seen), "127.0.0.1", port)
        buyers.append(buyer)
    cpu, started = time.process_time(), time.perf_counter()
    for buyer in buyers:
        buyer.ask()
    async with asyncio.timeout(PATIENCE_SECONDS):
        for buyer in buyers:
            await buyer.done
    seconds = time.perf_counter() - started
    cpu = time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "times": sorted(seen.times), "answers": seen.answers, "size": seen.size}


def main(path: Path) -> None:
    asked = orjson.loads(path.read_bytes())
    requests = [[request.encode() for request in one] for one in asked["requests"]]
    kinds = [(name, mark.encode()) for name, mark in asked["kinds"].items()]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        seen = runner.run(rush(Order(asked["ports"], requests, kinds, asked["until"])))
    path.with_name(SEEN).write_bytes(orjson.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
