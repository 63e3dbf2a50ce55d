"""Over which channels partners may sell, and over which they sold."""

from collections.abc import Collection, Mapping, Sequence

from domain.access import Right
from domain.audit import AuditAction, Subject
from domain.errors import InvalidInput, NotFound
from domain.ids import HoldId, TicketTypeId
from domain.sales_channels import MOST_CHANNELS, check_channels
from domain.viewers import Viewer
from resolvers.access import reach_to_act
from resolvers.services import Services

MOST_TYPES = 100


async def set_sales_channels(
    services: Services, viewer: Viewer, ids: Sequence[TicketTypeId], channels: Sequence[str] | None
) -> Sequence[TicketTypeId]:
    """None: over all. Raises `NotAllowed`, `NotFound` where one of the ticket types is not the viewer's, `InvalidInput`."""
    distinct = tuple(dict.fromkeys(ids))
    if not 1 <= len(distinct) <= MOST_TYPES:
        raise InvalidInput(("input", "ticketTypeIds"), f"1 to {MOST_TYPES}.")
    if channels is not None and len(channels) > MOST_CHANNELS:
        raise InvalidInput(("input", "channels"), f"At most {MOST_CHANNELS}.")
    check_channels(channels or ())
    async with services.transaction() as work:
        reach = await reach_to_act(work, viewer, Right.PUT_ON)
        types = await work.sessions.ticket_types(distinct)
        owners = await work.organizers.of_sessions({one.session_id for one in types.values()})
        if len(types) < len(distinct) or not all(reach.covers(*owner) for owner in owners.values()):
            raise NotFound
        await work.sales_channels.set(distinct, channels)
        for id in distinct:
            owner = owners[types[id].session_id][0]
            details = {"channels": None if channels is None else " ".join(channels)}
            await work.audit.note(viewer, AuditAction.SALES_CHANNELS_SET, Subject("tickettype", id), owner, details)
    return distinct


async def channels_of_ticket_types(services: Services, ids: Collection[TicketTypeId]) -> Mapping[TicketTypeId, Sequence[str]]:
    """Those that not every channel sells."""
    async with services.reading() as work:
        return await work.sales_channels.of_ticket_types(ids)


async def channels_of_holds(services: Services, ids: Collection[HoldId]) -> Mapping[HoldId, str]:
    async with services.reading() as work:
        return await work.sales_channels.of_holds(ids)
