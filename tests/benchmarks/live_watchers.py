"""The watchers, in a process of their own: thousands of websockets on one epoll, noting when each version has come to all.

Told what to do by one JSON object as its argument; then says by lines on stdout how far it is, and reads lines on stdin.
"""

import gc
import os
import select
import socket
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from enum import Enum, auto

import orjson

# One address of a client may have only so many sockets.
SOCKETS_PER_ADDRESS = 100
AT_ONCE = 64
CONNECTING_SECONDS = 180.0
RECEIVED = 64 * 1024
READY_AT_ONCE = 256
# As a network card gathers what comes before it interrupts: a watcher that sleeps and wakes for every message would charge
# the server with waking it, by as much as the message costs.
GATHERING_SECONDS = 0.001
STDIN = 0
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
VERSION = b'"version":'
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{protocol}\r\n"
)


class State(Enum):
    HANDSHAKE = auto()
    ACKNOWLEDGING = auto()
    FIRST = auto()
    WATCHING = auto()


@dataclass(slots=True)
class Watcher:
    number: int
    socket: socket.socket
    state: State = State.HANDSHAKE
    rest: bytes = b""
    version: int = -1


@dataclass(frozen=True, slots=True)
class Order:
    """`subscribe` is the payload of the subscription; without one the server sends as soon as somebody is connected."""

    port: int
    path: str
    count: int
    subscribe: dict[str, object] | None


