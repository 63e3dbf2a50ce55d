"""Live seats over a websocket: a snapshot, then gapless deltas, also for expiries, also after being cut off."""

import asyncio

from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, BUY, LOCK, RELEASE, WATCH


async def test_a_watcher_sees_a_snapshot_then_every_change_without_a_gap(house: House) -> None:
    await house.rival.ask(LOCK, house.lock("B-9"))
    async with house.nobody.watch(WATCH, {"id": house.session_id}) as watch:
        assert await watch.next() == {
            "__typename": "AvailabilitySnapshot",
            "version": 1,
            "available": 24,
            "held": 1,
            "sold": 0,
            "seats": [{"status": "HELD", "labels": ["B-9"]}],
        }
        hold = await house.fan.ask(LOCK, house.lock("A-2", "A-1"))
        locked = await watch.next()
        assert (locked["__typename"], locked["previousVersion"], locked["version"]) == ("AvailabilityDelta", 1, 2)
        assert locked["changes"] == [{"status": "HELD", "labels": ["A-1", "A-2"]}]
        await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
        sold = await watch.next()
        assert (sold["previousVersion"], sold["version"], sold["available"], sold["held"], sold["sold"]) == (2, 3, 22, 1, 2)
        assert sold["changes"] == [{"status": "SOLD", "labels": ["A-1", "A-2"]}]


async def test_an_expiry_is_announced_within_a_second(short_house: House) -> None:
    house = short_house
    async with house.nobody.watch(WATCH, {"id": house.session_id}) as watch:
        await watch.next()
        await house.fan.ask(LOCK, house.lock("A-1"))
        assert (await watch.next())["held"] == 1
        locked_at = asyncio.get_running_loop().time()
        freed = await watch.next()
        assert freed["changes"] == [{"status": "AVAILABLE", "labels": ["A-1"]}]
        assert 0.9 < asyncio.get_running_loop().time() - locked_at < 2.0


async def test_a_watcher_that_was_cut_off_continues_from_its_version(house: House) -> None:
    for seat in ("A-1", "A-2", "A-3"):
        await house.fan.ask(LOCK, house.lock(seat))
    async with house.nobody.watch(WATCH, {"id": house.session_id, "since": 1}) as watch:
        missed = await watch.next()
        assert (missed["__typename"], missed["previousVersion"], missed["version"]) == ("AvailabilityDelta", 1, 3)
        assert missed["changes"] == [{"status": "HELD", "labels": ["A-2", "A-3"]}]
        await house.rival.ask(LOCK, house.lock("B-1"))
        assert (await watch.next())["previousVersion"] == 3


async def test_a_version_from_the_future_gets_the_whole_state(house: House) -> None:
    async with house.nobody.watch(WATCH, {"id": house.session_id, "since": 99}) as watch:
        assert (await watch.next())["__typename"] == "AvailabilitySnapshot"


async def test_refusals_are_no_versions(house: House) -> None:
    await house.rival.ask(LOCK, house.lock("A-1"))
    for _ in range(3):
        assert (await house.fan.ask(LOCK, house.lock("A-1")))["__typename"] == "SeatsUnavailable"
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["version"] == 1


async def test_what_is_given_back_shows_as_available(house: House) -> None:
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    async with house.nobody.watch(WATCH, {"id": house.session_id}) as watch:
        assert (await watch.next())["held"] == 1
        await house.fan.ask(RELEASE, {"id": hold["id"]})
        freed = await watch.next()
        assert (freed["held"], freed["changes"]) == (0, [{"status": "AVAILABLE", "labels": ["A-1"]}])


async def test_watching_nothing_is_an_error_of_that_operation_alone(house: House) -> None:
    async with house.nobody.watch(WATCH, {"id": "session_01m7yedzw0e76tnnnvd9c2f4gg"}) as watch:
        message = await watch.message()
        errors = message["payload"]["errors"] if message["type"] == "next" else message["payload"]
        assert [error["extensions"]["code"] for error in errors] == ["NOT_FOUND"]


async def test_two_watchers_agree_with_the_database_after_many_changes(house: House) -> None:
    async def watched() -> dict[str, str]:
        state: dict[str, str] = {}
        version = 0
        async with house.nobody.watch(WATCH, {"id": house.session_id}) as watch:
            while version < 12:
                update = await watch.next()
                assert update.get("previousVersion", 0) == version or update["__typename"] == "AvailabilitySnapshot"
                version = update["version"]
                for group in update.get("changes", update.get("seats", [])):
                    state |= dict.fromkeys(group["labels"], group["status"])
        return {label: status for label, status in state.items() if status != "AVAILABLE"}

    async def changed() -> None:
        for n in range(1, 7):
            hold = await house.fan.ask(LOCK, house.lock(f"A-{n}"))
            if n % 2:
                await house.fan.ask(RELEASE, {"id": hold["id"]})
            else:
                await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})

    first, second, _ = await asyncio.gather(watched(), watched(), changed())
    assert first == second == {"A-2": "SOLD", "A-4": "SOLD", "A-6": "SOLD"}
