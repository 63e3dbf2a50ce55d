"""The audit log: written with the deed, read by whom it concerns, changed by nobody."""

import asyncpg
import pytest

from domain.access import EVERYWHERE, NOWHERE, Reach
from domain.audit import AuditAction, AuditFilter, Subject
from domain.errors import NotAllowed
from domain.ids import OrganizerId, SignInId, UserId, new_id
from domain.organizers import Organizer
from domain.repositories import PageRequest
from domain.viewers import Viewer
from tests.builders import in_days
from tests.db.conftest import Office


async def an_entry(office: Office) -> tuple[Viewer, OrganizerId, Subject]:
    viewer = Viewer(UserId(new_id()), frozenset(), in_days(1), SignInId(new_id()))
    organizer, subject = Organizer(OrganizerId(new_id()), f"hall-{new_id().hex}", "A Hall"), Subject("session", new_id())
    async with office.transaction() as work:
        await work.organizers.add(organizer)
        await work.audit.note(viewer, AuditAction.WAITING_ROOM_OPENED, subject, organizer.id, {"admitPerMinute": 60})
    return viewer, organizer.id, subject


async def test_an_entry_says_who_did_what_to_what_and_when(office: Office) -> None:
    before = await office.scalar("SELECT clock_timestamp()")
    viewer, organizer_id, subject = await an_entry(office)
    async with office.transaction() as work:
        [entry] = (await work.audit.page(Reach(organizers=frozenset({organizer_id})), PageRequest(5), AuditFilter())).items
    assert before < entry.at < await office.scalar("SELECT clock_timestamp()")
    assert (entry.user_id, entry.sign_in_id, entry.action) == (viewer.user_id, viewer.sign_in_id, AuditAction.WAITING_ROOM_OPENED)
    assert (entry.subject, entry.organizer_id, entry.details) == (subject, organizer_id, {"admitPerMinute": 60})


async def test_what_is_rolled_back_was_not_done(office: Office) -> None:
    _, organizer_id, _ = await an_entry(office)

    async def undone() -> None:
        async with office.transaction() as work:
            await work.audit.note(None, AuditAction.MEMBER_LEFT, None, organizer_id)
            raise NotAllowed

    with pytest.raises(NotAllowed):
        await undone()
    assert await office.scalar("SELECT count(*) FROM audit WHERE organizer_id = $1", organizer_id) == 1


async def test_s30_entries_are_read_within_the_reach_only(office: Office) -> None:
    _, one, _ = await an_entry(office)
    _, other, _ = await an_entry(office)
    async with office.transaction() as work:
        await work.audit.note(None, AuditAction.SANDBOX_CHANGED)
        for reach, expected in ((Reach(organizers=frozenset({one})), [one]), (NOWHERE, [])):
            page = await work.audit.page(reach, PageRequest(100), AuditFilter())
            assert [entry.organizer_id for entry in page.items] == expected
            assert await work.audit.count(reach, AuditFilter()) == len(expected)
            assert await work.audit.count(reach, AuditFilter(organizer_id=other)) == 0
        only = AuditFilter(organizer_id=other, action=AuditAction.WAITING_ROOM_OPENED)
        assert [entry.organizer_id for entry in (await work.audit.page(EVERYWHERE, PageRequest(9), only)).items] == [other]
        assert await work.audit.count(EVERYWHERE, AuditFilter(action=AuditAction.SANDBOX_CHANGED)) >= 1
        assert await work.audit.count(EVERYWHERE, AuditFilter(organizer_id=other, action=AuditAction.MEMBER_LEFT)) == 0


async def test_an_entry_is_never_changed_nor_removed_but_who_did_it_may_get_another_name(office: Office) -> None:
    _, organizer_id, _ = await an_entry(office)
    for forbidden in (
        "UPDATE audit SET action = 'MEMBER_LEFT' WHERE organizer_id = $1",
        "UPDATE audit SET details = '{}' WHERE organizer_id = $1",
        "UPDATE audit SET at = now() WHERE organizer_id = $1",
        "UPDATE audit SET user_id = NULL, subject_id = uuidv7() WHERE organizer_id = $1",
        "DELETE FROM audit WHERE organizer_id = $1",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await office.pool.execute(forbidden, organizer_id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await office.pool.execute("TRUNCATE audit")
    pseudonym = new_id()
    await office.pool.execute("UPDATE audit SET user_id = $2, sign_in_id = NULL WHERE organizer_id = $1", organizer_id, pseudonym)
    kept = await office.rows("SELECT user_id, sign_in_id, action, details FROM audit WHERE organizer_id = $1", organizer_id)
    assert kept == [(pseudonym, None, "WAITING_ROOM_OPENED", '{"admitPerMinute": 60}')]
