"""One execution for all who ask the same: what each of them sees is what it would see alone."""

import asyncio

from domain.seats import SeatStatus
from schema.serving.shared import TOLD_AT_ONCE
from tests.schema.serving.watchers import SEATS, House, Reader, house, left, seats_of

CRASHING = SEATS.replace("room: $room", 'room: $room, note: "crash"')


async def started(house: House, number: int) -> tuple[list[Reader], list[asyncio.Task[None]]]:
    readers = [Reader() for _ in range(number)]
    tasks = [house.watch(reader) for reader in readers]
    for reader in readers:
        await reader.heard_times(1)
    return readers, tasks


async def test_an_update_is_executed_once_and_the_same_bytes_go_to_all() -> None:
    async with house() as here:
        here.toys.change("A-1")
        readers, tasks = await started(here, 50)
        assert (here.toys.told, here.toys.sources, len(here.toys.contexts), here.toys.log.snapshots) == (1, 1, 1, 1)
        version = here.toys.change("A-2")
        for reader in readers:
            await reader.heard_of(version)
        first = {"data": {"seats": {"previous": None, "version": 1, "seats": ["A-1 HELD"]}}}
        then = {"data": {"seats": {"previous": 1, "version": 2, "seats": ["A-2 HELD"]}}}
        assert [reader.heard for reader in readers] == [[first, then]] * 50
        assert (here.toys.told, here.counted("executions_total"), here.counted("deliveries_total")) == (2, 2, 100)
        await left(*tasks)


async def test_while_thousands_are_told_others_have_their_turn_and_who_left_meanwhile_is_told_nothing() -> None:
    async with house() as here:
        readers, tasks = await started(here, 2 * TOLD_AT_ONCE + 2)
        version = here.toys.change("A-1")
        await readers[0].heard_of(version)
        assert [reader.version for reader in readers].count(version) == TOLD_AT_ONCE
        await left(tasks[-1])
        await readers[-2].heard_of(version)
        assert [reader.version for reader in readers].count(version) == 2 * TOLD_AT_ONCE + 1
        assert here.counted("deliveries_total") == 2 * (2 * TOLD_AT_ONCE + 2) - 1
        await left(*tasks[:-1])


async def test_what_is_shared_is_executed_for_nobody() -> None:
    async with house() as here:
        _, tasks = await started(here, 2)
        assert [context.viewer for context in here.toys.contexts] == [None]
        await left(*tasks)


async def test_who_comes_later_begins_with_a_snapshot_and_goes_on_with_all() -> None:
    async with house() as here:
        readers, tasks = await started(here, 3)
        here.toys.change("A-1")
        await readers[0].heard_of(1)
        late, more = await started(here, 3)
        assert [reader.heard[0]["data"]["seats"] for reader in late] == [
            {"previous": None, "version": 1, "seats": ["A-1 HELD"]}
        ] * 3
        version = here.toys.change("A-2")
        for reader in readers + late:
            await reader.heard_of(version)
        assert [(len(reader.heard), reader.faults) for reader in readers + late] == [(3, [])] * 3 + [(2, [])] * 3
        assert (len(here.sharing), here.toys.sources) == (1, 1)
        await left(*tasks, *more)


async def test_a_snapshot_is_never_older_than_the_asking() -> None:
    async with house(messages_per_second=10) as here:
        readers, tasks = await started(here, 1)
        # The first of these is handed on at once, the second waits for its turn with the message after it.
        here.toys.change("A-1")
        await readers[0].heard_of(1)
        version = here.toys.change("A-2")
        late, more = await started(here, 1)
        assert (late[0].version, readers[0].version) == (version, 1)
        here.toys.change("A-3")
        for reader in (*readers, *late):
            await reader.heard_of(3)
        assert [change["data"]["seats"]["previous"] for change in late[0].heard] == [None, 2]
        assert [reader.seats for reader in (*readers, *late)] == [{"A-1": "HELD", "A-2": "HELD", "A-3": "HELD"}] * 2
        await left(*tasks, *more)


async def test_who_comes_back_is_told_what_was_missed_and_nothing_else() -> None:
    async with house() as here:
        readers, tasks = await started(here, 1)
        for number in range(1, 6):
            here.toys.change(f"A-{number}")
            await readers[0].heard_of(number)
        back = [Reader() for _ in range(4)]
        for reader, since in zip(back, (2, 3, 5, 99), strict=True):
            reader.expects(since, None)
            tasks.append(here.watch(reader, v=since))
            await reader.heard_times(1)
        assert [reader.heard[0]["data"]["seats"] for reader in back] == [
            {"previous": 2, "version": 5, "seats": ["A-3 HELD", "A-4 HELD", "A-5 HELD"]},
            {"previous": 3, "version": 5, "seats": ["A-4 HELD", "A-5 HELD"]},
            {"previous": 5, "version": 5, "seats": []},
            {"previous": None, "version": 5, "seats": [f"A-{number} HELD" for number in range(1, 6)]},
        ]
        here.toys.change("B-1")
        for reader in (*readers, *back[:3]):
            await reader.heard_of(6)
        assert [reader.faults for reader in (*readers, *back)] == [[]] * 5
        assert here.toys.sources == 1
        await left(*tasks)


