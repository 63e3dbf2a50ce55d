"""What the other servers are fed with: the messages that ours has sent, each asked for by its number in a line on stdin."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

STDIN = 0


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is all of a websocket message; `update` is what the field of the subscription has in it."""

    text: str
    update: dict[str, Any]


class Feed:
    """`first` is the snapshot that comes before the others."""

    def __init__(self, path: Path) -> None:
        texts: list[str] = orjson.loads(path.read_bytes())
        self.first, *self._later = [Message(text, orjson.loads(text)["payload"]["data"]["seatAvailability"]) for text in texts]

    def start(self, publish: Callable[[Message], None]) -> None:
        """Says on stdout which version was published when, in seconds of the epoch."""

        def asked() -> None:
            lines = os.read(STDIN, 1024)
            if not lines:
                loop.stop()
            for number in lines.split():
                message = self._later[int(number)]
                now = time.time()
                publish(message)
                sys.stdout.write(f"{message.update['version']} {now}\n")
                sys.stdout.flush()

        loop = asyncio.get_running_loop()
        loop.add_reader(STDIN, asked)
