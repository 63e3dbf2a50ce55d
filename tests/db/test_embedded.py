"""A Postgres of our own: durable, closed to others, alone in its folder, and recovered after anything."""

import asyncio
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from db import unprivileged
from db.cluster import Cluster, PostgresUnusable
from db.embedded import embedded_postgres
from db.unprivileged import Account, may_enter

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused by Postgres")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="usher-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def a_process_of(account: Account | None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(["sleep", "60"], user=account.uid if account else None)


async def test_it_is_durable_utf8_and_listens_on_loopback_only(folder: Path) -> None:
    async with embedded_postgres(folder) as server:
        connection = await asyncpg.connect(server.url)
        names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "server_encoding", "listen_addresses")
        found = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in names}
        locale = await connection.fetchval("SELECT datlocale FROM pg_database WHERE datname = 'usher'")
        sockets = await connection.fetchval("SHOW unix_socket_directories")
        await connection.close()
    assert found == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1",
    }
    assert (locale, sockets) == ("C.UTF-8", "")


async def test_nobody_gets_in_without_the_password_and_only_its_owner_reads_it(folder: Path) -> None:
    async with embedded_postgres(folder, durable=False) as server:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(re.sub(":[^:@]+@", ":guess@", server.url))
    assert (folder / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert (folder / "postgres").stat().st_mode & 0o777 == 0o700


async def test_what_was_written_is_there_after_the_next_start(folder: Path) -> None:
    async with embedded_postgres(folder, durable=False) as server:
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        await connection.close()
    assert not server.running
    async with embedded_postgres(folder, durable=False) as server:
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()


async def test_a_second_one_in_the_same_folder_is_refused_or_shares_the_server(folder: Path) -> None:
    async with embedded_postgres(folder, durable=False) as first:
        with pytest.raises(PostgresUnusable, match=rf"^Another Usher \(process {os.getpid()}\) runs on {folder}\."):
            async with embedded_postgres(folder):
                pytest.fail("two in one folder")
        async with embedded_postgres(folder, share=True) as second:
            assert (second.url, second.process) == (first.url, None)
        assert first.running


async def test_a_note_of_a_process_that_is_somebody_elses_by_now_does_not_stop_the_start(folder: Path) -> None:
    async with embedded_postgres(folder, durable=False):
        note = (folder / "postgres" / "postmaster.pid").read_text().splitlines()
    stranger = a_process_of(Cluster.of(folder).account)
    try:
        (folder / "postgres" / "postmaster.pid").write_text("\n".join([str(stranger.pid), *note[1:]]) + "\n")
        async with embedded_postgres(folder, durable=False) as server:
            assert server.running
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_an_interrupted_making_leaves_no_cluster_and_the_next_start_makes_one(folder: Path) -> None:
    said: list[str] = []

    async def start() -> None:
        async with embedded_postgres(folder, durable=False, say=said.append):
            pytest.fail("was to be interrupted")

    starting = asyncio.ensure_future(start())
    async with asyncio.timeout(30):
        while not (folder / "postgres.new" / "global").exists():
            await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert said == ["Making the database, once"]
    assert not (folder / "postgres").exists()
    async with embedded_postgres(folder, durable=False) as server:
        assert server.running


async def test_a_cancelled_user_takes_the_server_down_with_it(folder: Path) -> None:
    async with embedded_postgres(folder, durable=False) as server:
        pass
    entered = asyncio.Event()

    async def use() -> None:
        nonlocal server
        async with embedded_postgres(folder, durable=False) as server:
            entered.set()
            await asyncio.Event().wait()

    using = asyncio.ensure_future(use())
    async with asyncio.timeout(30):
        await entered.wait()
    assert server.running
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert not server.running


@pytest.mark.parametrize(("major", "advice"), [(19, "a newer"), (17, "an older")])
async def test_a_cluster_of_another_version_is_refused_and_left_alone(folder: Path, major: int, advice: str) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text(f"{major}\n")
    with pytest.raises(PostgresUnusable) as refused:
        async with embedded_postgres(folder):
            pytest.fail("another version was started")
    assert str(refused.value) == (
        f"{folder}/postgres was made by PostgreSQL {major}; this Usher runs 18. Use {advice} Usher, or another USHER_DATA_DIR."
    )
    assert [each.name for each in (folder / "postgres").iterdir()] == ["PG_VERSION"]


async def test_a_lost_password_is_named(folder: Path) -> None:
    async with embedded_postgres(folder, durable=False):
        pass
    (folder / "postgres.password").unlink()
    with pytest.raises(PostgresUnusable, match=r"postgres\.password, the database's password, is gone"):
        async with embedded_postgres(folder, durable=False):
            pytest.fail("started without its password")


async def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    async with embedded_postgres(folder, durable=False):
        pass
    (folder / "postgres" / "postgresql.conf").write_text("max_connections = plenty\n")
    with pytest.raises(PostgresUnusable, match=r"^The database does not start: .*postgresql\.conf.*contains errors"):
        async with embedded_postgres(folder, durable=False):
            pytest.fail("started with a broken configuration")


def test_who_may_enter_a_folder_is_decided_by_every_folder_above_it(folder: Path) -> None:
    inner = folder / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o711)
    stranger = Account(uid=54_321, gid=54_321)
    assert may_enter(inner, stranger)
    inner.parent.chmod(0o700)
    assert not may_enter(inner, stranger)
    assert may_enter(inner, Account(uid=inner.parent.stat().st_uid, gid=54_321)) == may_enter(folder, Account(os.geteuid(), 54_321))


@as_root
async def test_as_root_a_folder_that_the_server_cannot_reach_keeps_a_link_to_one_it_can(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unprivileged, "REACHABLE", folder / "reachable")
    data = folder / "closed" / "data"
    data.mkdir(parents=True)
    data.parent.chmod(0o700)
    for _ in range(2):
        async with embedded_postgres(data, durable=False) as server:
            assert server.running
    assert (data / "postgres").readlink().is_relative_to(folder / "reachable")
    assert data.parent.stat().st_mode & 0o777 == 0o700


@as_root
def test_as_root_programs_that_the_server_cannot_reach_are_copied_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unprivileged, "REACHABLE", folder / "reachable")
    programs = folder / "closed" / "embedded_postgres" / "pginstall" / "bin"
    programs.mkdir(parents=True)
    (programs / "postgres").touch(mode=0o700)
    (folder / "closed").chmod(0o700)
    nobody = Account(uid=54_321, gid=54_321)
    copy = unprivileged.reachable_programs(programs, "18.0", nobody)
    assert copy == folder / "reachable" / "programs-18.0" / "embedded_postgres" / "pginstall" / "bin"
    assert may_enter(copy / "postgres", nobody)
    assert unprivileged.reachable_programs(programs, "18.0", nobody) == copy
    assert [each.name for each in (folder / "reachable").iterdir()] == ["programs-18.0"]
