"""Tickets over HTTP: used once, at the right gate, by the right people; cancelled in time."""

import asyncio
from typing import Any

from tests.api.client import Client
from tests.api.conftest import House
from tests.api.documents import AVAILABILITY, BUY, CANCEL, LOCK, USE

TICKET = "query($id: ID!) { ticket(id: $id) { id status token qrSvg session { id } } }"


async def bought(house: House, *seats: str, by: Client | None = None) -> list[dict[str, Any]]:
    order = await (by or house.fan).ask(BUY, {"input": {"tickets": house.lock(*seats)["input"], "paymentMethod": "sandbox-ok"}})
    tickets: list[dict[str, Any]] = order["tickets"]
    return tickets


async def test_a_ticket_lets_in_once(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    used = await house.gate.ask(USE, {"input": {"token": ticket["token"], "sessionId": house.session_id}})
    assert (used["__typename"], used["id"], used["status"]) == ("Ticket", ticket["id"], "USED")
    again = await house.gate.ask(USE, {"input": {"token": ticket["token"]}})
    assert (again["__typename"], again["before"]) == ("TicketAlreadyUsed", used["usedAt"])


async def test_sixteen_gates_at_once_admit_once(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    answers = await asyncio.gather(*(house.gate.ask(USE, {"input": {"token": ticket["token"]}}) for _ in range(16)))
    assert sorted(answer["__typename"] for answer in answers) == ["Ticket"] + ["TicketAlreadyUsed"] * 15


async def test_only_the_gate_uses_tickets(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    for somebody in (house.fan, house.rival):
        assert (await somebody.ask(USE, {"input": {"token": ticket["token"]}}))["__typename"] == "NotAllowed"
    assert (await house.fan.ask(TICKET, {"id": ticket["id"]}))["status"] == "VALID"


async def test_forged_tokens_are_no_tickets(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    token = ticket["token"]
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    for forged in (changed, token.lower(), token + " ", "test", "", "x" * 10_000):
        answer = await house.gate.ask(USE, {"input": {"token": forged}})
        assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", "token"])
    assert (await house.fan.ask(TICKET, {"id": ticket["id"]}))["status"] == "VALID"


async def test_how_many_have_come_is_for_the_gate_only(house: House) -> None:
    first, _ = await bought(house, "A-1", "A-2")
    await house.gate.ask(USE, {"input": {"token": first["token"]}})
    elsewhere = await house.put_on()
    document = "query($id: ID!) { session(id: $id) { admission { expected admitted } } }"
    seen = [await house.gate.ask(document, {"id": id}) for id in (house.session_id, elsewhere)]
    assert [one["admission"] for one in seen] == [{"expected": 2, "admitted": 1}, {"expected": 0, "admitted": 0}]
    for somebody in (house.fan, house.rival, house.nobody):
        assert await somebody.ask(document, {"id": house.session_id}) == {"admission": None}


async def test_a_ticket_of_another_session_is_refused_at_this_gate_and_not_used(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    elsewhere = await house.put_on()
    answer = await house.gate.ask(USE, {"input": {"token": ticket["token"], "sessionId": elsewhere}})
    assert (answer["__typename"], answer["sessionId"]) == ("WrongSession", house.session_id)
    assert (await house.gate.ask(USE, {"input": {"ticketId": ticket["id"]}}))["__typename"] == "Ticket"


async def test_a_cancelled_ticket_frees_its_seat_and_lets_nobody_in(house: House) -> None:
    first, _ = await bought(house, "A-1", "A-2")
    cancelled = await house.fan.ask(CANCEL, {"input": {"ticketId": first["id"], "reason": "ill"}})
    assert (cancelled["__typename"], cancelled["status"]) == ("Ticket", "CANCELLED")
    assert (await house.fan.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["sold"] == 1
    assert (await house.rival.ask(LOCK, house.lock("A-1")))["__typename"] == "Hold"
    at_the_gate = await house.gate.ask(USE, {"input": {"token": first["token"]}})
    assert (at_the_gate["__typename"], at_the_gate["status"]) == ("TicketNotValid", "CANCELLED")
    again = await house.fan.ask(CANCEL, {"input": {"ticketId": first["id"]}})
    assert (again["__typename"], again["status"]) == ("TicketNotValid", "CANCELLED")


async def test_a_used_ticket_is_not_cancelled(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    used = await house.gate.ask(USE, {"input": {"token": ticket["token"]}})
    answer = await house.fan.ask(CANCEL, {"input": {"ticketId": ticket["id"]}})
    assert (answer["__typename"], answer["before"]) == ("TicketAlreadyUsed", used["usedAt"])


async def test_nothing_is_cancelled_after_the_session_has_begun(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    await house.move_start(days=-0.01)
    answer = await house.fan.ask(CANCEL, {"input": {"ticketId": ticket["id"]}})
    assert (answer["__typename"], answer["startsAt"]) == ("SessionStarted", house.at(days=-0.01))
    assert (await house.fan.ask(TICKET, {"id": ticket["id"]}))["status"] == "VALID"


async def test_a_ticket_is_over_with_its_session(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    await house.move_start(days=-3)
    assert (await house.fan.ask(TICKET, {"id": ticket["id"]}))["status"] == "EXPIRED"
    answer = await house.gate.ask(USE, {"input": {"token": ticket["token"]}})
    assert (answer["__typename"], answer["status"]) == ("TicketNotValid", "EXPIRED")


async def test_a_ticket_is_seen_by_its_holder_and_the_gate_only(house: House) -> None:
    (ticket,) = await bought(house, "A-1")
    for somebody in (house.fan, house.gate):
        seen = await somebody.ask(TICKET, {"id": ticket["id"]})
        assert (seen["token"], seen["session"]["id"]) == (ticket["token"], house.session_id)
        assert seen["qrSvg"].startswith("<svg")
    for stranger in (house.rival, house.nobody):
        assert await stranger.ask(TICKET, {"id": ticket["id"]}) is None
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert await house.rival.ask(node, {"id": ticket["id"]}) is None
    assert await house.fan.ask(node, {"id": ticket["id"]}) == {"id": ticket["id"]}
    cancel = await house.rival.ask(CANCEL, {"input": {"ticketId": ticket["id"]}})
    assert cancel["__typename"] == "NotFound"
