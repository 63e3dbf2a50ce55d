"""The demo's people belong to the demo's organizer, also where they were there before it had members."""

from domain.organizers import MemberRole, Post
from resolvers.demo.seed import ORGANIZER, open_accounts
from resolvers.gateways.passwords import Argon2Passwords
from tests.builders import services_of
from tests.db.conftest import Office


async def test_the_organizer_owns_the_stages_and_the_gate_is_theirs_however_often_it_is_seeded(empty_office: Office) -> None:
    passwords = Argon2Passwords()
    services = services_of(empty_office.transaction, passwords=passwords)
    admin_id = await open_accounts(services)
    await empty_office.pool.execute("DELETE FROM membership WHERE role = 'GATE'")
    assert await open_accounts(services) == admin_id
    passwords.close()
    async with empty_office.transaction() as work:
        organizer_id = await work.events.organizer(*ORGANIZER)
        people = {name: await work.users.by_email(f"{name}@example.com") for name in ("organizer", "gate", "admin", "fan")}
        ids = {name: user.id for name, user in people.items() if user}
        rights = await work.organizers.rights(ids.values())
    assert {name: rights[id].posts for name, id in ids.items()} == {
        "organizer": {organizer_id: Post(MemberRole.OWNER)},
        "gate": {organizer_id: Post(MemberRole.GATE)},
        "admin": {},
        "fan": {},
    }
    assert [name for name, id in ids.items() if rights[id].admin] == ["admin"]
