"""Waiting rooms: who may lock tickets when, where more people come at once than a session can serve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.ids import PlaceId, SessionId, UserId, WaitingRoomId

# One admission. A minute has as many microseconds, so that all is counted in whole numbers and nothing is ever rounded.
ONE = 60_000_000
MICROSECOND = timedelta(microseconds=1)
# Between two messages to somebody who waits: a twentieth of the time that is left, within these.
SHORTEST_PAUSE = timedelta(seconds=3)
LONGEST_PAUSE = timedelta(seconds=30)
PAUSE_BEFORE_OPENING = timedelta(seconds=5)
NEXT_LOOK = timedelta(seconds=1)
LOOK_FOR_THE_DRAW = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class AdmissionRate:
    """From `since` until the next one. `admitted` were before it, in sixty-millionths; `per_minute` 0 is a pause."""

    since: datetime
    per_minute: int
    admitted: int

    def admitted_at(self, moment: datetime) -> int:
        """In sixty-millionths."""
        return self.admitted + self.per_minute * ((moment - self.since) // MICROSECOND)


@dataclass(frozen=True, slots=True)
class Opening:
    """`opens_at` None: at once, or as it was; `admission`, how long an admitted place may lock, None: as it was, or ten minutes.

    `seed` decides the draw of a room that is new; a room that there is keeps its own.
    """

    session_id: SessionId
    per_minute: int
    seed: str
    opens_at: datetime | None = None
    admission: timedelta | None = None


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """An open one. `rates` are in the order of their beginning, the first begins when the room opens.

    `last_number` is the last that was given; before the draw, how many will get one. `seed` is None until the draw.
    """

    id: WaitingRoomId
    session_id: SessionId
    opens_at: datetime
    admission: timedelta
    rates: Sequence[AdmissionRate]
    last_number: int
    drawn: bool
    seed_hash: str
    seed: str | None
    server_time: datetime

    @property
    def admitted(self) -> int:
        """The places with a number up to this one have been admitted. Whole at `server_time`, and never less later."""
        return max(self.rates[-1].admitted_at(self.server_time) // ONE, 0)

    @property
    def waiting(self) -> int:
        return max(self.last_number - self.admitted, 0) if self.drawn else self.last_number

    def turn_of(self, number: int) -> datetime | None:
        """When that number is or was admitted, to the microsecond; None as long as admission pauses before it."""
        rate = next(one for one in reversed(self.rates) if one.admitted < number * ONE)
        if not rate.per_minute:
            return None
        return rate.since + -((rate.admitted - number * ONE) // rate.per_minute) * MICROSECOND

    @property
    def changes_in(self) -> timedelta | None:
        """Until time alone makes it another: when it opens, then with the next admission, though not within a second."""
        if not self.drawn:
            return max(self.opens_at - self.server_time, LOOK_FOR_THE_DRAW)
        turn = self.turn_of(self.admitted + 1) if self.waiting else None
        return max(turn - self.server_time, NEXT_LOOK) if turn else None


@dataclass(frozen=True, slots=True)
class Place:
    """One account's in one room. `number` is None until the draw; `drawn` is what it drew, if it was there before the opening.

    The two differ where an admission was missed and the account has joined again.
    """

    id: PlaceId
    room_id: WaitingRoomId
    session_id: SessionId
    user_id: UserId
    joined_at: datetime
    number: int | None = None
    drawn: int | None = None


@dataclass(frozen=True, slots=True)
class NoQueue:
    """There is no open waiting room: tickets are locked without a token."""

    session_id: SessionId


@dataclass(frozen=True, slots=True)
class NotQueued:
    room: WaitingRoom


@dataclass(frozen=True, slots=True)
class AwaitingDraw:
    room: WaitingRoom
    place: Place


@dataclass(frozen=True, slots=True)
class Queued:
    """`expected_at` is None while admission pauses."""

    room: WaitingRoom
    place: Place
    number: int
    ahead: int
    expected_at: datetime | None

    @property
    def expected_in(self) -> timedelta | None:
        return self.expected_at - self.room.server_time if self.expected_at else None


@dataclass(frozen=True, slots=True)
class Admitted:
    room: WaitingRoom
    place: Place
    number: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AdmissionMissed:
    room: WaitingRoom
    place: Place
    expired_at: datetime


Position: TypeAlias = NoQueue | NotQueued | AwaitingDraw | Queued | Admitted | AdmissionMissed


def position(room: WaitingRoom, place: Place | None) -> Position:
    """At the room's `server_time`."""
    if place is None:
        return NotQueued(room)
    if place.number is None:
        return AwaitingDraw(room, place)
    turn = room.turn_of(place.number)
    if turn is None or turn > room.server_time:
        return Queued(room, place, place.number, max(place.number - 1 - room.admitted, 0), turn)
    if turn + room.admission > room.server_time:
        return Admitted(room, place, place.number, turn + room.admission)
    return AdmissionMissed(room, place, turn + room.admission)


def worth_telling(last: Position | None, now: Position) -> bool:
    """Whether somebody who was told `last` is to be told `now`: at once what matters, progress only every few seconds."""
    match last, now:
        case Queued(), Queued():
            if (last.number, last.expected_at) != (now.number, now.expected_at):
                return True
            return last.ahead != now.ahead and now.room.server_time - last.room.server_time >= pause_of(now)
        case AwaitingDraw(), AwaitingDraw():
            if (last.room.id, last.room.opens_at) != (now.room.id, now.room.opens_at):
                return True
            waited = now.room.server_time - last.room.server_time
            return last.room.waiting != now.room.waiting and waited >= PAUSE_BEFORE_OPENING
        case _:
            return True


def pause_of(now: Queued) -> timedelta:
    if now.expected_in is None:
        return LONGEST_PAUSE
    return min(max(now.expected_in / 20, SHORTEST_PAUSE), LONGEST_PAUSE)


def leads_on(now: Position) -> bool:
    """Whether waiting longer can make it another."""
    return isinstance(now, AwaitingDraw | Queued)
