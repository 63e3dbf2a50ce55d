"""The whole API, put together."""

from strawberry.schema.config import StrawberryConfig

from schema import enums  # noqa: F401 - registers the domain's states
from schema.errors import HANDLERS
from schema.events import Event
from schema.holds import Hold
from schema.mutation import Mutation
from schema.orders import Order
from schema.organizers import Organizer
from schema.query import Query
from schema.scalars import SCALARS
from schema.serving.execution import UsherSchema
from schema.sessions import Session, TicketType, Venue
from schema.subscription import Subscription
from schema.tickets import Ticket
from schema.viewers import User

schema = UsherSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Event, Session, Venue, TicketType, Hold, Order, Ticket, User, Organizer],
    config=StrawberryConfig(scalar_map=SCALARS),
    exception_handlers=HANDLERS,
)
