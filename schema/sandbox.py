"""The sandbox: time, rivals and faults, over the API."""

from datetime import timedelta
from typing import Annotated, Self, TypeAlias

import strawberry

from domain import sandbox as domain
from domain.ids import SessionId
from domain.sandbox import RivalStrategy
from resolvers.sandbox import control
from resolvers.viewers import signed_in
from schema.context import Info
from schema.errors import InvalidInput, NotAllowed, NotFound
from schema.scalars import shown, wanted

FOR_ADMINS = "For admins, in a sandbox (demo mode); NotAllowed for everybody else."


@strawberry.type(description="Rival buyers on one session, and what they have done.")
class Rivals:
    session_id: strawberry.ID = strawberry.field(description="The session that they are set loose on.")
    count: int = strawberry.field(description="How many there are.")
    strategy: RivalStrategy = strawberry.field(description="What they go for.")
    seed: int = strawberry.field(description="The same one gives the same rivals with the same wishes.")
    running: bool = strawberry.field(description="False when they were stopped, nothing is left, or none of them may have more.")
    held: int = strawberry.field(description="Tickets that they have locked by now.")
    bought: int = strawberry.field(description="Tickets that they have bought by now.")
    refused: int = strawberry.field(description="How often they were refused by now: others were quicker, the sale is not open.")

    @classmethod
    def of(cls, score: domain.Score) -> Self:
        rivalry = score.rivalry
        return cls(
            session_id=shown("session", rivalry.session_id),
            count=rivalry.count,
            strategy=rivalry.strategy,
            seed=rivalry.seed,
            running=score.running,
            held=score.held,
            bought=score.bought,
            refused=score.refused,
        )


@strawberry.type(description="Faults that are switched on in the process that answers.")
class Faults:
    busy: int = strawberry.field(description="Of a hundred locks, changes, extensions, releases and cancellations: ServerBusy.")
    declined: int = strawberry.field(description="Of a hundred payments: declined.")
    delay_ms: int = strawberry.field(description="How much longer each of them takes, in milliseconds.")


@strawberry.type(description="What a frontend can be tested against: time that is moved, rivals, faults. In demo mode only.")
class Sandbox:
    clock_ahead_seconds: int = strawberry.field(description="How far the server's clock has been moved ahead of the real one.")
    rivals: list[Rivals] = strawberry.field(description="Of the process that answers, in the order they were first set loose.")
    faults: Faults = strawberry.field(description="What is switched on.")

    @classmethod
    def of(cls, sandbox: domain.Sandbox) -> Self:
        faults = sandbox.faults
        return cls(
            clock_ahead_seconds=round(sandbox.clock.ahead.total_seconds()),
            rivals=[Rivals.of(score) for score in sandbox.rivals.scores()],
            faults=Faults(busy=faults.busy, declined=faults.declined, delay_ms=round(faults.delay.total_seconds() * 1000)),
        )


@strawberry.type(description="Connections that were ended without a word, as a dead network does.")
class ConnectionsCut:
    count: int = strawberry.field(description="How many websockets of the process that answers.")


@strawberry.input(description="How far to move the server's clock.")
class MoveClockInput:
    seconds: int = strawberry.field(
        description="Ahead, 1 to 31622400 (366 days); time does not go back. Holds that are over by then have expired when this is "
        "answered. How long access tokens live is not changed."
    )


@strawberry.input(description="Who is set loose on a session, in place of those it has.")
class StartRivalsInput:
    session_id: strawberry.ID = strawberry.field(description="The session.")
    count: int = strawberry.field(default=20, description="How many buyers, 1 to 500. Each has what ticketLimit allows, at most.")
    strategy: RivalStrategy = strawberry.field(default=RivalStrategy.RANDOM, description="What they go for.")
    seed: int = strawberry.field(default=1, description="The same one gives the same rivals with the same wishes.")
    buying: int = strawberry.field(
        default=60, description="Of a hundred holds so many are bought; half of the others are given back, half left to expire."
    )
    pause_ms: int = strawberry.field(
        default=1_000, description="How long each of them waits between two steps, on average; 1 to 60000 milliseconds."
    )

    def read(self) -> domain.Rivalry:
        """Raises `NotFound`."""
        return domain.Rivalry(
            SessionId(wanted("session", self.session_id)),
            self.count,
            self.strategy,
            self.seed,
            self.buying,
            timedelta(milliseconds=self.pause_ms),
        )


