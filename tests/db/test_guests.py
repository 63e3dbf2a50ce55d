"""Widgets' guests who have locked nothing are forgotten after a day; whoever has stays, as a buyer."""

import asyncio
from datetime import timedelta

from domain.clients import ApiClient, Scope
from domain.ids import ClientId, UserId, new_id
from domain.organizers import MemberRole
from domain.viewers import AccountKind, User, program
from tests.builders import a_buyer, a_show, belongs, in_days
from tests.db.conftest import Office

DAY = timedelta(days=1)
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def a_client(office: Office) -> ApiClient:
    owner = await a_buyer(office.transaction)
    organizer_id = await belongs(office.transaction, owner, MemberRole.OWNER)
    account = program(AccountKind.CLIENT)
    id = ClientId(new_id())
    client = ApiClient(id, organizer_id, account.id, id.hex, frozenset({Scope.SELL}), ("API",), (), in_days(0))
    async with office.transaction() as work:
        await work.users.add(account)
        assert await work.clients.add(client, id.bytes * 2, "usher_abcdef")
    return client


async def a_guest(office: Office, client: ApiClient) -> UserId:
    guest: User = program(AccountKind.GUEST)
    async with office.transaction() as work:
        await work.users.add(guest)
        assert await work.clients.add_guest(guest.id, client.id)
        assert await work.sign_ins.begin(guest, "https://shop.example", guest.id.bytes * 2) is not None
    return guest.id


async def known(office: Office, *ids: UserId) -> list[bool]:
    async with office.transaction() as work:
        found = await work.users.by_ids(ids)
    return [id in found for id in ids]


async def test_guests_without_holds_go_after_a_day_with_their_sign_ins(office: Office) -> None:
    client, show = await a_client(office), await a_show(office.transaction)
    old, new, buyer = [await a_guest(office, client) for _ in range(3)]
    await office.inventory.lock(show.lock(buyer, "A-1"))
    await office.pool.execute(
        "UPDATE widget_guest SET created_at = created_at - interval '25 hours' WHERE user_id = ANY($1)", [old, buyer]
    )
    async with office.transaction() as work:
        assert await work.leftovers.forget_guests(DAY, 100) == 2
    assert await known(office, old, new, buyer) == [False, True, True]
    assert await office.rows("SELECT user_id FROM widget_guest WHERE client_id = $1", client.id) == [(new,)]
    assert await office.rows("SELECT DISTINCT user_id FROM sign_in WHERE user_id = ANY($1)", [old]) == []
    async with office.transaction() as work:
        assert await work.leftovers.forget_guests(DAY, 100) == 0


async def test_a_batch_is_no_larger_than_said(office: Office) -> None:
    client = await a_client(office)
    for _ in range(5):
        await a_guest(office, client)
    await office.pool.execute(
        "UPDATE widget_guest SET created_at = created_at - interval '25 hours' WHERE client_id = $1", client.id
    )
    removed = []
    for _ in range(4):
        async with office.transaction() as work:
            removed.append(await work.leftovers.forget_guests(DAY, 2))
    assert removed == [2, 2, 1, 0]


async def test_no_guest_comes_to_a_client_that_is_just_being_revoked(office: Office) -> None:
    client, guest = await a_client(office), program(AccountKind.GUEST)

    async def come() -> bool:
        async with office.transaction() as work:
            await work.users.add(guest)
            return await work.clients.add_guest(guest.id, client.id)

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        async with office.transaction() as work:
            await work.clients.revoke(client.id)
            assert await work.clients.guests(client.id) == []
            coming = tasks.create_task(come())
            while not await office.scalar(WAITS):
                await asyncio.sleep(0.01)
    assert coming.result() is False
    assert await office.rows("SELECT user_id FROM widget_guest WHERE client_id = $1", client.id) == []


async def test_a_revoked_client_knows_the_guest_who_was_just_coming(office: Office) -> None:
    client, guest = await a_client(office), program(AccountKind.GUEST)

    async def revoke() -> list[UserId]:
        async with office.transaction() as work:
            await work.clients.revoke(client.id)
            return list(await work.clients.guests(client.id))

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        async with office.transaction() as work:
            await work.users.add(guest)
            assert await work.clients.add_guest(guest.id, client.id)
            revoking = tasks.create_task(revoke())
            while not await office.scalar(WAITS):
                await asyncio.sleep(0.01)
    assert revoking.result() == [guest.id]
