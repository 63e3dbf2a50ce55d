"""What the staff of an organizer sees of what was sold, and what it cancels for buyers."""

from typing import Any

from domain.organizers import MemberRole
from tests.api.conftest import House
from tests.api.documents import CANCEL
from tests.api.watching import bought

ORDERS = """query($id: ID!, $status: OrderStatus, $email: String) { session(id: $id) {
  orders(status: $status, email: $email) { totalCount nodes {
    status total { amount } buyer { email } tickets { seat holder { email } } } }
  event { orders(first: 1) { totalCount nodes { buyer { email } } pageInfo { hasNextPage } } } } }"""
TICKETS = """query($id: ID!, $status: TicketStatus, $seat: String, $email: String) { session(id: $id) {
  tickets(status: $status, seat: $seat, email: $email) { totalCount nodes { seat status token holder { email } } } } }"""
ORDER = "query($id: ID!) { order(id: $id) { id buyer { email } tickets { holder { email } token } } }"
AUDIT = """query($id: ID!) { organizer(id: $id) { auditLog(action: TICKET_CANCELLATION) {
  nodes { email subjectId details { name } } } } }"""


async def seats(house: House, client: Any, **only: Any) -> list[str]:
    found = await client.ask(TICKETS, {"id": house.session_id, **only})
    return [one["seat"] for one in found["tickets"]["nodes"]]


async def test_the_box_office_sees_orders_tickets_and_buyers(house: House) -> None:
    office = await house.member("office", MemberRole.BOX_OFFICE)
    order = await bought(house, "A-1", "A-2")
    await bought(house, "B-1", by=house.rival)
    found = await office.ask(ORDERS, {"id": house.session_id})
    fan, rival = {"email": "fan@example.com"}, {"email": "rival@example.com"}
    assert found["orders"] == {
        "totalCount": 2,
        "nodes": [
            {"status": "PAID", "total": {"amount": "25.00"}, "buyer": rival, "tickets": [{"seat": "B-1", "holder": rival}]},
            {
                "status": "PAID",
                "total": {"amount": "50.00"},
                "buyer": fan,
                "tickets": [{"seat": "A-1", "holder": fan}, {"seat": "A-2", "holder": fan}],
            },
        ],
    }
    assert found["event"]["orders"] == {"totalCount": 2, "nodes": [{"buyer": rival}], "pageInfo": {"hasNextPage": True}}
    for only, expected in (({"email": "FAN@example.com"}, 1), ({"status": "EXPIRED"}, 0), ({"email": "fan@example"}, 0)):
        assert (await office.ask(ORDERS, {"id": house.session_id, **only}))["orders"]["totalCount"] == expected
    assert sorted(await seats(house, office)) == ["A-1", "A-2", "B-1"]
    assert await seats(house, office, seat="A-2") == ["A-2"]
    assert await seats(house, office, email="Rival@example.com") == ["B-1"]
    assert await seats(house, office, status="USED") == []
    seen = await office.ask(ORDER, {"id": order["id"]})
    assert (seen["buyer"], [one["token"] for one in seen["tickets"]]) == (fan, [one["token"] for one in order["tickets"]])


async def test_s4_others_see_none_of_it_however_they_ask(house: House) -> None:
    order = await bought(house, "A-1")
    neighbour = await house.member("neighbour", MemberRole.OWNER, organizer=("elsewhere", "Elsewhere"))
    for client in (house.nobody, house.rival, house.fan, house.gate, neighbour):
        found = await client.ask(ORDERS, {"id": house.session_id, "email": "fan@example.com"})
        assert found == {"orders": None, "event": {"orders": None}}
        assert await client.ask(TICKETS, {"id": house.session_id, "seat": "A-1"}) == {"tickets": None}
    for client in (house.nobody, house.rival, house.gate, neighbour):
        assert await client.ask(ORDER, {"id": order["id"]}) is None
    mine = await house.fan.ask(ORDER, {"id": order["id"]})
    assert (mine["buyer"], mine["tickets"][0]["holder"]) == ({"email": "fan@example.com"}, {"email": "fan@example.com"})
    ticket = "query($id: ID!) { ticket(id: $id) { token holder { email } } }"
    at_the_gate = await house.gate.ask(ticket, {"id": order["tickets"][0]["id"]})
    assert at_the_gate == {"token": order["tickets"][0]["token"], "holder": None}


async def test_the_box_office_cancels_for_a_buyer_which_is_noted_once_and_a_gate_may_not(house: House) -> None:
    office = await house.member("office", MemberRole.BOX_OFFICE)
    owner = await house.member("owner", MemberRole.OWNER)
    one, other = (await bought(house, "A-1", "A-2"))["tickets"]
    asked = {"input": {"ticketId": one["id"], "reason": "fell ill", "idempotencyKey": "k"}}
    assert (await house.gate.ask(CANCEL, asked))["__typename"] == "NotFound"
    for _ in range(2):
        cancelled = await office.ask(CANCEL, asked)
        assert (cancelled["__typename"], cancelled["status"]) == ("Ticket", "CANCELLED")
    assert (await house.fan.ask(CANCEL, {"input": {"ticketId": other["id"]}}))["__typename"] == "Ticket"
    noted = await owner.ask(AUDIT, {"id": await house.organizer_id()})
    assert noted["auditLog"]["nodes"] == [{"email": "office@example.com", "subjectId": one["id"], "details": []}]
