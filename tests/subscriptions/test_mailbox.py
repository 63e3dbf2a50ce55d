"""Mailboxes fold what is not sent yet, and give up on it when it is too much."""

import asyncio

import pytest

from domain.changes import AvailabilityDelta
from domain.ids import SessionId, new_id
from domain.seats import SeatStatus
from subscriptions.folding import MOST_DELTAS
from subscriptions.mailbox import MOST_SEATS, Mailbox

SESSION = SessionId(new_id())


def a_delta(version: int, *labels: str, status: SeatStatus = SeatStatus.HELD) -> AvailabilityDelta:
    return AvailabilityDelta(SESSION, version - 1, version, 0, 0, 0, {status: labels}, {})


async def test_what_was_not_sent_is_one_delta_with_a_seats_last_status() -> None:
    mailbox = Mailbox()
    mailbox.start(0)
    mailbox.put(a_delta(1, "A-1", "A-2"))
    mailbox.put(a_delta(2, "A-1", status=SeatStatus.SOLD))
    news = await mailbox.news()
    assert news is not None
    assert (news.previous_version, news.version) == (0, 2)
    assert news.changes == {SeatStatus.SOLD: ("A-1",), SeatStatus.HELD: ("A-2",)}


async def test_what_the_watcher_has_is_dropped() -> None:
    mailbox = Mailbox()
    for version in (4, 5, 6):
        mailbox.put(a_delta(version, f"A-{version}"))
    mailbox.start(5)
    mailbox.put(a_delta(5, "A-5"))
    news = await mailbox.news()
    assert news is not None
    assert (news.previous_version, news.version, news.changes) == (5, 6, {SeatStatus.HELD: ("A-6",)})


async def test_a_gap_is_never_sent() -> None:
    mailbox = Mailbox()
    mailbox.put(a_delta(7, "A-7"))
    mailbox.start(5)
    assert await mailbox.news() is None
    mailbox.start(7)
    mailbox.put(a_delta(8, "A-8"))
    news = await mailbox.news()
    assert news is not None
    assert news.previous_version == 7


async def test_too_many_changed_seats_become_a_snapshot() -> None:
    mailbox = Mailbox()
    mailbox.start(0)
    for version in range(1, 4):
        mailbox.put(a_delta(version, *(f"{version}-{seat}" for seat in range(MOST_SEATS // 2))))
    assert await mailbox.news() is None


async def test_many_changes_of_few_seats_stay_small() -> None:
    mailbox = Mailbox()
    mailbox.start(0)
    for version in range(1, 50 * MOST_DELTAS):
        mailbox.put(a_delta(version, f"A-{version % 10}"))
        assert len(mailbox._unsent.deltas) <= MOST_DELTAS
    news = await mailbox.news()
    assert news is not None
    assert (news.previous_version, news.version) == (0, 50 * MOST_DELTAS - 1)
    assert sorted(news.changes[SeatStatus.HELD]) == [f"A-{seat}" for seat in range(10)]


async def test_an_empty_mailbox_waits() -> None:
    mailbox = Mailbox()
    mailbox.start(3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await mailbox.news()
