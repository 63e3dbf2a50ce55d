"""How a buyer reaches the servers: over HTTP, at either of them, under one key until there is an answer; all of it noted."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import httpx

from tests.faults.history import Answer, Attempt, History, Outcome, Request

HOLD = "... on Hold { id state seats total { amount } expiresAt serverTime generalAdmission { quantity } }"
ORDER = "... on Order { id status total { amount } tickets { id seat status price { amount } } }"
TICKET = "... on Ticket { id seat status }"
TAKEN = "... on SeatsUnavailable { labels }"
# The mutation's name, the type of its input where it has one, and what is selected of its answer.
MUTATIONS = {
    "lock": ("lockTickets", "LockTicketsInput", HOLD + TAKEN),
    "change": ("changeHold", "ChangeHoldInput", HOLD + TAKEN),
    "extend": ("extendHold", None, HOLD),
    "release": ("releaseHold", None, HOLD),
    "buy": ("buyTickets", "BuyTicketsInput", ORDER + TAKEN),
    "cancel": ("cancelTicket", "CancelTicketInput", TICKET),
}


def _document(name: str, kind: str | None, fields: str) -> str:
    given, passed = f"$input: {kind}!", "input: $input"
    if kind is None:
        given, passed = "$holdId: ID!, $idempotencyKey: String", "holdId: $holdId, idempotencyKey: $idempotencyKey"
    return f"mutation({given}) {{ {name}({passed}) {{ __typename {fields} ... on Error {{ code }} }} }}"


# What was done could not be read any more: as if it had been said in the answer.
BUSY: Answer = {"__typename": "ServerBusy"}
DOCUMENTS = {operation: _document(*mutation) for operation, mutation in MUTATIONS.items()}


@dataclass(slots=True)
class Line:
    """`patience` is how long an answer is waited for, in seconds; `closed` is set when nobody tries again any more."""

    buyer: int
    urls: Sequence[str]
    token: str
    http: httpx.AsyncClient
    history: History
    random: random.Random
    patience: float
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, request: Request, leaves_after: float | None = None) -> Request:
        """`leaves_after`: so soon the client leaves the first time, and asks again."""
        self.history.requests.append(request)
        while not request.attempts or not self.closed.is_set():
            attempt = await self._attempted(request, leaves_after if not request.attempts else None)
            if attempt.outcome in (Outcome.ANSWERED, Outcome.BROKEN, Outcome.UNANSWERED):
                break
            await asyncio.sleep(self.random.uniform(0.01, 0.1))
        return request

    async def _attempted(self, request: Request, leaves_after: float | None) -> Attempt:
        attempt = Attempt(self.random.randrange(len(self.urls)), _now())
        request.attempts.append(attempt)
        try:
            # Not by cancelling: whoever leaves while still connecting would leave the socket behind.
            answer = await self._sent(request, attempt, httpx.Timeout(self.patience, read=leaves_after or self.patience))
            attempt.received = _now()
            attempt.outcome = Outcome.BUSY if answer["__typename"] == "ServerBusy" else Outcome.ANSWERED
            request.answer = answer if attempt.outcome is Outcome.ANSWERED else None
        except httpx.TimeoutException as error:
            attempt.outcome, attempt.said = Outcome.ABANDONED if leaves_after else Outcome.UNANSWERED, type(error).__name__
        except httpx.TransportError as error:
            attempt.outcome, attempt.said = Outcome.CUT_OFF, type(error).__name__
        except (ValueError, LookupError, TypeError) as error:
            attempt.outcome, attempt.said = Outcome.BROKEN, attempt.said or repr(error)
        return attempt

    async def _sent(self, request: Request, attempt: Attempt, patience: httpx.Timeout) -> Answer:
        variables = {**request.input, "idempotencyKey": request.key}
        if MUTATIONS[request.operation][1] is not None:
            variables = {"input": variables}
        response = await self.http.post(
            f"{self.urls[attempt.server]}/graphql",
            json={"query": DOCUMENTS[request.operation], "variables": variables},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=patience,
        )
        attempt.said = response.text[:300]
        read = response.json()
        for error in read.get("errors", ()):
            if error["extensions"]["code"] != "SERVER_BUSY":
                raise ValueError(attempt.said)
            return BUSY
        [answer] = read["data"].values()
        request.replayed = "extensions" in read and read["extensions"].get("idempotentReplay") is True
        return cast("Answer", answer)


def _now() -> float:
    return asyncio.get_running_loop().time()
