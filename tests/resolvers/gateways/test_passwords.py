"""Passwords: what matches, what costs the same, and that a crowd cannot take the machine."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from argon2 import PasswordHasher, extract_parameters

from domain.errors import InvalidInput, ServerBusy
from domain.gateways import Passwords
from domain.passwords import PasswordFault
from resolvers.gateways.passwords import Argon2Passwords


class CountingHasher(PasswordHasher):
    """Cheap; counts verifications, and makes them wait while `gate` is closed."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str | bytes] = []
        self.gate = threading.Event()
        self.gate.set()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # upstream says Literal[True]
        assert self.gate.wait(timeout=10)
        self.verified.append(hash)
        return super().verify(hash, password)


@contextmanager
def cheap(waiting: int = 8) -> Iterator[tuple[Argon2Passwords, CountingHasher]]:
    hasher = CountingHasher()
    passwords = Argon2Passwords(hasher, waiting=waiting)
    try:
        yield passwords, hasher
    finally:
        hasher.gate.set()
        passwords.close()


async def test_a_hash_is_argon2id_with_19_mebibytes_two_passes_and_one_lane() -> None:
    passwords = Argon2Passwords()
    stored = await passwords.hash("usher-demo")
    found = extract_parameters(stored)
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 19_456, 2, 1)
    assert await passwords.verify(stored, "usher-demo") is True
    assert await passwords.verify(stored, "usher-demo ") is False
    passwords.close()


async def test_the_same_password_never_has_the_same_hash() -> None:
    with cheap() as (passwords, _):
        assert await passwords.hash("secret") != await passwords.hash("secret")


async def test_an_unknown_account_costs_one_verification_of_the_same_kind_and_never_matches() -> None:
    with cheap() as (passwords, hasher):
        ours: Passwords = passwords
        assert await ours.verify(None, "the password of an account that is not there") is False
        [hash_of_nobody] = hasher.verified
        assert extract_parameters(str(hash_of_nobody)) == extract_parameters(await ours.hash("secret"))


async def test_128_characters_are_a_password_and_one_more_is_refused_without_hashing() -> None:
    with cheap() as (passwords, hasher):
        stored = await passwords.hash("x" * 128)
        assert await passwords.verify(stored, "x" * 128) is True
        assert await passwords.verify(stored, "x" * 129) is False
        with pytest.raises(InvalidInput) as refusal:
            await passwords.hash("x" * 129)
        assert refusal.value.path == ("input", "password")
        assert len(hasher.verified) == 1


async def test_a_stored_hash_that_is_none_matches_nothing() -> None:
    with cheap() as (passwords, _):
        assert await passwords.verify("not a hash", "secret") is False
        assert await passwords.verify("", "secret") is False


async def test_an_accented_letter_may_be_typed_either_way() -> None:
    with cheap() as (passwords, _):
        assert await passwords.verify(await passwords.hash("żó\u0142w"), "z\u0307o\u0301\u0142w") is True


async def test_a_lone_surrogate_is_only_a_wrong_password() -> None:
    with cheap() as (passwords, _):
        assert await passwords.verify(await passwords.hash("secret"), "\ud800") is False


async def test_over_the_queue_the_server_is_busy_and_nothing_waits_for_it() -> None:
    with cheap(waiting=3) as (passwords, hasher):
        async with crowded(passwords, hasher, buyers=5) as first:
            with pytest.raises(ServerBusy) as refusal:
                await passwords.verify(None, "one too many")
            assert refusal.value.retry_after_ms == 1_000
        assert [task.result() for task in first] == [False] * 5
        assert len(hasher.verified) == 5
        assert await passwords.verify(None, "room again") is False


async def test_who_hangs_up_while_hashing_makes_no_room_before_the_hash_is_done() -> None:
    with cheap(waiting=0) as (passwords, hasher):
        async with crowded(passwords, hasher, buyers=2) as first:
            for task in first:
                task.cancel()
            await asyncio.wait(first)
            with pytest.raises(ServerBusy):
                await passwords.verify(None, "one too many")


@asynccontextmanager
async def crowded(passwords: Argon2Passwords, hasher: CountingHasher, buyers: int) -> AsyncIterator[list[asyncio.Task[bool]]]:
    """All are under way or queued inside, and done after it."""
    hasher.gate.clear()
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        first = [tasks.create_task(passwords.verify(None, "wrong")) for _ in range(buyers)]
        # One turn of the loop: every task has submitted its work by its first wait.
        await asyncio.sleep(0)
        yield first
        hasher.gate.set()


@pytest.mark.parametrize(
    ("password", "about", "fault"),
    [
        ("", (), PasswordFault.TOO_SHORT),
        ("nine-char", (), PasswordFault.TOO_SHORT),
        ("seven-lemon-trees", (), None),
        ("x" * 129, (), PasswordFault.TOO_LONG),
        ("Passw0rd123", (), PasswordFault.EASILY_GUESSED),
        ("abcdefghijkl", (), PasswordFault.EASILY_GUESSED),
        ("ilovechelsea", (), PasswordFault.EASILY_GUESSED),
        ("zbigniewkowal", (), None),
        ("zbigniewkowal", ("zbigniewkowal@example.com", "zbigniewkowal"), PasswordFault.EASILY_GUESSED),
        ("żółwia łódź płynie", (), None),
        ("seven-lemon-trees\ud800", (), None),
    ],
)
async def test_a_password_that_few_guesses_find_will_not_do(
    password: str, about: tuple[str, ...], fault: PasswordFault | None
) -> None:
    with cheap() as (passwords, _):
        assert await passwords.fault(password, about) is fault


async def test_of_a_long_password_only_the_beginning_is_judged() -> None:
    """All of it could keep a thread busy for seconds."""
    with cheap() as (passwords, _):
        assert await passwords.fault("a" * 32 + "v8#Lq!zRw2", ()) is PasswordFault.EASILY_GUESSED
        assert await passwords.fault("a" * 31 + "v8#Lq!zRw2", ()) is PasswordFault.EASILY_GUESSED
        assert await passwords.fault("v8#Lq!zRw2" + "a" * 100, ()) is None


async def test_s32_a_password_of_a_megabyte_is_refused_without_being_looked_at() -> None:
    with cheap(waiting=0) as (passwords, hasher):
        hasher.gate.clear()
        assert await passwords.fault("x" * 1_000_000, ()) is PasswordFault.TOO_LONG
        assert hasher.verified == []
