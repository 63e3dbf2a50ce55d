"""Waiting rooms, and where somebody is in the queue."""

from datetime import datetime, timedelta
from typing import Annotated, Self, TypeAlias, assert_never

import strawberry
from strawberry import Private

from domain import waiting_rooms as domain
from domain.ids import SessionId
from resolvers.waiting_rooms import drawn_places, new_seed
from schema import errors
from schema.context import Info
from schema.scalars import shown, wanted

First = Annotated[int, strawberry.argument(description="How many, 1 to 100.")]
AfterNumber = Annotated[int, strawberry.argument(description="Only numbers after this one.")]


@strawberry.type(description="A place that took part in the draw. Whose it is, nobody is told.")
class DrawnPlace:
    place_id: strawberry.ID = strawberry.field(description="The placeId that its holder was given when joining.")
    uuid: str = strawberry.field(
        description="The same as a UUID in lower case with hyphens: what is hashed together with the seed."
    )
    number: int = strawberry.field(description="The number it drew, from 1 on.")

    @classmethod
    def of(cls, place: domain.Place) -> Self:
        return cls(place_id=shown("place", place.id), uuid=str(place.id), number=place.drawn or 0)


@strawberry.type(
    description="The open waiting room of a session: tickets are locked only by those whose turn it is. Who joined before it "
    "opened is put in order by lot, who joins later comes after them in order of arrival."
)
class WaitingRoom:
    opens_at: datetime = strawberry.field(description="When the draw is held and admission begins.")
    drawn: bool = strawberry.field(description="Whether it has opened and the draw was held.")
    admit_per_minute: int = strawberry.field(description="How many are admitted a minute now; 0: admission pauses.")
    admission_seconds: int = strawberry.field(description="For how long somebody may lock tickets from when they are admitted.")
    people_waiting: int = strawberry.field(description="How many wait to be admitted, by the server's clock now.")
    seed_hash: str = strawberry.field(
        description="SHA-256 of the seed, in hexadecimal, known from the beginning: so the seed was not chosen after people joined."
    )
    seed: str | None = strawberry.field(description="What the draw was made with; null until it was held.")
    server_time: datetime = strawberry.field(description="The server's clock.")
    room: Private[domain.WaitingRoom]

    @strawberry.field(
        description="The draw, in the order of its numbers, to be checked by anybody: it is the order of the MD5 of the seed "
        "followed by a place's uuid, both as text. Empty until it was held."
    )
    async def draw(self, info: Info, after_number: AfterNumber = 0, first: First = 20) -> list[DrawnPlace]:
        return [DrawnPlace.of(one) for one in await drawn_places(info.context.services, self.room, after_number, first)]

    @classmethod
    def of(cls, room: domain.WaitingRoom) -> Self:
        return cls(
            opens_at=room.opens_at,
            drawn=room.drawn,
            admit_per_minute=room.rates[-1].per_minute,
            admission_seconds=int(room.admission.total_seconds()),
            people_waiting=room.waiting,
            seed_hash=room.seed_hash,
            seed=room.seed,
            server_time=room.server_time,
            room=room,
        )


@strawberry.type(description="The session has no open waiting room: lock tickets, no token is needed.")
class NoQueue:
    session_id: strawberry.ID = strawberry.field(description="The session.")

    @classmethod
    def of(cls, nothing: domain.NoQueue) -> Self:
        return cls(session_id=shown("session", nothing.session_id))


@strawberry.type(description="There is a waiting room, and the viewer has no place in it: call joinQueue.")
class NotQueued:
    opens_at: datetime = strawberry.field(description="When it opens or opened. Who joins before takes part in the draw.")
    people_waiting: int = strawberry.field(description="How many wait.")
    server_time: datetime = strawberry.field(description="The server's clock.")


@strawberry.type(
    description="The viewer has a place and takes part in the draw when the room opens. When they came does not matter."
)
class AwaitingDraw:
    place_id: strawberry.ID = strawberry.field(description="The viewer's place, to find it in the draw.")
    opens_at: datetime = strawberry.field(description="When the draw is held and admission begins.")
    people_waiting: int = strawberry.field(description="How many wait, the viewer among them.")
    server_time: datetime = strawberry.field(description="The server's clock.")


@strawberry.type(description="The viewer has a number and is admitted when it is its turn.")
class Queued:
    place_id: strawberry.ID = strawberry.field(description="The viewer's place.")
    number: int = strawberry.field(description="From 1 on. It never becomes a higher one.")
    people_ahead: int = strawberry.field(description="How many are admitted before, from now on; 0: the viewer is next.")
    expected_at: datetime | None = strawberry.field(
        description="When the viewer is admitted if the rate stays what it is; null while admission pauses."
    )
    expected_in_seconds: int | None = strawberry.field(
        description="The same from serverTime on, in whole seconds, rounded up: count down from it without trusting the client's "
        "clock."
    )
    server_time: datetime = strawberry.field(description="The server's clock.")


