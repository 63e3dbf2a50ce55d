"""Sign-ins in the database: what is stored of a token, who may rotate it, and what ends with what."""

import asyncio
from datetime import timedelta

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from db.engine import make_engine
from db.migrating import MIGRATIONS, migrate
from db.unit_of_work import transactions
from domain.ids import SignInId, UserId, new_id
from domain.sign_ins import Standing
from domain.viewers import Role, User
from tests.builders import a_user
from tests.db.conftest import Office

EXPIRES = "SELECT expires_at - used_at FROM sign_in WHERE id = $1"


async def signed_in(office: Office, user: User, token: bytes, device: str = "Phone") -> SignInId:
    async with office.transaction() as work:
        begun = await work.sign_ins.begin(user, device, token)
    assert begun is not None
    return begun


async def a_known(office: Office) -> User:
    user = a_user()
    async with office.transaction() as work:
        await work.users.add(user)
    return user


async def rotated(office: Office, id: SignInId, spent: bytes, successor: bytes) -> None:
    async with office.transaction() as work:
        await work.sign_ins.rotate(id, spent, successor)


async def test_a_sign_in_is_found_by_its_token_and_ends_after_thirty_days(office: Office) -> None:
    fan, token = await a_known(office), new_id().bytes
    id = await signed_in(office, fan, token, "Firefox on Linux")
    async with office.transaction() as work:
        shown = await work.sign_ins.shown(token)
        [listed] = await work.sign_ins.of_user(fan.id)
        assert await work.sign_ins.shown(new_id().bytes) is None
    assert shown is not None
    assert (shown.spent_for, shown.sign_in) == (None, listed)
    assert (listed.id, listed.user_id, listed.device) == (id, fan.id, "Firefox on Linux")
    assert timedelta(days=29, hours=23) < await office.scalar(EXPIRES, id) <= timedelta(days=30)


async def test_who_has_changed_the_password_meanwhile_is_not_signed_in_with_the_old_one(office: Office) -> None:
    fan = await a_known(office)
    await office.pool.execute("UPDATE account SET password_hash = 'another' WHERE id = $1", fan.id)
    async with office.transaction() as work:
        assert await work.sign_ins.begin(fan, "", new_id().bytes) is None
        assert await work.sign_ins.of_user(fan.id) == []


async def test_a_spent_token_says_for_how_long_and_its_successor_is_good(office: Office) -> None:
    fan, first, second = await a_known(office), new_id().bytes, new_id().bytes
    id = await signed_in(office, fan, first)
    await rotated(office, id, first, second)
    await office.pool.execute("UPDATE refresh_token SET spent_at = spent_at - interval '1 hour' WHERE token_hash = $1", first)
    async with office.transaction() as work:
        spent, good = await work.sign_ins.shown(first), await work.sign_ins.shown(second)
    assert spent is not None
    assert good is not None
    assert spent.spent_for is not None
    assert timedelta(hours=1) <= spent.spent_for < timedelta(hours=2)
    assert (good.spent_for, good.sign_in) == (None, spent.sign_in)


async def test_however_often_it_is_refreshed_a_sign_in_ends_after_half_a_year(office: Office) -> None:
    fan, first, second = await a_known(office), new_id().bytes, new_id().bytes
    id = await signed_in(office, fan, first)
    await office.pool.execute("UPDATE sign_in SET started_at = clock_timestamp() - interval '170 days' WHERE id = $1", id)
    await rotated(office, id, first, second)
    left = await office.scalar("SELECT expires_at - started_at FROM sign_in WHERE id = $1", id)
    assert left == timedelta(days=180)


async def test_a_sign_in_that_is_over_has_no_good_token_and_is_not_listed(office: Office) -> None:
    fan, token = await a_known(office), new_id().bytes
    id = await signed_in(office, fan, token)
    await office.pool.execute("UPDATE sign_in SET expires_at = clock_timestamp() WHERE id = $1", id)
    async with office.transaction() as work:
        assert await work.sign_ins.shown(token) is None
        assert await work.sign_ins.of_user(fan.id) == []
        assert await work.sign_ins.standings([fan.id]) == {fan.id: Standing(fan.roles, frozenset())}


async def test_two_who_show_the_same_token_come_one_after_the_other(office: Office) -> None:
    fan, first = await a_known(office), new_id().bytes
    id = await signed_in(office, fan, first)

    async def show(successor: bytes) -> bool:
        async with office.transaction() as work:
            shown = await work.sign_ins.shown(first)
            assert shown is not None
            if shown.spent_for is None:
                await work.sign_ins.rotate(id, first, successor)
            return shown.spent_for is None

    answers = await asyncio.gather(*(show(new_id().bytes) for _ in range(20)))
    assert sorted(answers) == [False] * 19 + [True]
    assert await office.scalar("SELECT count(*) FROM refresh_token WHERE sign_in_id = $1", id) == 2


