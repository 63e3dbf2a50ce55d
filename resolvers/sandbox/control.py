"""Moving the clock, setting rivals loose, switching faults on: for admins, in a sandbox."""

from datetime import timedelta

from domain.audit import AuditAction
from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.ids import SessionId
from domain.sandbox import Faults, Rivalry, Sandbox
from domain.viewers import Role, Viewer
from resolvers.access import administering
from resolvers.services import Services
from resolvers.sessions import sessions_by_ids
from resolvers.upkeep import announce_expiries

FARTHEST = timedelta(days=366)
MOST_RIVALS = 500
LONGEST_PAUSE = timedelta(minutes=1)
LONGEST_DELAY = timedelta(seconds=8)


def sandbox_for(services: Services, viewer: Viewer | None) -> Sandbox | None:
    """None for anybody but admins, and where there is no sandbox."""
    return services.sandbox if viewer is not None and viewer.has(Role.ADMIN) else None


async def in_sandbox(services: Services, viewer: Viewer) -> Sandbox:
    """Raises `NotAllowed`, also for who is an admin no more."""
    sandbox = sandbox_for(services, viewer)
    if sandbox is None:
        raise NotAllowed
    async with services.transaction() as work:
        await administering(work, viewer)
    return sandbox


async def move_clock(services: Services, viewer: Viewer, by: timedelta) -> Sandbox:
    """What is over by then has ended when this returns. Raises `NotAllowed`, `InvalidInput`."""
    sandbox = await in_sandbox(services, viewer)
    if not timedelta(seconds=1) <= by <= FARTHEST:
        raise InvalidInput(("input", "seconds"), f"Between 1 second and {FARTHEST.days} days; time does not go back.")
    await _note(services, viewer, "moveClock", seconds=int(by.total_seconds()))
    await sandbox.clock.move(by)
    await announce_expiries(services)
    services.topics.look_again()
    return sandbox


async def start_rivals(services: Services, viewer: Viewer, rivalry: Rivalry) -> Sandbox:
    """Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    sandbox = await in_sandbox(services, viewer)
    if not 1 <= rivalry.count <= MOST_RIVALS:
        raise InvalidInput(("input", "count"), f"Between 1 and {MOST_RIVALS} rivals.")
    if not 0 <= rivalry.buying <= 100:
        raise InvalidInput(("input", "buying"), "Of a hundred: between 0 and 100.")
    if not timedelta(milliseconds=1) <= rivalry.pause <= LONGEST_PAUSE:
        raise InvalidInput(("input", "pauseMs"), "Between 1 and 60000 milliseconds.")
    if not await sessions_by_ids(services, [rivalry.session_id]):
        raise NotFound
    await _note(services, viewer, "startRivals", rivals=rivalry.count)
    sandbox.rivals.start(rivalry)
    return sandbox


async def stop_rivals(services: Services, viewer: Viewer, session_id: SessionId) -> Sandbox:
    """Raises `NotAllowed`."""
    sandbox = await in_sandbox(services, viewer)
    await _note(services, viewer, "stopRivals")
    sandbox.rivals.stop(session_id)
    return sandbox


async def set_faults(services: Services, viewer: Viewer, faults: Faults) -> Sandbox:
    """Raises `NotAllowed`, `InvalidInput`."""
    sandbox = await in_sandbox(services, viewer)
    for field, share in (("busy", faults.busy), ("declined", faults.declined)):
        if not 0 <= share <= 100:
            raise InvalidInput(("input", field), "Of a hundred: between 0 and 100.")
    if not timedelta() <= faults.delay <= LONGEST_DELAY:
        raise InvalidInput(("input", "delayMs"), "Between 0 and 8000 milliseconds.")
    await _note(services, viewer, "setFaults", busy=faults.busy, declined=faults.declined)
    sandbox.faults = faults
    return sandbox


async def cut_connections(services: Services, viewer: Viewer) -> int:
    """How many. Raises `NotAllowed`."""
    sandbox = await in_sandbox(services, viewer)
    await _note(services, viewer, "cutConnections")
    return sandbox.cut_connections()


async def _note(services: Services, viewer: Viewer, what: str, **details: int) -> None:
    async with services.transaction() as work:
        await work.audit.note(viewer, AuditAction.SANDBOX_CHANGED, details={"what": what, **details})
