"""`python main.py serve` as people run it: a process of its own, started, interrupted, killed and refused."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import psutil  # type: ignore[import-untyped]  # it has no types
import pytest

from db.embedded import embedded_postgres
from resolvers.gateways.secrets import BadSecret
from resolvers.gateways.settings import BadSetting, Settings

ROOT = Path(__file__).parents[1]
GOOD = {
    "USHER_MODE": "production",
    "USHER_ACCESS_TOKEN_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    "USHER_TICKET_KEY": "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
    "USHER_WEBHOOK_SECRET": "whsec_QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=",
}


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="usher-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Seeded by the first test that serves from it, which takes a while; kept for the others."""
    with tempfile.TemporaryDirectory(prefix="usher-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def postgres_of(folder: Path) -> list[int]:
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        if any(str(folder) in argument for argument in process.info["cmdline"] or ()):
            found.append(process.info["pid"])
    return found


@dataclass
class Usher:
    process: asyncio.subprocess.Process
    port: int
    said: list[str] = field(default_factory=list)

    async def says(self, words: str) -> None:
        """Returns as soon as it has said so."""
        await self._comes(words, self.process.stdout)

    async def logs(self, words: str) -> None:
        """As production says things."""
        await self._comes(words, self.process.stderr)

    async def _comes(self, words: str, out: asyncio.StreamReader | None) -> None:
        assert out
        async with asyncio.timeout(90):
            while line := await out.readline():
                self.said.append(line.decode())
                if words in self.said[-1]:
                    return
        pytest.fail(f"it never said {words!r}: {self.said}, {await self.ends()}")

    async def ends(self) -> tuple[int | None, str]:
        """Its exit code, and all that it wrote to stderr."""
        async with asyncio.timeout(30):
            _, complaint = await self.process.communicate()
        return self.process.returncode, complaint.decode()

    def interrupted(self, number: signal.Signals = signal.SIGINT) -> None:
        """As a terminal does it: the whole process group gets the signal."""
        os.killpg(self.process.pid, number)

    async def answer(self, path: str) -> tuple[int, str]:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            response = await client.get(path)
            return response.status_code, response.text


@contextlib.asynccontextmanager
async def serving(folder: Path, **env: str) -> AsyncIterator[Usher]:
    port = int(env.setdefault("PORT", str(a_free_port())))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "main.py",
        "serve",
        cwd=ROOT,
        env={**kept, "PYTHONUNBUFFERED": "1", "USHER_DATA_DIR": str(folder), **env},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Usher(process, port)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


async def test_it_serves_until_ctrl_c_and_takes_its_database_with_it(home: Path) -> None:
    async with serving(home) as usher:
        await usher.says("Ctrl-C stops it")
        assert await usher.answer("/health/live") == (200, "ok")
        assert await usher.answer("/health/ready") == (200, "ok")
        assert len(postgres_of(home)) == 1
        usher.interrupted()
        assert await usher.ends() == (0, "")
    assert postgres_of(home) == []
    assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("step", ["Making the database", "Starting the database", "Migrating the database", "Seeding the demo"])
async def test_a_signal_in_the_middle_of_starting_ends_everything(folder: Path, step: str, number: signal.Signals) -> None:
    async with serving(folder) as usher:
        await usher.says(step)
        usher.interrupted(number)
        assert await usher.ends() == (128 + number, "")
    assert postgres_of(folder) == []


async def test_a_killed_usher_leaves_nothing_that_the_next_start_cannot_put_right(home: Path) -> None:
    async with serving(home) as killed:
        await killed.says("Ctrl-C stops it")
        async with embedded_postgres(home, share=True) as server:
            connection = await asyncpg.connect(server.url)
            await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        killed.process.kill()
        assert (await killed.ends())[0] == -signal.SIGKILL
    orphan = postgres_of(home)
    assert len(orphan) == 1
    connection.terminate()
    async with serving(home) as usher:
        await usher.says("Stopping the database that a killed Usher left running")
        await usher.says("Ctrl-C stops it")
        assert await usher.answer("/health/ready") == (200, "ok")
        assert len(postgres_of(home)) == 1
        assert postgres_of(home) != orphan
        async with embedded_postgres(home, share=True) as server:
            connection = await asyncpg.connect(server.url)
            assert await connection.fetchval("SELECT answer FROM kept") == 42
            await connection.close()
        usher.process.send_signal(signal.SIGTERM)
        assert await usher.ends() == (0, "")
    assert postgres_of(home) == []


async def test_a_database_that_dies_ends_the_server_with_a_line_about_it(home: Path) -> None:
    async with serving(home) as usher:
        await usher.says("Ctrl-C stops it")
        os.kill(postgres_of(home)[0], signal.SIGINT)
        code, complaint = await usher.ends()
    assert (code, complaint.splitlines()[-1]) == (
        1,
        "The database has ended by itself; postgres.log in the data folder may say why.",
    )


async def test_a_second_one_on_the_same_folder_says_so(home: Path) -> None:
    async with serving(home) as first:
        await first.says("Ctrl-C stops it")
        async with serving(home) as second:
            code, complaint = await second.ends()
        assert await first.answer("/health/ready") == (200, "ok")
    assert (code, complaint.count("\n")) == (1, 1)
    assert complaint.startswith(f"Another Usher (process {first.process.pid}) runs on {home}.")


async def test_a_taken_port_is_one_line_and_no_database_is_started(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        async with serving(folder, PORT=str(port)) as usher:
            assert await usher.ends() == (1, f"Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another PORT.\n")
    assert list(folder.iterdir()) == []


async def test_metrics_have_a_port_of_their_own_where_there_is_one(home: Path) -> None:
    port = a_free_port()
    async with serving(home, USHER_METRICS_PORT=str(port)) as usher:
        await usher.says("Ctrl-C stops it")
        async with httpx.AsyncClient() as http:
            assert "usher_live_sockets 0.0" in (await http.get(f"http://127.0.0.1:{port}/metrics")).text
        assert (await usher.answer("/metrics"))[0] == 404
        usher.interrupted()
        assert await usher.ends() == (0, "")


async def test_a_taken_port_for_metrics_is_one_line_too(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        async with serving(home, USHER_METRICS_PORT=str(port)) as usher:
            code, complaint = await usher.ends()
    assert (code, complaint) == (
        1,
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another USHER_METRICS_PORT.\n",
    )


async def test_a_folder_that_cannot_be_written_is_one_line(folder: Path) -> None:
    (folder / "file").touch()
    async with serving(folder / "file" / "data") as usher:
        complaint = f"USHER_DATA_DIR: cannot keep anything in {folder}/file/data: Not a directory.\n"
        assert await usher.ends() == (2, complaint)


async def test_data_of_a_newer_postgres_is_one_line(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("19\n")
    async with serving(folder) as usher:
        code, complaint = await usher.ends()
    assert (code, complaint.count("\n")) == (1, 1)
    assert complaint.startswith(f"{folder}/postgres was made by PostgreSQL 19; this Usher runs 18.")


async def test_production_without_a_secret_does_not_start(folder: Path) -> None:
    async with serving(folder, **{**GOOD, "USHER_TICKET_KEY": ""}) as usher:
        code, complaint = await usher.ends()
    assert (code, complaint) == (
        2,
        "USHER_TICKET_KEY is missing: production needs 32 random bytes, as from `openssl rand -base64 32`.\n",
    )
    assert list(folder.iterdir()) == []


def test_good_secrets_are_taken_in_either_alphabet_padded_or_not() -> None:
    secrets = Settings.of(GOOD).secrets()
    assert secrets.access_token_keys[0] + secrets.ticket_key + secrets.webhook_secret == bytes(range(96))
    assert repr(secrets) == "Secrets()"


@pytest.mark.parametrize("name", ["USHER_ACCESS_TOKEN_KEY", "USHER_TICKET_KEY", "USHER_WEBHOOK_SECRET"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "is missing: production needs 32 random bytes, as from `openssl rand -base64 32`."),
        ("AAECAwQFBgcICQoLDA0ODw==", "has 16 bytes and needs 32."),
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "is a sample, not a secret: make one with `openssl rand -base64 32`."),
        ("c2VjcmV0LWtleS1mb3ItZGV2ZWxvcG1lbnQtb25seS4=", "is a sample, not a secret: make one with `openssl rand -base64 32`."),
        ("not base64!", "is not base64."),
    ],
)
def test_s9_production_names_the_secret_that_it_refuses(name: str, value: str, problem: str) -> None:
    with pytest.raises(BadSecret) as refused:
        Settings.of({**GOOD, name: value}).secrets()
    assert str(refused.value) == f"{name} {problem}"


@pytest.mark.parametrize("name", ["USHER_ACCESS_TOKEN_KEY", "USHER_TICKET_KEY", "USHER_WEBHOOK_SECRET"])
def test_s9_production_refuses_the_samples_of_the_example_file(name: str) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    samples = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    with pytest.raises(BadSecret, match=f"^{name} is a sample, not a secret"):
        Settings.of({**GOOD, name: samples[name]}).secrets()


def test_a_demo_makes_its_secrets_once_and_keeps_them(folder: Path) -> None:
    settings = Settings.of({"USHER_DATA_DIR": str(folder)})
    assert settings.secrets() == settings.secrets()
    kept = settings.secrets()
    given = Settings.of({"USHER_DATA_DIR": str(folder), "USHER_TICKET_KEY": GOOD["USHER_TICKET_KEY"]}).secrets()
    assert (given.ticket_key, given.access_token_keys) == (bytes(range(32, 64)), kept.access_token_keys)


@pytest.mark.parametrize(
    ("env", "mode"),
    [
        ({}, "demo"),
        ({"DATABASE_URL": "postgres://h/d"}, "production"),
        ({"DATABASE_URL": "postgres://h/d", "USHER_MODE": "demo"}, "demo"),
        ({"USHER_MODE": "production"}, "production"),
        ({"USHER_MODE": "", "DATABASE_URL": ""}, "demo"),
    ],
)
def test_a_database_of_ones_own_means_production_unless_said_otherwise(env: dict[str, str], mode: str) -> None:
    assert Settings.of(env).mode == mode


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "65536"),
        ("USHER_HOLD_SECONDS", "0"),
        ("USHER_MODE", "test"),
        ("DATABASE_URL", "mysql://user:hush@h/d"),
        ("REDIS_URL", "http://hush"),
        ("USHER_PUBLIC_URL", "tickets.example.com"),
        ("USHER_ALLOWED_ORIGINS", "https://a.example, b.example"),
    ],
)
def test_a_bad_setting_is_one_line_that_names_it_without_its_value(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.of({name: value})
    assert str(refused.value).startswith(f"{name}: ")
    assert "\n" not in str(refused.value)
    assert "hush" not in str(refused.value)