async def test_what_was_missed_before_anybody_watched_is_read_from_the_log_once_for_all() -> None:
    async with house() as here:
        for number in range(1, 6):
            here.toys.change(f"A-{number}")
        readers = [Reader() for _ in range(20)]
        for reader in readers:
            reader.expects(3, None)
        tasks = [here.watch(reader, v=3) for reader in readers]
        for reader in readers:
            await reader.heard_times(1)
        assert [reader.heard for reader in readers] == [
            [{"data": {"seats": {"previous": 3, "version": 5, "seats": ["A-4 HELD", "A-5 HELD"]}}}]
        ] * 20
        assert (here.toys.log.reads.count(3), here.toys.opened, here.counted("executions_total")) == (1, 2, 2)
        await left(*tasks)


async def test_a_stampede_is_answered_with_one_snapshot() -> None:
    async with house() as here:
        here.toys.change("A-1")
        readers, tasks = await started(here, 1_000)
        assert (here.toys.log.snapshots, here.toys.told, here.toys.opened) == (1, 1, 1)
        assert {reader.version for reader in readers} == {1}
        await left(*tasks)


async def test_who_is_slow_is_told_many_changes_in_one_and_others_do_not_wait() -> None:
    async with house() as here:
        readers, tasks = await started(here, 10)
        slow = readers[:4]
        for reader in slow:
            reader.read(False)
        for number in range(1, 21):
            here.toys.change(f"A-{number % 5}", list(SeatStatus)[number % 3])
            await readers[9].heard_of(number)
        executed = here.counted("executions_total")
        for reader in slow:
            reader.read(True)
            await reader.heard_of(20)
        # One delta was on its way when they stopped, one stands for the rest of them, and that for all four.
        assert [len(reader.heard) for reader in readers] == [3] * 4 + [21] * 6
        assert here.counted("executions_total") - executed == 1
        assert [(reader.faults, reader.seats) for reader in readers] == [([], seats_of(here.toys.log.state))] * 10
        await left(*tasks)


async def test_who_is_much_too_slow_is_told_everything_anew() -> None:
    async with house() as here:
        readers, tasks = await started(here, 2)
        readers[0].read(False)
        for number in range(1, 71):
            here.toys.change(f"A-{number}")
            await readers[1].heard_of(number)
        readers[0].read(True)
        await readers[0].heard_of(70)
        assert [change["data"]["seats"]["previous"] for change in readers[0].heard] == [None, 0, None]
        assert readers[0].seats == seats_of(here.toys.log.state)
        assert here.counted("resyncs_total") == 1
        await left(*tasks)


async def test_an_error_at_the_start_is_told_as_it_would_be_alone() -> None:
    async with house() as here:
        reader, alone = Reader(), Reader()
        await here.watch(reader, room=2)
        await alone.ordinarily(here.schema, here.context(), room=2)
        assert [reader.last] == alone.heard
        assert (len(here.sharing), here.toys.sources) == (0, 0)


