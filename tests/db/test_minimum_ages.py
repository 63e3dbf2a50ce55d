"""Minimum ages: old enough on the day of the session, by the calendar of the place where it happens."""

from datetime import UTC, date, datetime

import pytest

from domain.errors import AgeRestricted
from domain.holds import Hold
from tests.builders import a_buyer, a_show
from tests.db.conftest import Office
from tests.db.test_inventory_races import outcomes

# 2040, so that every sale is still open; a leap year like 2044.
AUCKLAND_DAY = datetime(2040, 6, 9, 11, 59, tzinfo=UTC)  # 9 June 23:59 in Auckland (UTC+12)
AUCKLAND_NEXT_DAY = datetime(2040, 6, 9, 12, 0, tzinfo=UTC)  # 10 June 00:00
HONOLULU_DAY = datetime(2040, 6, 10, 9, 59, tzinfo=UTC)  # 9 June 23:59 in Honolulu (UTC-10)
HONOLULU_NEXT_DAY = datetime(2040, 6, 10, 10, 0, tzinfo=UTC)  # 10 June 00:00


async def may_buy(office: Office, starts_at: datetime, timezone: str, born: date | None) -> bool:
    show = await a_show(office.transaction, minimum_age=18, starts_at=starts_at, timezone=timezone)
    fan = await a_buyer(office.transaction, birth_date=born)
    [answer] = await outcomes([office.inventory.lock(show.lock(fan, "A-1"))])
    assert isinstance(answer, Hold) or (isinstance(answer, AgeRestricted) and answer.minimum_age == 18)
    assert (await office.snapshot(show.session_id)).version == isinstance(answer, Hold)
    return isinstance(answer, Hold)


@pytest.mark.parametrize(
    ("starts_at", "timezone", "allowed"),
    [
        (AUCKLAND_DAY, "Pacific/Auckland", False),
        (AUCKLAND_NEXT_DAY, "Pacific/Auckland", True),
        (HONOLULU_DAY, "Pacific/Honolulu", False),
        (HONOLULU_NEXT_DAY, "Pacific/Honolulu", True),
        (AUCKLAND_NEXT_DAY, "Pacific/Honolulu", False),
        (HONOLULU_DAY, "Pacific/Auckland", True),
    ],
)
async def test_a_birthday_begins_at_midnight_where_the_session_is(
    office: Office, starts_at: datetime, timezone: str, allowed: bool
) -> None:
    assert await may_buy(office, starts_at, timezone, date(2022, 6, 10)) is allowed


@pytest.mark.parametrize(
    ("born", "day", "allowed"),
    [
        # Born on 29 February: of age on 1 March of a year that has no such day.
        (date(2020, 2, 29), datetime(2038, 2, 28, 12, tzinfo=UTC), False),
        (date(2020, 2, 29), datetime(2038, 3, 1, 12, tzinfo=UTC), True),
        # A session on 29 February, eighteen years after a year that has none.
        (date(2022, 2, 28), datetime(2040, 2, 29, 12, tzinfo=UTC), True),
        (date(2022, 3, 1), datetime(2040, 2, 29, 12, tzinfo=UTC), False),
    ],
)
async def test_leap_days_make_nobody_older(office: Office, born: date, day: datetime, allowed: bool) -> None:
    assert await may_buy(office, day, "Europe/Warsaw", born) is allowed


async def test_who_gave_no_date_of_birth_is_refused(office: Office) -> None:
    assert await may_buy(office, AUCKLAND_DAY, "Pacific/Auckland", None) is False


async def test_without_a_minimum_age_nobody_is_asked(office: Office) -> None:
    show = await a_show(office.transaction)
    newborn, nobody_knows = await a_buyer(office.transaction, birth_date=date(2026, 1, 1)), await a_buyer(office.transaction)
    for buyer, label in ((newborn, "A-1"), (nobody_knows, "A-2")):
        assert (await office.inventory.lock(show.lock(buyer, label))).seats == (label,)