async def test_only_ones_own_live_sign_ins_end_and_are_known_to_have(office: Office) -> None:
    fan, other = await a_known(office), await a_known(office)
    here, there, elsewhere = [await signed_in(office, fan, new_id().bytes) for _ in range(3)]
    theirs = await signed_in(office, other, new_id().bytes)
    async with office.transaction() as work:
        assert await work.sign_ins.end(other.id, only=here) == []
        assert await work.sign_ins.end(fan.id, only=here) == [here]
        assert await work.sign_ins.end(fan.id, only=here) == []
        assert await work.sign_ins.end(fan.id, but=there) == [elsewhere]
    async with office.transaction() as work:
        assert [one.id for one in await work.sign_ins.of_user(fan.id)] == [there]
        known = await work.sign_ins.ended_within(timedelta(minutes=10))
        assert (here in known, there in known, elsewhere in known, theirs in known) == (True, False, True, False)
        assert await work.sign_ins.standings([fan.id, other.id, UserId(new_id())]) == {
            fan.id: Standing(frozenset({Role.ATTENDEE}), frozenset({there})),
            other.id: Standing(frozenset({Role.ATTENDEE}), frozenset({theirs})),
        }
    await office.pool.execute("UPDATE sign_in SET ended_at = ended_at - interval '1 hour' WHERE id = $1", here)
    async with office.transaction() as work:
        assert here not in await work.sign_ins.ended_within(timedelta(minutes=10))


async def test_all_sign_ins_of_many_accounts_end_and_nobody_elses(office: Office) -> None:
    crowd, other = [await a_known(office) for _ in range(30)], await a_known(office)
    theirs = {await signed_in(office, one, new_id().bytes) for one in (*crowd, crowd[0])}
    before, stays = await signed_in(office, crowd[1], new_id().bytes), await signed_in(office, other, new_id().bytes)
    async with office.transaction() as work:
        assert await work.sign_ins.end(crowd[1].id, only=before) == [before]
        ended = await work.sign_ins.end_all([one.id for one in crowd])
        assert (len(ended), set(ended)) == (31, theirs)
        assert await work.sign_ins.end_all([one.id for one in crowd]) == []
        assert [one.id for one in await work.sign_ins.of_user(other.id)] == [stays]


async def test_sign_ins_that_ended_long_ago_go_with_their_tokens_and_others_stay(office: Office) -> None:
    fan = await a_known(office)
    ended, over, live = [await signed_in(office, fan, new_id().bytes) for _ in range(3)]
    await office.pool.execute("UPDATE sign_in SET ended_at = clock_timestamp() - interval '31 days' WHERE id = $1", ended)
    await office.pool.execute("UPDATE sign_in SET expires_at = clock_timestamp() - interval '31 days' WHERE id = $1", over)
    async with office.transaction() as work:
        assert await work.leftovers.forget_sign_ins(timedelta(days=30), 10) == 2
    assert await office.rows("SELECT id FROM sign_in WHERE user_id = $1", fan.id) == [(live,)]
    assert await office.rows("SELECT sign_in_id FROM refresh_token WHERE sign_in_id = ANY ($1)", [ended, over, live]) == [(live,)]


def to_0008(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "0008")


async def test_tokens_from_before_stay_good_and_spent_ones_are_gone(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine = make_engine(database_url)
    async with engine.begin() as begun:
        await begun.run_sync(to_0008)
    fan = await connection.fetchval("INSERT INTO account (email, password_hash, roles) VALUES ('f', '', '{ATTENDEE}') RETURNING id")
    keep = "INSERT INTO refresh_token VALUES ($1, $2, clock_timestamp() + $3, $4)"
    day = timedelta(days=1)
    await connection.execute(keep, b"good", fan, day, None)
    await connection.execute(keep, b"other", fan, day, None)
    await connection.execute(keep, b"over", fan, -day, None)
    await connection.execute(keep, b"spent", fan, day, await connection.fetchval("SELECT clock_timestamp()"))
    await migrate(database_url)
    await connection.close()
    async with transactions(engine)() as work:
        shown = {token: await work.sign_ins.shown(token) for token in (b"good", b"other", b"over", b"spent")}
        sign_ins = {one.id for one in await work.sign_ins.of_user(UserId(fan))}
    await engine.dispose()
    assert {one.sign_in.id for one in shown.values() if one} == sign_ins
    assert [len(sign_ins), shown[b"over"], shown[b"spent"]] == [2, None, None]