@dataclass(slots=True)
class Seen:
    """`arrived`: how many were led from a version to a version; `last`: when the last of them was, in seconds of the epoch."""

    messages: int = 0
    arrived: Counter[tuple[int, int]] = field(default_factory=Counter)
    last: dict[tuple[int, int], float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    # What the first watcher got, as text and when.
    recorded: list[tuple[str, float]] = field(default_factory=list)

    def told(self, version: int) -> int:
        """How many have that version, or one after it that came in its place."""
        return sum(count for (before, after), count in self.arrived.items() if before < version <= after)

    def complete(self, version: int) -> float:
        """When the last of them got it."""
        return max(at for (before, after), at in self.last.items() if before < version <= after)


class Crowd:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._poll = select.epoll()
        self._watchers: dict[int, Watcher] = {}
        self._watching = 0
        self._turns = deque(range(order.count))
        self._lines = b""
        # One for all: a new one for each message would cost more than receiving it.
        self._buffer = bytearray(RECEIVED)
        self._view = memoryview(self._buffer)
        self.seen = Seen()

    def connect(self) -> None:
        """All of them, 64 on their way at a time."""
        deadline = time.monotonic() + CONNECTING_SECONDS
        while self._watching < self._order.count:
            while self._turns and len(self._watchers) - self._watching < AT_ONCE:
                self._open(self._turns.popleft())
            self._turn(0.1)
            if time.monotonic() > deadline or self.seen.faults:
                raise SystemExit(f"{self._watching} of {self._order.count} watch; {self.seen.faults}")

    def watch(self) -> tuple[int, float]:
        """Until a line says up to which version, and how many seconds to wait for it."""
        while b"\n" not in self._lines:
            self._turn(1.0)
        version, patience = self._lines.split()[:2]
        return int(version), float(patience)

    def wait(self, version: int, patience: float) -> None:
        deadline = time.monotonic() + patience
        while self.seen.told(version) < self._order.count and time.monotonic() < deadline:
            self._turn(0.1)

    def _open(self, number: int) -> None:
        place = number // SOCKETS_PER_ADDRESS
        one = socket.socket()
        one.setsockopt(socket.IPPROTO_IP, socket.IP_BIND_ADDRESS_NO_PORT, 1)
        one.bind((f"127.1.{place // 250}.{place % 250 + 1}", 0))
        one.connect(("127.0.0.1", self._order.port))
        one.setblocking(False)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        protocol = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n" if self._order.subscribe else ""
        one.send(UPGRADE.format(path=self._order.path, port=self._order.port, protocol=protocol).encode())
        self._watchers[one.fileno()] = Watcher(number, one)
        self._poll.register(one.fileno(), select.EPOLLIN)

    def listen(self) -> None:
        self._poll.register(STDIN, select.EPOLLIN)

    def _hear(self) -> None:
        said = os.read(STDIN, 1024)
        if not said:
            raise SystemExit("nobody asks any more")
        self._lines += said

    def _turn(self, timeout: float) -> None:
        ready_now = self._poll.poll(timeout, READY_AT_ONCE)
        for ready, _ in ready_now:
            if ready == STDIN:
                self._hear()
                continue
            watcher = self._watchers[ready]
            try:
                size = watcher.socket.recv_into(self._buffer)
            except ConnectionError:
                size = 0
            if size:
                self._read(watcher, watcher.rest + self._view[:size], time.time())
            else:
                self._poll.unregister(ready)
                self.seen.faults.append(f"closed while {watcher.state.name}")
        if len(ready_now) < READY_AT_ONCE and self._watching == self._order.count:
            time.sleep(GATHERING_SECONDS)

    def _read(self, watcher: Watcher, received: bytes, now: float) -> None:
        at = 0
        if watcher.state is State.HANDSHAKE:
            if (end := received.find(b"\r\n\r\n")) >= 0:
                at = end + 4
                self._shake_hands(watcher, received[:end])
            else:
                watcher.rest = received
                return
        while len(received) - at >= 2:
            length, start = received[at + 1], at + 2
            if length >= 126:
                start += 2 if length == 126 else 8
                length = int.from_bytes(received[at + 2 : start])
            end = start + length
            if end > len(received):
                break
            self._take(watcher, received[at] & 15, received[start:end], now)
            at = end
        watcher.rest = received[at:]

    def _shake_hands(self, watcher: Watcher, head: bytes) -> None:
        if not head.startswith(b"HTTP/1.1 101"):
            self.seen.faults.append(head.decode(errors="replace")[:200])
        elif self._order.subscribe:
            watcher.state = State.ACKNOWLEDGING
            watcher.socket.send(frame(TEXT, b'{"type":"connection_init"}'))
        else:
            watcher.state = State.FIRST

    def _take(self, watcher: Watcher, kind: int, message: bytes, now: float) -> None:
        found = message.find(VERSION)
        if kind != TEXT or found < 0:
            self._answer(watcher, kind, message)
            return
        version = int(message[found + len(VERSION) : message.index(b",", found)])
        seen = self.seen
        if watcher.state is State.FIRST:
            watcher.state = State.WATCHING
            self._watching += 1
        else:
            step = watcher.version, version
            seen.messages += 1
            seen.arrived[step] += 1
            seen.last[step] = now
        watcher.version = version
        if not watcher.number:
            seen.recorded.append((message.decode(), now))

    def _answer(self, watcher: Watcher, kind: int, message: bytes) -> None:
        """What is not an update."""
        if kind == PING:
            watcher.socket.send(frame(PONG, message))
        elif kind == TEXT and b'"ping"' in message:
            watcher.socket.send(frame(TEXT, b'{"type":"pong"}'))
        elif kind == TEXT and watcher.state is State.ACKNOWLEDGING and b'"connection_ack"' in message:
            watcher.state = State.FIRST
            asked = {"id": f"w{watcher.number}", "type": "subscribe", "payload": self._order.subscribe}
            watcher.socket.send(frame(TEXT, orjson.dumps(asked)))
        elif kind != PONG:
            self.seen.faults.append(message.decode(errors="replace")[:200])

    def behind(self, version: int) -> int:
        return sum(watcher.version < version for watcher in self._watchers.values())


def frame(kind: int, payload: bytes) -> bytes:
    """Masked with zeros, which leaves it as it is."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2)
    return bytes((0x80 | kind,)) + length + bytes(4) + payload


def say(what: dict[str, object]) -> None:
    sys.stdout.buffer.write(orjson.dumps(what, option=orjson.OPT_NON_STR_KEYS) + b"\n")
    sys.stdout.flush()


def main(order: Order) -> None:
    crowd = Crowd(order)
    started = time.monotonic()
    # Nothing here refers to itself, and looking for what does would take a tenth of the time.
    gc.disable()
    crowd.connect()
    say({"seconds": time.monotonic() - started})
    spent = time.process_time()
    crowd.listen()
    version, patience = crowd.watch()
    crowd.wait(version, patience)
    spent, seen = time.process_time() - spent, crowd.seen
    versions = {each for before, after in seen.arrived for each in range(before + 1, after + 1)}
    say(
        {
            "messages": seen.messages,
            "cpu": spent,
            "watchers": {each: seen.told(each) for each in versions},
            "last": {each: seen.complete(each) for each in versions},
            "behind": crowd.behind(version),
            "faults": seen.faults[:3],
            "recorded": seen.recorded,
        }
    )
    # The sockets stay open until the server's memory was looked at.
    sys.stdin.read()


if __name__ == "__main__":
    main(Order(**orjson.loads(sys.argv[1])))
