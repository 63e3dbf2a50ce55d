"""Passwords, hashed with Argon2id in a small thread pool of their own."""

import asyncio
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn_rs_py import zxcvbn

from domain.errors import InvalidInput, ServerBusy
from domain.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, PasswordFault

T = TypeVar("T")

# Fewer than a million guesses find it (zxcvbn).
LOWEST_SCORE = 2
# What comes after makes no weak password of a strong one, but looking at it would take seconds for some.
JUDGED = 32
OUR_OWN = ("usher", "tickets")
THREADS = 2
# 32 more at about 30 ms in two threads: nobody waits longer than half a second, and half a second is all a crowd can take.
WAITING = 32
RETRY_AFTER_MS = 1_000
OWASP = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _of_nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("the password of an account that is not there")


class Argon2Passwords:
    """Argon2id with 19 MiB, two passes and one lane (OWASP). Past the queue's limit it raises `ServerBusy`.

    `close` ends its threads; hashes under way are finished first.
    """

    def __init__(self, hasher: PasswordHasher | None = None, *, waiting: int = WAITING) -> None:
        self._hasher = hasher or OWASP
        self._nobody = _of_nobody(self._hasher)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._places = BoundedSemaphore(THREADS + waiting)

    async def hash(self, password: str) -> str:
        """Raises `InvalidInput` for more than 128 characters."""
        if len(password) > LONGEST_PASSWORD:
            raise InvalidInput(("input", "password"), f"A password has at most {LONGEST_PASSWORD} characters.")
        return await self._in_thread(lambda: self._hasher.hash(_octets(password)))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        if len(password) > LONGEST_PASSWORD:
            return False
        matches = await self._in_thread(lambda: self._matches(password_hash or self._nobody, password))
        return matches and password_hash is not None

    async def fault(self, password: str, about: Sequence[str]) -> PasswordFault | None:
        if len(password) < SHORTEST_PASSWORD:
            return PasswordFault.TOO_SHORT
        if len(password) > LONGEST_PASSWORD:
            return PasswordFault.TOO_LONG
        score = await self._in_thread(lambda: zxcvbn(_text(password)[:JUDGED], [*about, *OUR_OWN]).score)
        return PasswordFault.EASILY_GUESSED if int(score) < LOWEST_SCORE else None

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _octets(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise ServerBusy(RETRY_AFTER_MS)
        future = self._threads.submit(work)
        # Given back when the work ends, not when its caller does: who hangs up must not make room for more.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)


def _octets(password: str) -> bytes:
    # The same accented letter comes as one or two code points, depending on the keyboard; and JSON can carry lone surrogates.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _text(password: str) -> str:
    return _octets(password).decode("utf-8", "replace")