async def test_a_variable_that_is_wrong_is_refused_as_it_would_be_alone() -> None:
    async with house() as here:
        reader, alone = Reader(), Reader()
        await here.watch(reader, room="one")
        await alone.ordinarily(here.schema, here.context(), room="one")
        assert [reader.last] == alone.heard
        assert reader.last["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_error_on_the_way_ends_it_for_all_and_the_next_begins_anew() -> None:
    async with house() as here:
        readers, tasks = await started(here, 3)
        crashing = [Reader() for _ in range(3)]
        ends = [here.watch(reader, CRASHING) for reader in crashing]
        for reader in crashing:
            await reader.heard_times(1)
        here.toys.change("A-1")
        here.toys.change("A-2")
        await asyncio.wait(ends, timeout=5)
        errors = [reader.last["errors"][0] for reader in crashing]
        assert [error["extensions"]["code"] for error in errors] == ["INTERNAL"] * 3
        assert (len({error["extensions"]["id"] for error in errors}), here.schema.unexpected.count) == (1, 1)
        again = Reader()
        tasks.append(here.watch(again, CRASHING.replace("crash", "fine")))
        for reader in (*readers, again):
            await reader.heard_of(2)
        assert (len(here.sharing), here.toys.sources) == (2, 2)
        await left(*tasks)


async def test_who_comes_when_it_has_ended_begins_anew_though_others_have_not_heard_the_end() -> None:
    async with house() as here:
        slow, again = Reader(), Reader()
        tasks = [here.watch(slow, CRASHING)]
        await slow.heard_times(1)
        slow.read(False)
        here.toys.change("A-1")
        async with asyncio.timeout(5):
            while here.counted("executions_total") < 2:
                await asyncio.sleep(0)
        here.toys.change("A-2")
        async with asyncio.timeout(5):
            while here.schema.unexpected.count == 0:
                await asyncio.sleep(0)
        here.toys.change("A-3")
        tasks.append(here.watch(again, CRASHING))
        await again.heard_of(3)
        assert not tasks[0].done()
        await left(*tasks)


async def test_after_the_database_was_set_back_the_same_numbers_mean_something_else() -> None:
    async with house(check_every=0.02) as here:
        readers, tasks = await started(here, 2)
        for number in range(1, 7):
            if number == 6:
                readers[0].read(False)
            here.toys.change(f"A-{number}")
            await readers[1].heard_of(number)
        here.toys.set_back(3)
        async with asyncio.timeout(5):
            while readers[1].version != 3:
                await asyncio.sleep(0.005)
        for number in range(4, 8):
            here.toys.change(f"B-{number}")
        await readers[1].heard_of(7)
        readers[0].read(True)
        await readers[0].heard_of(7)
        assert [(reader.faults, reader.seats) for reader in readers] == [([], seats_of(here.toys.log.state))] * 2
        assert [change["data"]["seats"]["previous"] for change in readers[0].heard[-2:]] == [5, None]
        await left(*tasks)


async def test_a_source_that_breaks_ends_it_for_all_with_its_error() -> None:
    async with house() as here:
        readers, tasks = await started(here, 3)
        here.toys.breaks.set()
        here.toys.change("A-1")
        await asyncio.wait(tasks, timeout=5)
        assert [reader.last["errors"][0]["extensions"]["code"] for reader in readers] == ["SERVER_BUSY"] * 3
        assert (len(here.sharing), here.toys.sources) == (0, 0)


async def test_a_log_out_of_reach_is_the_error_of_who_needed_it() -> None:
    async with house() as here:
        here.toys.change("A-1")
        readers, tasks = await started(here, 1)
        here.toys.log.away = True
        late, alone = Reader(), Reader()
        await here.watch(late, v=0)
        await alone.ordinarily(here.schema, here.context(), v=0)
        assert [late.last] == alone.heard
        assert late.last["errors"][0]["extensions"]["code"] == "SERVER_BUSY"
        here.toys.log.away = False
        here.toys.change("A-2")
        await readers[0].heard_of(2)
        await left(*tasks)


async def test_who_leaves_while_the_first_state_is_read_takes_nothing_from_others() -> None:
    async with house() as here:
        here.toys.log.open.clear()
        readers = [Reader() for _ in range(20)]
        tasks = [here.watch(reader) for reader in readers]
        await asyncio.sleep(0)
        await left(*tasks[:10])
        here.toys.log.open.set()
        for reader in readers[10:]:
            await reader.heard_times(1)
        await left(*tasks[10:])
        assert (len(here.sharing), here.toys.sources) == (0, 0)


async def test_who_leaves_while_something_is_executed_for_many_takes_nothing_from_them() -> None:
    async with house() as here:
        readers, tasks = await started(here, 11)
        for reader in readers[:10]:
            reader.read(False)
        for number in range(1, 6):
            here.toys.change(f"A-{number}")
            await readers[10].heard_of(number)
        here.toys.slow.clear()
        told = here.toys.told
        for reader in readers[:10]:
            reader.read(True)
        async with asyncio.timeout(5):
            while here.toys.told == told:
                await asyncio.sleep(0)
        await left(*tasks[:5])
        here.toys.slow.set()
        for reader in readers[5:]:
            await reader.heard_of(5)
        assert (here.toys.told - told, [reader.faults for reader in readers]) == (1, [[]] * 11)
        await left(*tasks[5:])
        assert (len(here.sharing), here.toys.sources) == (0, 0)


async def test_the_last_who_leaves_ends_the_source() -> None:
    async with house() as here:
        _, tasks = await started(here, 2)
        await left(tasks[0])
        assert (len(here.sharing), here.toys.sources) == (1, 1)
        await left(tasks[1])
        assert (len(here.sharing), here.toys.sources, here.counted("shared_streams")) == (0, 0, 0)
