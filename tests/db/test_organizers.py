"""Who belongs to an organizer: one owner always, roles of accounts that follow, rights that reach so far and no further."""

import asyncio
from collections import Counter

import pytest

from domain.access import EVERYWHERE, NOWHERE, Reach, Right, Rights
from domain.errors import LastOwner
from domain.ids import OrganizerId, UserId, new_id
from domain.organizers import MemberRole, Organizer, Post
from domain.repositories import PageRequest
from domain.viewers import Role
from tests.builders import a_buyer, a_room, a_session, an_event, belongs, buyers, put_on
from tests.db.conftest import Office


async def an_organizer(office: Office) -> OrganizerId:
    organizer = Organizer(OrganizerId(new_id()), f"hall-{new_id().hex}", "A Hall")
    async with office.transaction() as work:
        assert await work.organizers.add(organizer)
    return organizer.id


async def join(office: Office, organizer_id: OrganizerId, role: MemberRole, *people: UserId) -> None:
    async with office.transaction() as work:
        for one in people:
            assert await work.organizers.join(organizer_id, one, Post(role))


async def roles(office: Office, user_id: UserId) -> frozenset[Role]:
    async with office.transaction() as work:
        return (await work.users.by_ids([user_id]))[user_id].roles


async def test_two_owners_who_leave_at_once_leave_one_of_them(office: Office) -> None:
    async def leave(user_id: UserId) -> str:
        try:
            async with office.transaction() as work:
                await work.organizers.leave(organizer_id, user_id)
        except LastOwner:
            return "stays"
        return "gone"

    for _ in range(10):
        organizer_id, pair = await an_organizer(office), await buyers(office.transaction, 2)
        await join(office, organizer_id, MemberRole.OWNER, *pair)
        assert Counter(await asyncio.gather(*map(leave, pair))) == {"gone": 1, "stays": 1}
        left = await office.rows("SELECT role FROM membership WHERE organizer_id = $1", organizer_id)
        assert left == [("OWNER",)]


async def test_the_last_owner_becomes_nothing_else_and_stays_when_deleted_by_hand(office: Office) -> None:
    organizer_id, owner = await an_organizer(office), await a_buyer(office.transaction)
    await join(office, organizer_id, MemberRole.OWNER, owner)
    with pytest.raises(LastOwner):
        async with office.transaction() as work:
            await work.organizers.change(organizer_id, owner, Post(MemberRole.MANAGER))
    with pytest.raises(Exception, match="keeps an owner"):
        await office.pool.execute("DELETE FROM account WHERE id = $1", owner)
    async with office.transaction() as work:
        rights = await work.organizers.rights([owner])
    assert rights == {owner: Rights(False, {organizer_id: Post(MemberRole.OWNER)})}


async def test_an_account_has_the_roles_of_its_posts_and_keeps_its_others(office: Office) -> None:
    one, other = await an_organizer(office), await an_organizer(office)
    person = await a_buyer(office.transaction, roles=frozenset({Role.ATTENDEE, Role.ADMIN}))
    own = {Role.ATTENDEE, Role.ADMIN}
    await join(office, one, MemberRole.BOX_OFFICE, person)
    await join(office, other, MemberRole.GATE, person)
    assert await roles(office, person) == own | {Role.ORGANIZER, Role.GATE}
    async with office.transaction() as work:
        assert not await work.organizers.join(one, person, Post(MemberRole.OWNER))
        await work.organizers.change(one, person, Post(MemberRole.GATE))
    assert await roles(office, person) == own | {Role.GATE}
    for organizer_id in (one, other):
        async with office.transaction() as work:
            await work.organizers.leave(organizer_id, person)
    assert await roles(office, person) == own


async def test_posts_that_the_accounts_own_roles_do_not_allow_are_none(office: Office) -> None:
    manager, gate = await buyers(office.transaction, 2)
    organizer_id = await belongs(office.transaction, manager, MemberRole.MANAGER)
    await belongs(office.transaction, gate, MemberRole.GATE)
    for person, role in ((manager, "GATE"), (gate, "ORGANIZER")):
        await office.pool.execute("UPDATE account SET roles = $2 WHERE id = $1", person, [role])
        async with office.transaction() as work:
            assert await work.organizers.rights([person]) == {person: Rights()}
    await office.pool.execute("UPDATE account SET roles = '{ORGANIZER}' WHERE id = $1", manager)
    async with office.transaction() as work:
        assert (await work.organizers.rights([manager]))[manager].posts == {organizer_id: Post(MemberRole.MANAGER)}


async def test_a_gate_of_one_event_reaches_that_event_and_no_other_of_its_organizer(office: Office) -> None:
    room = a_room()
    events = [await put_on(office.transaction, an_event(a_session(room)), room) for _ in range(2)]
    gate = await a_buyer(office.transaction)
    organizer_id = await belongs(office.transaction, gate, MemberRole.GATE, events[0].id)
    async with office.transaction() as work:
        reach = (await work.organizers.rights([gate]))[gate].reach(Right.CHECK_IN)
        sessions = [(await work.sessions.page_of(event.id, PageRequest(1))).items[0].id for event in events]
        assert list(await work.tickets.admission(reach, sessions)) == sessions[:1]
        assert list(await work.tickets.admission(Reach(organizers=frozenset({organizer_id})), sessions)) == sessions
        assert set(await work.tickets.admission(EVERYWHERE, sessions)) == set(sessions)
        assert await work.tickets.admission(NOWHERE, sessions) == {}
    assert reach == Reach(events=frozenset({(organizer_id, events[0].id)}))
