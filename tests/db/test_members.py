"""Members who change each other at the same moment."""

import asyncio

from domain.errors import NotAllowed
from domain.ids import OrganizerId, UserId, new_id
from domain.organizers import MemberRole, Organizer, Post
from domain.viewers import Role, Viewer
from resolvers.members import change_member
from tests.builders import buyers, in_days, services_of
from tests.db.conftest import Office

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def test_s5_who_is_just_being_demoted_does_not_undo_it(office: Office) -> None:
    organizer = Organizer(OrganizerId(new_id()), f"hall-{new_id().hex}", "A Hall")
    owner, other = await buyers(office.transaction, 2)
    async with office.transaction() as work:
        assert await work.organizers.add(organizer)
        for one in (owner, other):
            assert await work.organizers.join(organizer.id, one, Post(MemberRole.OWNER))

    async def rise(user_id: UserId) -> str:
        viewer = Viewer(user_id, frozenset({Role.ORGANIZER}), in_days(1))
        try:
            await change_member(services_of(office.transaction), viewer, organizer.id, user_id, Post(MemberRole.OWNER))
        except NotAllowed:
            return "refused"
        return "risen"

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        async with office.transaction() as work:
            await work.organizers.change(organizer.id, other, Post(MemberRole.MANAGER))
            rising = tasks.create_task(rise(other))
            while not await office.scalar(WAITS):
                await asyncio.sleep(0.01)
    assert rising.result() == "refused"
    async with office.transaction() as work:
        member = await work.organizers.member(organizer.id, other)
    assert member is not None
    assert member.post == Post(MemberRole.MANAGER)
