"""Over which channels partners may sell a ticket type."""

from typing import Annotated, TypeAlias

import strawberry

from domain.ids import TicketTypeId
from resolvers.sales_channels import set_sales_channels
from resolvers.viewers import signed_in
from schema import errors
from schema.context import Info
from schema.scalars import shown, wanted


@strawberry.input(description="Ticket types, and over which channels partners may sell them. The organizer's own shop always may.")
class SetSalesChannelsInput:
    ticket_type_ids: list[strawberry.ID] = strawberry.field(description="1 to 100, of sessions that the viewer may change.")
    channels: list[str] | None = strawberry.field(
        description="Up to 10 channels as API clients have them; none of them: partners may not; null: over all channels.",
        default=None,
    )


@strawberry.type(description="Over which channels partners may sell these ticket types from now on.")
class SalesChannels:
    ticket_type_ids: list[strawberry.ID] = strawberry.field(description="Those that were named, each once.")
    channels: list[str] | None = strawberry.field(description="The channels; null: all of them.")


SetSalesChannelsResult: TypeAlias = Annotated[
    SalesChannels | errors.NotAllowed | errors.NotFound | errors.InvalidInput | errors.ServerBusy,
    strawberry.union("SetSalesChannelsResult", description="How it is now, or why nothing changed."),
]
Sales = Annotated[SetSalesChannelsInput, strawberry.argument(description="What, and over which channels.")]


@strawberry.type
class SalesChannelMutation:
    @strawberry.mutation(
        description="Says over which channels partners may sell ticket types; what they have locked they may still buy. Asked "
        "again nothing more happens. For those who may put events on."
    )
    async def set_sales_channels(self, info: Info, input: Sales) -> SetSalesChannelsResult:
        ids = [TicketTypeId(wanted("tickettype", id)) for id in input.ticket_type_ids]
        viewer = signed_in(info.context.viewer)
        named = await set_sales_channels(info.context.services, viewer, ids, input.channels)
        return SalesChannels(ticket_type_ids=[shown("tickettype", id) for id in named], channels=input.channels)
