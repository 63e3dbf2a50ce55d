"""A buyer with moods: takes what others want, asks twice, leaves early, comes too late, tries what is not theirs."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.asking import Line
from tests.faults.history import HELD, ORDER, Answer, Request, instant

KINDS_OF_PAYMENT = ("sandbox-ok",) * 6 + ("sandbox-slow",) * 2 + ("sandbox-declined",)
# How long after its end somebody comes back to an expired hold.
TOO_LATE = 0.05
# The sandbox takes three to say that a slow payment succeeded.
SLOW_SECONDS = 3.5


@dataclass(slots=True)
class Board:
    """What buyers know of each other: the holds of others, to try what is not theirs."""

    session_id: str
    seated_id: str
    standing_id: str
    seats: Sequence[str]
    holds: list[tuple[int, str]] = field(default_factory=list)

    def anothers(self, buyer: int, chance: random.Random) -> str | None:
        others = [hold for owner, hold in self.holds[-30:] if owner != buyer]
        return chance.choice(others) if others else None


@dataclass(slots=True)
class Buyer:
    number: int
    line: Line
    board: Board
    random: random.Random
    keyed: list[Request] = field(default_factory=list)
    owed: list[Request] = field(default_factory=list)

    async def until_closed(self) -> None:
        while not self.line.closed.is_set():
            await self.turn()
            await asyncio.sleep(self.random.uniform(0.0, 0.02))

    async def turn(self) -> None:
        await self._collect()
        locked = await self._lock()
        if locked.answer is None or locked.said != HELD:
            return
        hold = str(locked.answer["id"])
        self.board.holds.append((self.number, hold))
        for _ in range(self.random.randrange(3)):
            await self.random.choice((self._change, self._extend, self._ask_again, self._ask_again, self._steal))(
                hold, locked.answer
            )
        ways: Sequence[tuple[Callable[[str, Answer], Awaitable[None]], int]] = (
            (self._buy, 10),
            (self._release, 4),
            (self._come_too_late, 3),
            (self._forget, 1),
        )
        [way] = self.random.choices([way for way, _ in ways], [weight for _, weight in ways])
        await way(hold, locked.answer)

    async def _lock(self) -> Request:
        # Everybody wants the first ones most.
        wanted = sorted({int(self.random.betavariate(1, 2) * len(self.board.seats)) for _ in range(self.random.randint(1, 3))})
        input: dict[str, Any] = {"sessionId": self.board.session_id, "seats": [self.board.seats[at] for at in wanted]}
        if self.random.random() < 0.2:
            # However few are left of the best, nobody is refused for having been slower.
            best = {"ticketTypeId": self.board.seated_id, "quantity": len(wanted)}
            input = {"sessionId": self.board.session_id, "bestAvailable": best}
        standing = self.random.random() < 0.2
        input["generalAdmission"] = [{"ticketTypeId": self.board.standing_id, "quantity": 1}] if standing else []
        return await self._with_key("lock", input)

    async def _with_key(self, operation: str, input: dict[str, Any], hold: str = "", seat: str = "") -> Request:
        """Sometimes twice at once, or left and asked again."""
        key = f"{self.random.getrandbits(64):016x}"
        made = [Request(self.number, operation, input, key, hold, seat) for _ in range(2 if self.random.random() < 0.15 else 1)]
        leaves_after = self.random.uniform(0.002, 0.03) if self.random.random() < 0.1 else None
        await asyncio.gather(*(self.line.ask(one, leaves_after) for one in made))
        self.keyed = [*self.keyed[-9:], made[0]]
        return made[0]

    async def _change(self, hold: str, locked: Answer) -> None:
        seat = self.random.choice(self.board.seats)
        has = list(locked["seats"])
        remove = [has[0]] if len(has) > 1 and self.random.random() < 0.5 else []
        add = [seat] if seat not in has else []
        if add or remove:
            await self._with_key("change", {"holdId": hold, "add": add, "remove": remove}, hold)

    async def _extend(self, hold: str, _: Answer) -> None:
        await self._with_key("extend", {"holdId": hold}, hold)

    async def _ask_again(self, _hold: str, _: Answer) -> None:
        """An old key, with the same input or another one."""
        old = self.random.choice(self.keyed)
        if old.answer is None:
            return
        input = dict(old.input)
        if "seats" in input and old.said == HELD and self.random.random() < 0.5:
            input["seats"] = [seat for seat in self.board.seats if seat not in input["seats"]][:1]
        again = Request(self.number, old.operation, input, old.key, old.hold, old.seat)
        await self.line.ask(again)

    async def _steal(self, _hold: str, _: Answer) -> None:
        other = self.board.anothers(self.number, self.random)
        if other is None:
            return
        if self.random.random() < 0.5:
            await self.line.ask(Request(self.number, "release", {"holdId": other}, hold=other))
        else:
            await self.line.ask(Request(self.number, "change", {"holdId": other, "remove": [self.board.seats[0]]}, hold=other))

    async def _buy(self, hold: str, _: Answer) -> None:
        method = self.random.choice(KINDS_OF_PAYMENT)
        bought = await self._with_key("buy", {"holdId": hold, "paymentMethod": method}, hold)
        if bought.said == "PaymentDeclined" and self.random.random() < 0.7:
            bought = await self._with_key("buy", {"holdId": hold, "paymentMethod": "sandbox-ok"}, hold)
        if bought.answer is not None and bought.said == ORDER:
            await self._cancel(hold, bought.answer)
            self.owed += [bought] if not bought.answer["tickets"] else []

    async def _collect(self) -> None:
        """What was paid slowly: the same key tells what became of it."""
        if not self.owed or asyncio.get_running_loop().time() < self.owed[0].received + SLOW_SECONDS:
            return
        old = self.owed.pop(0)
        again = await self.line.ask(Request(self.number, "buy", old.input, old.key, old.hold))
        if again.answer is not None and again.said == ORDER:
            await self._cancel(old.hold, again.answer)

    async def _cancel(self, hold: str, order: Answer) -> None:
        """Most of it, so that others can have it."""
        for ticket in order["tickets"]:
            if self.random.random() < 0.8:
                await self._with_key("cancel", {"ticketId": ticket["id"]}, hold, ticket["seat"] or "")

    async def _release(self, hold: str, _: Answer) -> None:
        await self._with_key("release", {"holdId": hold}, hold)

    async def _come_too_late(self, hold: str, locked: Answer) -> None:
        left = instant(locked, "expiresAt") - instant(locked, "serverTime")
        await asyncio.sleep(max(left, 0) + TOO_LATE)
        await self._with_key("buy", {"holdId": hold, "paymentMethod": "sandbox-ok"}, hold)

    async def _forget(self, _hold: str, _: Answer) -> None:
        return
