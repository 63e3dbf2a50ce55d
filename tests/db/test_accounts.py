"""What accounts cost whoever asks about them: the same, known or unknown; and races for one email."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from db.engine import make_engine
from db.unit_of_work import transactions
from domain.accounts import Language
from domain.errors import EmailNotVerified, InvalidCredentials, TooManyAttempts
from domain.ids import UserId
from domain.passwords import PasswordFault
from domain.viewers import AccountKind, Viewer
from resolvers.accounts import Registration, register, request_password_reset
from resolvers.attempts import GUESSES_AT_ONE
from resolvers.own_account import change_email, change_password, export_my_data
from resolvers.services import Services
from resolvers.verified_buyers import VerifiedBuyers
from tests.builders import a_user, in_days, services_of
from tests.db.conftest import Office
from tests.fakes import FakeMailer

GOOD = "seven-lemon-trees"
HERE = "192.0.2.7"


class CountedPasswords:
    """The hash is the password; counts what costs."""

    def __init__(self) -> None:
        self.work: list[str] = []
        self.together = asyncio.Barrier(1)

    async def hash(self, password: str) -> str:
        self.work.append("hash")
        async with asyncio.timeout(20):
            await self.together.wait()
        return password

    async def verify(self, password_hash: str | None, password: str) -> bool:
        self.work.append("verify")
        return password_hash == password

    async def fault(self, password: str, about: Sequence[str]) -> PasswordFault | None:
        self.work.append("fault")
        return None


@asynccontextmanager
async def counted(office: Office) -> AsyncIterator[tuple[Services, list[str]]]:
    """Services, and what they make the machine do: hashes, and statements by their first words."""
    engine, passwords = make_engine(office.url), CountedPasswords()

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        passwords.work.append(" ".join(statement.split()[:3]))

    @event.listens_for(engine.sync_engine, "commit")
    def note_commit(_: Any) -> None:
        passwords.work.append("COMMIT")

    try:
        yield services_of(transactions(engine), passwords=passwords, mailer=FakeMailer(), site="https://t.example"), passwords.work
    finally:
        await engine.dispose()


@contextmanager
def one(work: list[str]) -> Iterator[list[str]]:
    """What is done within."""
    before = len(work)
    done: list[str] = []
    yield done
    done += work[before:]


async def test_s12_registering_is_the_same_work_for_a_known_and_an_unknown_email(office: Office) -> None:
    known = a_user()
    async with office.transaction() as work:
        await work.users.add(known)
    async with counted(office) as (services, done):
        await register(services, Registration(a_user().email, GOOD, None, Language.EN), HERE)
        with one(done) as unknown:
            await register(services, Registration(a_user().email, GOOD, None, Language.EN), HERE)
        with one(done) as taken:
            await register(services, Registration(known.email, GOOD, None, Language.EN), HERE)
    assert taken == unknown == ["fault", "hash", "INSERT INTO account", "INSERT INTO outbox", "COMMIT"]


async def test_s12_asking_for_a_new_password_is_the_same_work_for_a_known_and_an_unknown_email(office: Office) -> None:
    known = a_user()
    async with office.transaction() as work:
        await work.users.add(known)
    async with counted(office) as (services, done):
        await request_password_reset(services, a_user().email, HERE)
        with one(done) as unknown:
            await request_password_reset(services, a_user().email, HERE)
        with one(done) as found:
            await request_password_reset(services, known.email, HERE)
    assert found == unknown == ["INSERT INTO outbox", "COMMIT"]


async def test_s12_another_email_is_the_same_work_whether_or_not_it_is_somebodys(office: Office) -> None:
    fan, other = a_user(password_hash=GOOD), a_user()
    async with office.transaction() as work:
        await work.users.add(fan)
        await work.users.add(other)
    viewer = Viewer(fan.id, fan.roles, in_days(1))
    async with counted(office) as (services, done):
        await change_email(services, viewer, a_user().email, GOOD, HERE)
        with one(done) as unknown:
            await change_email(services, viewer, a_user().email, GOOD, HERE)
        with one(done) as found:
            await change_email(services, viewer, other.email, GOOD, HERE)
    assert found == unknown
    assert found[-2:] == ["INSERT INTO outbox", "COMMIT"]


async def test_of_five_who_register_the_same_email_at_once_one_has_it(office: Office) -> None:
    user = a_user()
    async with counted(office) as (services, _):
        asked = [Registration(user.email, f"password number {number}", None, Language.EN) for number in range(5)]
        await asyncio.gather(*(register(services, one, HERE) for one in asked))
    found = await office.rows("SELECT password_hash FROM account WHERE lower(email) = lower($1)", user.email)
    assert len(found) == 1
    written = "SELECT outbox.kind FROM outbox JOIN account ON account.id = user_id WHERE email = $1 ORDER BY 1"
    assert await office.rows(written, user.email) == [("REGISTERED_AGAIN",)] * 4 + [("WELCOME",)]


async def test_s11_guesses_at_the_password_of_an_account_are_limited_also_for_who_is_signed_in(office: Office) -> None:
    fan = a_user(password_hash=GOOD)
    async with office.transaction() as work:
        await work.users.add(fan)
    viewer = Viewer(fan.id, fan.roles, in_days(1))
    async with counted(office) as (services, done):

        async def guess(password: str) -> str:
            try:
                return await change_email(services, viewer, "x@example.com", password, HERE)
            except (InvalidCredentials, TooManyAttempts) as refused:
                return type(refused).__name__

        answers = [await guess("wrong") for _ in range(int(GUESSES_AT_ONE.most))]
        before = done.count("verify")
        answers += [await guess("wrong"), await guess(GOOD)]
        assert done.count("verify") == before
    assert answers == ["InvalidCredentials"] * 10 + ["TooManyAttempts"] * 2


async def test_s12_the_refusal_for_too_many_mails_does_not_depend_on_who_has_the_email(office: Office) -> None:
    known = a_user()
    async with office.transaction() as work:
        await work.users.add(known)
    async with counted(office) as (services, done):
        for email in (known.email, a_user().email):
            for _ in range(5):
                await request_password_reset(services, email, email)
            with one(done) as refused, pytest.raises(TooManyAttempts) as error:
                await request_password_reset(services, email.upper(), email)
            assert refused == []
            assert 0 < error.value.retry_after_ms <= 12 * 60 * 1000


async def test_only_unverified_persons_are_kept_from_buying_and_who_is_verified_is_asked_about_once(office: Office) -> None:
    person, proven = a_user(), a_user(verified=True)
    device = a_user(kind=AccountKind.DEVICE)
    async with office.transaction() as work:
        for user in (person, proven, device):
            await work.users.add(user)
    buyers = VerifiedBuyers(required=True, remembered=2)
    async with counted(office) as (services, done):

        async def asked(user_id: UserId) -> int:
            with one(done) as cost:
                await buyers.check(services.transaction, user_id)
            return sum(statement.startswith("SELECT") for statement in cost)

        assert [await asked(user.id) for user in (proven, proven, device, device)] == [1, 0, 1, 0]
        for _ in range(2):
            with pytest.raises(EmailNotVerified):
                await buyers.check(services.transaction, person.id)
        async with office.transaction() as work:
            assert await work.accounts.set_verified(person.id, person.email.upper()) is True
        # The third one is remembered instead of the first.
        assert [await asked(user.id) for user in (person, device, proven)] == [1, 0, 1]
        with one(done) as nothing:
            await VerifiedBuyers().check(services.transaction, person.id)
        assert nothing == []


async def test_an_email_is_changed_to_what_nobody_has_in_any_case_of_letters(office: Office) -> None:
    fan, other = a_user(), a_user()
    async with office.transaction() as work:
        await work.users.add(fan)
        await work.users.add(other)
    async with office.transaction() as work:
        assert await work.accounts.set_email(fan.id, other.email.upper()) is False
        assert await work.accounts.set_email(fan.id, f"new.{fan.email}") is True
    async with office.transaction() as work:
        assert (await work.users.by_ids([fan.id]))[fan.id].email == f"new.{fan.email}"


async def test_an_export_reads_all_of_it_at_one_moment(office: Office) -> None:
    fan = a_user()
    async with office.transaction() as work:
        await work.users.add(fan)
    read_at, found = await export_my_data(services_of(office.transaction), Viewer(fan.id, fan.roles, in_days(1)))
    assert abs((read_at - in_days(0)).total_seconds()) < 60
    assert {name: len(rows) for name, rows in found.items() if isinstance(rows, list) and rows} == {"account": 1}


async def test_of_two_who_change_the_password_at_once_from_the_same_one_the_second_is_refused(office: Office) -> None:
    fan = a_user(password_hash=GOOD)
    async with office.transaction() as work:
        await work.users.add(fan)
    viewer = Viewer(fan.id, fan.roles, in_days(1))
    async with counted(office) as (services, done):
        assert isinstance(services.passwords, CountedPasswords)
        # All have looked before any of them writes.
        services.passwords.together = asyncio.Barrier(5)
        asked = [change_password(services, viewer, GOOD, f"{number}-lemon-trees") for number in range(5)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert done.count("hash") == 5
    assert sorted(type(answer).__name__ for answer in answers) == ["InvalidCredentials"] * 4 + ["NoneType"]
    (won,) = [number for number, answer in enumerate(answers) if answer is None]
    assert await office.scalar("SELECT password_hash FROM account WHERE id = $1", fan.id) == f"{won}-lemon-trees"
    assert await office.scalar("SELECT count(*) FROM outbox WHERE user_id = $1", fan.id) == 1