@strawberry.input(description="The faults that are to be; those that are left out are switched off.")
class SetFaultsInput:
    busy: int = strawberry.field(
        default=0,
        description="Of a hundred locks, changes, releases and the like so many are ServerBusy; 0 to 100.",
    )
    declined: int = strawberry.field(default=0, description="Of a hundred payments so many are declined; 0 to 100.")
    delay_ms: int = strawberry.field(default=0, description="How much longer each of them takes; 0 to 8000 milliseconds.")

    def read(self) -> domain.Faults:
        return domain.Faults(self.busy, self.declined, timedelta(milliseconds=self.delay_ms))


MoveClockResult: TypeAlias = Annotated[
    Sandbox | NotAllowed | InvalidInput,
    strawberry.union("MoveClockResult", description="The sandbox with its new time, or why it has none."),
]
StartRivalsResult: TypeAlias = Annotated[
    Sandbox | NotAllowed | NotFound | InvalidInput,
    strawberry.union("StartRivalsResult", description="The sandbox with its rivals, or why nobody was set loose."),
]
StopRivalsResult: TypeAlias = Annotated[
    Sandbox | NotAllowed | NotFound, strawberry.union("StopRivalsResult", description="The sandbox, or why nobody was stopped.")
]
SetFaultsResult: TypeAlias = Annotated[
    Sandbox | NotAllowed | InvalidInput,
    strawberry.union("SetFaultsResult", description="The sandbox with its faults, or why nothing was switched."),
]
CutConnectionsResult: TypeAlias = Annotated[
    ConnectionsCut | NotAllowed, strawberry.union("CutConnectionsResult", description="How many were cut, or why none.")
]


Move = Annotated[MoveClockInput, strawberry.argument(description="How far.")]
Start = Annotated[StartRivalsInput, strawberry.argument(description="Where, how many, and what they do.")]
StopOn = Annotated[strawberry.ID, strawberry.argument(description="Its rivals stop; what they hold is not given back.")]
Switch = Annotated[SetFaultsInput, strawberry.argument(description="Which faults.")]


@strawberry.type
class SandboxMutation:
    """Part of the root type."""

    @strawberry.mutation(description="Moves the server's clock ahead: holds expire, sales open, sessions begin. " + FOR_ADMINS)
    async def move_clock(self, info: Info, input: Move) -> MoveClockResult:
        by = timedelta(seconds=input.seconds)
        return Sandbox.of(await control.move_clock(info.context.services, signed_in(info.context.viewer), by))

    @strawberry.mutation(description="Sets rival buyers loose on a session, in place of those it has. " + FOR_ADMINS)
    async def start_rivals(self, info: Info, input: Start) -> StartRivalsResult:
        return Sandbox.of(await control.start_rivals(info.context.services, signed_in(info.context.viewer), input.read()))

    @strawberry.mutation(description="Stops the rivals of a session. " + FOR_ADMINS)
    async def stop_rivals(self, info: Info, session_id: StopOn) -> StopRivalsResult:
        stopped = SessionId(wanted("session", session_id))
        return Sandbox.of(await control.stop_rivals(info.context.services, signed_in(info.context.viewer), stopped))

    @strawberry.mutation(description="Switches faults on, and off those that are left out. " + FOR_ADMINS)
    async def set_faults(self, info: Info, input: Switch) -> SetFaultsResult:
        return Sandbox.of(await control.set_faults(info.context.services, signed_in(info.context.viewer), input.read()))

    @strawberry.mutation(description="Ends all websockets without a word, the caller's too. " + FOR_ADMINS)
    async def cut_connections(self, info: Info) -> CutConnectionsResult:
        return ConnectionsCut(count=await control.cut_connections(info.context.services, signed_in(info.context.viewer)))
