"""How a session's admission goes on, for those who work at its gates."""

import asyncio

from domain.organizers import MemberRole
from tests.api.conftest import House
from tests.api.documents import CANCEL, USE
from tests.api.watching import GATE, bought, refused, run, watching


async def test_a_gate_sees_who_was_let_in_and_who_was_not(house: House) -> None:
    one, other = (await bought(house, "A-1", "A-2"))["tickets"]
    elsewhere = await house.put_on()
    async with watching(house.gate, GATE, house.session_id) as watch:
        assert await watch.next() == {"expected": 2, "admitted": 0, "lastCheckIns": []}
        await house.gate.ask(USE, {"input": {"token": one["token"], "sessionId": house.session_id}})
        admitted = {"ticketId": one["id"], "seat": "A-1", "ticketType": {"name": "Seat"}, "result": "ADMITTED"}
        assert await watch.next() == {"expected": 2, "admitted": 1, "lastCheckIns": [admitted]}
        await house.gate.ask(USE, {"input": {"token": one["token"]}})
        again = await watch.next()
        assert (again["admitted"], [each["result"] for each in again["lastCheckIns"]]) == (1, ["TICKET_ALREADY_USED", "ADMITTED"])
        await house.gate.ask(USE, {"input": {"token": other["token"], "sessionId": elsewhere}})
        assert (await watch.next())["lastCheckIns"][0]["result"] == "WRONG_SESSION"
        await house.fan.ask(CANCEL, {"input": {"ticketId": other["id"]}})
        assert (await watch.next())["expected"] == 1


async def test_a_gate_is_told_five_times_a_second_at_most_and_of_all_in_the_end(house: House) -> None:
    await run(house, "UPDATE session SET ticket_limit = 20")
    tickets = (await bought(house, *(f"{row}-{n}" for row in "AB" for n in range(1, 11))))["tickets"]
    clock = asyncio.get_running_loop().time
    async with watching(house.gate, GATE, house.session_id) as watch:
        began, seen = clock(), [await watch.next()]
        async with asyncio.TaskGroup() as gates:
            for ticket in tickets:
                gates.create_task(house.gate.ask(USE, {"input": {"token": ticket["token"]}}))
            while seen[-1]["admitted"] < 20:
                seen.append(await watch.next())
        assert len(seen[-1]["lastCheckIns"]) == 20
        assert len(seen) <= 2 + (clock() - began) / 0.2


async def test_who_loses_the_role_is_told_nothing_more(house: House) -> None:
    [ticket] = (await bought(house, "A-1"))["tickets"]
    async with watching(house.gate, GATE, house.session_id) as watch:
        await watch.next()
        await run(house, "UPDATE account SET roles = '{ATTENDEE}' WHERE email = 'gate@example.com'")
        assert (await house.gate.ask(USE, {"input": {"token": ticket["token"]}}))["__typename"] == "NotAllowed"
        await house.add_member("colleague@example.com", MemberRole.GATE)
        colleague = await house.nobody.signed_in("colleague@example.com")
        assert (await colleague.ask(USE, {"input": {"token": ticket["token"]}}))["__typename"] == "Ticket"
        assert await refused(watch) == "NOT_ALLOWED"
    async with watching(house.gate, GATE, house.session_id) as watch:
        assert await refused(watch) == "NOT_ALLOWED"
