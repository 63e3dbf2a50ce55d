"""Real processes to do harm to: Ushers that are started again whenever they end, and a Postgres that can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx

from db.cluster import NAME, Cluster
from tests.subscriptions.servers import free_port

READY_SECONDS = 60.0
LOGGED, LOGGED_LINES = 2_000, 10
# Survives the end of its processes, not of the machine: nothing here ends that.
OPTIONS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "full_page_writes=off", "synchronous_commit=on")


@dataclass(slots=True)
class UsherProcess:
    """`python main.py serve`, kept up as a supervisor would."""

    environment: Mapping[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    starts: int = 0
    _process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def keep_up(self) -> None:
        """For ever."""
        try:
            while True:
                with self.log.open("ab") as log:
                    self._process = await asyncio.create_subprocess_exec(
                        sys.executable,
                        "main.py",
                        "serve",
                        env={**os.environ, **self.environment, "PORT": str(self.port)},
                        stdout=log,
                        stderr=log,
                    )
                self.starts += 1
                await self._process.wait()
                await asyncio.sleep(0.2)
        finally:
            self.send(signal.SIGKILL)

    def send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def errors(self) -> list[str]:
        """The first of those it logged, and the beginning of each."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line[:LOGGED] for line in lines if '"level": "error"' in line][:LOGGED_LINES]

    async def ready(self) -> None:
        async with httpx.AsyncClient() as http, asyncio.timeout(READY_SECONDS):
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get(f"{self.url}/health/ready", timeout=2)).status_code == 200:
                        return
                await asyncio.sleep(0.05)


@dataclass(slots=True)
class MortalPostgres:
    cluster: Cluster
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}:{self.cluster.password()}@127.0.0.1:{self.port}/{NAME}"

    async def start(self) -> None:
        """Tried again while processes of the one that was killed are still there."""
        options = [f"--{option}" for option in (*OPTIONS, f"port={self.port}")]
        async with asyncio.timeout(READY_SECONDS):
            while not await self._answers():
                if self._process is None or self._process.poll() is not None:
                    with self.cluster.log.open("ab") as log:
                        self._process = self.cluster.run("postgres", "-D", str(self.cluster.path), *options, output=log)
                await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.url.removesuffix(NAME) + "postgres", timeout=2)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await asyncio.to_thread(self._process.wait)

    async def kill_a_backend(self) -> None:
        """One that works for an Usher. Postgres then ends all others, and recovers."""
        connection = await asyncpg.connect(self.url)
        backend = "SELECT pid FROM pg_stat_activity WHERE application_name = 'usher' ORDER BY state_change DESC LIMIT 1"
        pid = await connection.fetchval(backend)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        connection.terminate()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()


@asynccontextmanager
async def mortal_postgres(folder: Path) -> AsyncIterator[MortalPostgres]:
    """With an empty database."""
    postgres = MortalPostgres(Cluster.of(folder))
    await postgres.cluster.make(durable=False)
    try:
        await postgres.start()
        connection = await asyncpg.connect(postgres.url.removesuffix(NAME) + "postgres")
        await connection.execute(f"CREATE DATABASE {NAME}")
        await connection.close()
        yield postgres
    finally:
        postgres.stop()
