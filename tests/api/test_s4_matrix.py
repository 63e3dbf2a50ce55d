"""S4, S30: what is not somebody's is to them as if it did not exist: every field with an id, for everybody there is."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema

from domain.ids import new_id, read_id, show_id
from schema.api import schema
from tests.api.conftest import open_house
from tests.api.matrix import ADMIN, CASES, CHECKING_IN, EVERYBODY, HOLDER, MANAGING, SELLING, Case, People, ids_of
from tests.api.stage import Stage, a_stage

SDL = build_schema(schema.as_str())
# Of things that many may look at, what only some see: null for the others.
GUARDED: Mapping[str, tuple[str, str, People]] = {
    "Session.admission": ("session", "{ value: admission { expected } }", CHECKING_IN),
    "Session.orders": ("session", "{ value: orders { totalCount nodes { id buyer { email } } } }", SELLING),
    "Session.tickets": ("session", "{ value: tickets { totalCount nodes { id holder { email } } } }", SELLING),
    "Event.orders": ("event", "{ value: orders { totalCount nodes { id buyer { email } } } }", SELLING),
    "Order.buyer": ("order", "{ value: buyer { email } }", HOLDER | SELLING),
    "Ticket.holder": ("ticket", "{ value: holder { email } }", HOLDER | SELLING),
    "Ticket.token": ("ticket", "{ value: token }", HOLDER | SELLING | CHECKING_IN),
    "Ticket.qrSvg": ("ticket", "{ value: qrSvg }", HOLDER | SELLING | CHECKING_IN),
    "Organizer.viewerRole": ("organizer", "{ value: viewerRole }", SELLING | CHECKING_IN | {"near_gate"}),
    "Organizer.members": ("organizer", "{ value: members { totalCount nodes { email } } }", MANAGING),
    "Organizer.invitations": ("organizer", "{ value: invitations { email } }", MANAGING),
    "Organizer.gateDevices": ("organizer", "{ value: gateDevices { name } }", MANAGING),
    "Organizer.auditLog": ("organizer", "{ value: auditLog { totalCount nodes { id } } }", MANAGING),
}
# What whoever sees the thing sees of it.
OPEN: Mapping[str, str] = {
    "Event": "id slug title description category status minimumAge nextSession sessions organizer",
    "Session": "id status startsAt endsAt timezone saleOpensAt ticketLimit singleSeats holdsAnHour event venue ticketTypes seatMap "
    "availability waitingRoom calendar",
    "Organizer": "id slug name events viewerRights",
    "Order": "id status total createdAt tickets session channel",
    "Ticket": "id seat status price purchasedAt usedAt session ticketType",
}


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    plenty = {"USHER_COST_PER_SECOND": "1000000", "USHER_COST_PER_ADDRESS": "1000000"}
    async with open_house(database_url, tmp_path, **plenty) as house:
        yield await a_stage(house)


def test_s4_every_field_that_takes_an_id_has_its_cases() -> None:
    assert sorted(set(ids_of(SDL)) ^ set(CASES)) == [], "see tests/api/matrix.py"


def test_s4_a_field_without_a_case_is_seen() -> None:
    sdl = "type Query { a(b: ID, c: I): T } input I { d: [ID!] e: I } type T { f(g: [ID]): Int h: ID }"
    assert list(ids_of(build_schema(sdl))) == ["Query.a(b)", "Query.a(c.d)", "T.f(g)"]


def test_s4_everything_with_a_global_id_is_asked_for_by_it() -> None:
    node = SDL.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    kinds = {one.name for one in SDL.get_implementations(node).objects}
    assert kinds == {"Event", "Session", "Venue", "TicketType", "Organizer", "Hold", "Order", "Ticket", "User"}
    assert len({case.own for case in CASES["Query.node(id)"]}) == len(kinds) + len(("draft event", "draft session", "draft type"))


def test_s4_every_field_of_what_many_see_is_either_open_or_guarded() -> None:
    for name, fields in OPEN.items():
        kind = SDL.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        guarded = {field.partition(".")[2] for field in GUARDED if field.startswith(f"{name}.")}
        assert set(kind.fields) - guarded <= set(fields.split()), f"a new field of {name}: open to whoever sees it, or guarded?"


async def test_s4_what_is_not_yours_is_as_if_it_did_not_exist(stage: Stage) -> None:
    wrong = [line for field, cases in CASES.items() for case in cases for line in await told_apart(stage, field, case)]
    assert not wrong, "\n".join(wrong)


async def test_s4_what_is_yours_is_there_and_nobody_elses(stage: Stage) -> None:
    wrong = [line for field, cases in CASES.items() for case in cases for line in await refused(stage, field, case)]
    assert not wrong, "\n".join(wrong)


async def test_s30_nested_fields_are_null_for_everybody_but_whom_they_concern(stage: Stage) -> None:
    ids = {**stage.ids, "order": await stage.order()}
    wrong = []
    for name, (root, selection, allowed) in GUARDED.items():
        document = f"query($id: ID!) {{ {root}(id: $id) {selection} }}"
        for who in sorted(EVERYBODY):
            thing = await stage.people[who].ask(document, {"id": ids[root]})
            if ((thing or {"value": None})["value"] is not None) is not (who in allowed):
                wrong.append(f"{name} for {who}: {thing}")
    assert not wrong, "\n".join(wrong)


async def told_apart(stage: Stage, field: str, case: Case) -> list[str]:
    """To whom a foreign id is another than one that nobody has."""
    own = await case.own(stage)

    async def asked_by(who: str) -> str | None:
        others = own if who not in case.allowed else await case.foreign(stage) if case.foreign else None
        if others is None:
            return None
        told, granted = await stage.answer(who, case.document, await case.variables(stage, who, others))
        read = read_id(others)
        assert read is not None
        unknown, _ = await stage.answer(who, case.document, await case.variables(stage, who, show_id(read[0], new_id())))
        return f"{field} as {who}: {told} instead of {unknown}" if granted or told != unknown else None

    # A partner's program asks for what nobody but a few may see, too.
    people = EVERYBODY | ({"their_partner"} if "stranger" not in case.allowed else set())
    return [line for line in await asyncio.gather(*map(asked_by, sorted(people))) if line is not None]


async def refused(stage: Stage, field: str, case: Case) -> list[str]:
    """Of those who may, who may not; asked one after the other, each for another thing where it is used up."""
    own, wrong = await case.own(stage), []
    for who in sorted(case.allowed, key=lambda one: one in ADMIN):
        told, granted = await stage.answer(who, case.document, await case.variables(stage, who, own))
        if not granted:
            wrong.append(f"{field} as {who}: {told}")
        if case.fresh:
            own = await case.own(stage)
    return wrong
