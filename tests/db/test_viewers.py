"""Accounts: emails without regard to case."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from domain.ids import UserId, new_id
from domain.viewers import AccountKind, Role
from tests.builders import a_user
from tests.db.conftest import Office


async def test_an_account_reads_back_as_it_was_added_and_is_found_by_email_in_any_case(office: Office) -> None:
    user = a_user(email="Zażółć.Fan@Example.com", roles=frozenset({Role.GATE, Role.ADMIN}), birth_date=date(2000, 2, 29))
    async with office.transaction() as work:
        await work.users.add(user)
    async with office.transaction() as work:
        assert await work.users.by_email("zażółć.fan@EXAMPLE.COM") == user
        assert await work.users.by_ids([user.id, UserId(new_id())]) == {user.id: user}
        assert await work.users.by_email("zażółć_fan@example.com") is None


async def test_what_kind_of_account_it_is_and_whether_its_email_is_proven_reads_back(office: Office) -> None:
    device, proven = a_user(kind=AccountKind.DEVICE), a_user(verified=True)
    async with office.transaction() as work:
        await work.users.add(device)
        await work.users.add(proven)
    async with office.transaction() as work:
        assert await work.users.by_ids([device.id, proven.id]) == {device.id: device, proven.id: proven}
    assert await office.rows("SELECT kind, email_verified_at IS NULL FROM account WHERE id = $1", device.id) == [("DEVICE", True)]
    assert await office.rows("SELECT kind, email_verified_at IS NULL FROM account WHERE id = $1", proven.id) == [("PERSON", False)]


async def test_an_email_in_another_case_is_the_same_account(office: Office) -> None:
    user = a_user()
    async with office.transaction() as work:
        await work.users.add(user)
    with pytest.raises(IntegrityError, match="account_email"):
        async with office.transaction() as work:
            await work.users.add(a_user(email=user.email.upper()))
