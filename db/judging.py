"""Judged batches: commands that depend on who sits next to whom, decided in rounds under the session's row lock.

In a round each pick is judged in order of arrival, as if all before it got what they ask for; the database decides, and says
AGAIN to those that relied on one that did not. They are the next round, in the same transaction.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from db.seatings import Connection, Known, Reader, Seatings, note
from domain.best_seats import Wanted, best_available, places_left
from domain.ids import SessionId
from domain.seating import FreeSeats
from domain.single_seats import SingleSeats, judge

Command = Mapping[str, Any]
Outcome = Mapping[str, Any]
ROW = """
SELECT version, (SELECT single_seats FROM session WHERE id = $1) AS policy FROM inventory WHERE session_id = $1 FOR UPDATE
"""
HELD = "SELECT id, seat_labels FROM hold WHERE id = ANY ($1) AND state = 'ACTIVE'"
TAKES = ("LOCK", "CHANGE")
AGAIN = "AGAIN"
EXPIRE: Command = {"kind": "EXPIRE", "ord": 0}
Apply: TypeAlias = "Callable[[Connection, Sequence[Command]], Awaitable[Outcome]]"


def wants_best(command: Command) -> bool:
    return command.get("best") is not None


@dataclass(slots=True)
class Ruling:
    """`outcomes` are of each call, in order; `answers` are by the place of the command."""

    outcomes: list[Outcome] = field(default_factory=list)
    answers: dict[int, Outcome] = field(default_factory=dict)

    def add(self, outcome: Outcome, places: Sequence[int]) -> Mapping[str, Sequence[str]]:
        """What it made of which seats. Those to be judged again get no answer."""
        self.outcomes.append(outcome)
        self.answers |= {places[answer["ord"]]: answer for answer in outcome["answers"] if answer["verdict"] != AGAIN}
        made: Mapping[str, Sequence[str]] = outcome["seats"] or {}
        return made


async def judged(
    connection: Connection, seatings: Seatings, session_id: SessionId, commands: Sequence[Command], apply: Apply
) -> Ruling | None:
    """None where there is no such session. Everything in one transaction: what ends holds first, as in every batch."""
    async with connection.transaction():
        row = await connection.fetchrow(ROW, session_id)
        if row is None:
            return None
        known = await _exactly(connection, seatings, session_id, row["version"])
        free = known.free.copy() if known else None
        ruling = Ruling()
        ending = [at for at, command in enumerate(commands) if command["kind"] not in TAKES]
        # At least an expiry, so that what is due is free.
        note(free, ruling.add(await apply(connection, _numbered(commands, ending) or [EXPIRE]), ending))
        left = [at for at, command in enumerate(commands) if command["kind"] in TAKES]
        while left:
            asked = [commands[at] for at in left]
            held = await _held_seats(connection, asked)
            turn = Round(known, free.copy() if free else None, SingleSeats(row["policy"]), held)
            note(free, ruling.add(await apply(connection, list(turn.judged(asked))), left))
            again = [at for at in left if at not in ruling.answers]
            if again == left:
                seatings.forget(session_id)
                raise asyncpg.SerializationError("the seats are not as they were known to be")
            left = again
    return ruling


def _numbered(commands: Sequence[Command], places: Sequence[int]) -> list[Command]:
    return [{**commands[place], "ord": at} for at, place in enumerate(places)]


async def _exactly(reader: Reader, seatings: Seatings, session_id: SessionId, version: int) -> Known | None:
    known = await seatings.at(reader, session_id, version)
    if known is not None and known.version != version:
        # A database that was set back to an earlier state.
        seatings.forget(session_id)
        known = await seatings.at(reader, session_id, version)
    return known


async def _held_seats(reader: Reader, commands: Sequence[Command]) -> Mapping[str, Sequence[str]]:
    """What the holds that are to be changed have now."""
    ids = [UUID(command["id"]) for command in commands if command["kind"] == "CHANGE"]
    return {str(row["id"]): row["seat_labels"] for row in await reader.fetch(HELD, ids)} if ids else {}


@dataclass(slots=True)
class Round:
    """`touched` are the commands that were taken to get seats of a stretch; `held` are the seats of holds to be changed."""

    known: Known | None
    free: FreeSeats | None
    policy: SingleSeats
    held: Mapping[str, Sequence[str]]
    touched: dict[int, list[int]] = field(default_factory=dict)

    def judged(self, commands: Sequence[Command]) -> Iterator[Command]:
        for at, command in enumerate(commands):
            yield {**command, "ord": at, **self._judged(at, command)}

    def _judged(self, at: int, command: Command) -> Command:
        if self.known is None or self.free is None:
            # Without a seat map there are no seats to be next to.
            return {"judged": {"unknownType": command["best"]["ticketType"]} if wants_best(command) else {}}
        if wants_best(command):
            return self._best(at, command, self.known, self.free)
        if command["kind"] == "CHANGE":
            had = self.held.get(command["id"], ())
            added = [label for label in command["added"] if label not in had]
            return {"judged": self._pick(at, added, [label for label in command["removed"] if label in had], self.free)}
        return {"judged": self._pick(at, command["seats"], (), self.free)}

    def _best(self, at: int, command: Command, known: Known, free: FreeSeats) -> Command:
        asked = command["best"]
        category = known.categories.get(asked["ticketType"])
        if category is None:
            return {"judged": {"unknownType": asked["ticketType"]}}
        for section in asked["sections"]:
            if section not in known.seating.sections:
                return {"judged": {"unknownSection": section}}
        wanted = Wanted(category, asked["quantity"], frozenset(asked["sections"]), asked["accessible"])
        chosen = best_available(free, wanted, UUID(command["hold"]).int)
        if chosen is None:
            everyone = sorted({one for many in self.touched.values() for one in many})
            short = {"ticketType": asked["ticketType"], "available": places_left(free, wanted), "relies": everyone}
            return {"judged": short}
        self._note(at, chosen)
        free.take(chosen)
        return {"seats": chosen, "judged": {"best": chosen, "relies": []}}

    def _pick(self, at: int, picked: Sequence[str], given_back: Sequence[str], free: FreeSeats) -> Mapping[str, Any]:
        relies = [one for stretch in free.seating.masks(picked) for one in self.touched.get(stretch, ())]
        if not all(free.has(label) for label in picked):
            return {"relies": relies}
        left = judge(free, picked, given_back) if self.policy is not SingleSeats.OFF else None
        if left is None or self.policy is not SingleSeats.REFUSE:
            self._note(at, [*picked, *given_back])
            free.give(given_back)
            free.take(picked)
        found = {"singles": left.labels, "suggestion": left.suggestion} if left else {}
        return {"relies": relies, **found}

    def _note(self, at: int, labels: Sequence[str]) -> None:
        assert self.free is not None
        for stretch in self.free.seating.masks(labels):
            self.touched.setdefault(stretch, []).append(at)