@strawberry.type(description="It is the viewer's turn: lock tickets with the token.")
class Admitted:
    place_id: strawberry.ID = strawberry.field(description="The viewer's place.")
    number: int = strawberry.field(description="The viewer's number.")
    queue_token: str = strawberry.field(
        description="The queueToken of lockTickets, changeHold and buyTickets. For this account and session only; asking again "
        "gives one that is as good."
    )
    expires_at: datetime = strawberry.field(description="Until when it counts. What was locked by then stays.")
    server_time: datetime = strawberry.field(description="The server's clock.")


@strawberry.type(description="The viewer was admitted, and that is over. joinQueue gives a new place, after everybody who waits.")
class AdmissionMissed:
    expired_at: datetime = strawberry.field(description="When the admission ended.")


QueuePosition: TypeAlias = Annotated[
    NoQueue | NotQueued | AwaitingDraw | Queued | Admitted | AdmissionMissed,
    strawberry.union("QueuePosition", description="Where the viewer is in the queue for a session."),
]
JoinQueueResult: TypeAlias = Annotated[
    NoQueue | AwaitingDraw | Queued | Admitted | errors.NotFound | errors.ServerBusy,
    strawberry.union("JoinQueueResult", description="Where the viewer is now, or why they are not in the queue."),
]
OpenWaitingRoomResult: TypeAlias = Annotated[
    WaitingRoom | errors.NotFound | errors.NotAllowed | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("OpenWaitingRoomResult", description="The room as it is now, or why it is as it was."),
]
CloseWaitingRoomResult: TypeAlias = Annotated[
    NoQueue | errors.NotFound | errors.NotAllowed | errors.ServerBusy,
    strawberry.union("CloseWaitingRoomResult", description="That there is no queue any more, or why there is."),
]


@strawberry.input(description="A session's waiting room, to be opened or, where it has one, to be changed.")
class OpenWaitingRoomInput:
    session_id: strawberry.ID = strawberry.field(
        description="The session. Without an admitted place nobody locks its tickets from now on."
    )
    admit_per_minute: int = strawberry.field(
        description="How many are admitted a minute, 0 to 100000; 0 pauses. A change counts from now on: who was admitted stays "
        "so, and nobody passes anybody."
    )
    opens_at: datetime | None = strawberry.field(
        default=None,
        description="When the draw is held and admission begins; null, or past: at once, or as it was. It may be moved until then.",
    )
    admission_minutes: int | None = strawberry.field(
        default=None,
        description="For how many minutes somebody may lock tickets from when they are admitted, 1 to 1440; null: 10, or as it "
        "was. It may be changed until the room opens.",
    )

    def read(self) -> domain.Opening:
        """Raises `NotFound`."""
        admission = timedelta(minutes=self.admission_minutes) if self.admission_minutes is not None else None
        session_id = SessionId(wanted("session", self.session_id))
        return domain.Opening(session_id, self.admit_per_minute, new_seed(), self.opens_at, admission)


def position_of(info: Info, position: domain.Position) -> NoQueue | NotQueued | AwaitingDraw | Queued | Admitted | AdmissionMissed:
    match position:
        case domain.NoQueue():
            return NoQueue.of(position)
        case domain.NotQueued(room):
            return NotQueued(opens_at=room.opens_at, people_waiting=room.waiting, server_time=room.server_time)
        case domain.AwaitingDraw(room, place):
            return AwaitingDraw(
                place_id=shown("place", place.id),
                opens_at=room.opens_at,
                people_waiting=room.waiting,
                server_time=room.server_time,
            )
        case domain.Queued():
            return _queued(position)
        case domain.Admitted(room, place, number, expires_at):
            return Admitted(
                place_id=shown("place", place.id),
                number=number,
                queue_token=info.context.services.queue_tokens.issue(place, expires_at),
                expires_at=expires_at,
                server_time=room.server_time,
            )
        case domain.AdmissionMissed(_, _, expired_at):
            return AdmissionMissed(expired_at=expired_at)
        case _:
            assert_never(position)


def _queued(position: domain.Queued) -> Queued:
    left = position.expected_in
    return Queued(
        place_id=shown("place", position.place.id),
        number=position.number,
        people_ahead=position.ahead,
        expected_at=position.expected_at,
        expected_in_seconds=-(-left // timedelta(seconds=1)) if left is not None else None,
        server_time=position.room.server_time,
    )
