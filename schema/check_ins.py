"""What happens at a gate, for those who work there."""

from datetime import datetime
from typing import Self

import strawberry

from domain import check_ins as domain
from domain.check_ins import CheckInResult
from schema.scalars import shown
from schema.sessions import TicketType


@strawberry.type(description="A ticket that was shown at a gate, and what came of it.")
class CheckIn:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket; gate staff may look at it.")
    seat: str | None = strawberry.field(description="The seat's label; null for general admission.")
    ticket_type: TicketType = strawberry.field(description="The price level it was sold as.")
    at: datetime = strawberry.field(description="When it was shown.")
    result: CheckInResult = strawberry.field(description="Whether it let somebody in, or why not.")

    @classmethod
    def of(cls, check_in: domain.CheckIn) -> Self:
        return cls(
            ticket_id=shown("ticket", check_in.ticket_id),
            seat=check_in.seat,
            ticket_type=TicketType.of(check_in.ticket_type),
            at=check_in.at,
            result=check_in.result,
        )


@strawberry.type(description="How far a session's admission has come.")
class GateActivity:
    expected: int = strawberry.field(description="Tickets that were not cancelled, used ones included.")
    admitted: int = strawberry.field(description="Tickets that were used.")
    last_check_ins: list[CheckIn] = strawberry.field(
        description="Its tickets that were shown last, at any gate, refused ones too: the newest first, at most 20."
    )

    @classmethod
    def of(cls, activity: domain.GateActivity) -> Self:
        return cls(
            expected=activity.admission.expected,
            admitted=activity.admission.admitted,
            last_check_ins=[CheckIn.of(one) for one in activity.last],
        )
