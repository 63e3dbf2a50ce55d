"""Locking tickets and giving them back."""

from collections.abc import Collection, Mapping, Sequence

from domain.answers import Once
from domain.errors import InvalidInput, NotFound
from domain.holds import Admissions, BestAvailable, ChangeHold, Hold, Lockable, LockTickets, Selection
from domain.ids import HoldId, UserId
from domain.topics import Kind, Topic
from domain.viewers import Viewer
from resolvers.services import Services

MOST_AT_ONCE = 100


async def lock_tickets(services: Services, command: LockTickets) -> Hold:
    """All or nothing; raises what `Inventory.lock` does, `InvalidInput` for what no session could give, `EmailNotVerified`."""
    _check(command)
    if services.buyers.required:
        await services.buyers.check(services.transaction, command.user_id)
    return await _as_it_is(services, await services.inventory.lock(command), command.once)


async def change_hold(services: Services, command: ChangeHold) -> Hold:
    """All or nothing; raises what `Inventory.change` does, and `InvalidInput` for what no hold could become."""
    _check_change(command)
    held = (await holds_by_ids(services, [command.hold_id])).get(command.hold_id)
    if held is None or held.user_id != command.user_id:
        raise NotFound
    changed = await services.inventory.change(held.session_id, command)
    services.topics.announce(Topic(Kind.HOLD, changed.id))
    return await _as_it_is(services, changed, command.once)


async def extend_hold(services: Services, viewer: Viewer, hold_id: HoldId, once: Once | None = None) -> Hold:
    """The hold with its new end. Raises `NotFound`, and what `Inventory.extend` does."""
    held = (await holds_by_ids(services, [hold_id])).get(hold_id)
    if held is None or held.user_id != viewer.user_id:
        raise NotFound
    await services.inventory.extend(held.session_id, hold_id, once)
    services.topics.announce(Topic(Kind.HOLD, hold_id))
    return (await holds_by_ids(services, [hold_id]))[hold_id]


async def would_lock(services: Services, selection: Selection) -> Lockable | None:
    """None where there is no such session; raises what `lock_tickets` would."""
    if not selection.seats:
        raise InvalidInput(("seats",), "Name at least one seat.")
    _check_seats(("seats",), selection.seats)
    try:
        return await services.inventory.would_lock(selection)
    except NotFound:
        return None


async def release_hold(services: Services, viewer: Viewer, hold_id: HoldId, once: Once | None = None) -> Hold:
    """The hold as it was given back. Raises `NotFound`, `HoldExpired`, `NotAllowed`."""
    held = (await holds_by_ids(services, [hold_id])).get(hold_id)
    if held is None or held.user_id != viewer.user_id:
        raise NotFound
    await services.inventory.release(held.session_id, hold_id, once)
    services.topics.announce(Topic(Kind.HOLD, hold_id))
    return (await holds_by_ids(services, [hold_id]))[hold_id]


async def holds_by_ids(services: Services, ids: Collection[HoldId]) -> Mapping[HoldId, Hold]:
    async with services.reading() as work:
        return await work.holds.by_ids(ids)


async def holds_of_user(services: Services, user_id: UserId) -> Sequence[Hold]:
    async with services.reading() as work:
        return await work.holds.of_user(user_id)


async def _as_it_is(services: Services, decided: Hold, once: Once | None) -> Hold:
    """A decision that is given again may be old: it is the same hold, as it is by now."""
    if once is None or not once.replayed:
        return decided
    return (await holds_by_ids(services, [decided.id]))[decided.id]


def _check(command: LockTickets) -> None:
    if not command.seats and not command.general_admission and command.best_available is None:
        raise InvalidInput(("input", "seats"), "Name at least one seat, or places of general admission.")
    if command.best_available is not None:
        _check_best(command.best_available, named=bool(command.seats))
    _check_seats(("input", "seats"), command.seats)
    _check_places(command.general_admission, least=1)


def _check_change(command: ChangeHold) -> None:
    if not command.add and not command.remove and not command.general_admission:
        raise InvalidInput(("input",), "Name seats to add or to remove, or places of general admission.")
    _check_seats(("input", "add"), command.add)
    _check_seats(("input", "remove"), command.remove)
    for at, label in enumerate(command.remove):
        if label in command.add:
            raise InvalidInput(("input", "remove", str(at)), f"{label} is to be added too.")
    _check_places(command.general_admission, least=0)


def _check_best(wanted: BestAvailable, *, named: bool) -> None:
    if named:
        raise InvalidInput(("input", "bestAvailable"), "Name seats or ask for the best available, not both.")
    if not 1 <= wanted.quantity <= MOST_AT_ONCE:
        raise InvalidInput(("input", "bestAvailable", "quantity"), f"A quantity is between 1 and {MOST_AT_ONCE}.")
    if not 0 <= wanted.accessible <= wanted.quantity:
        raise InvalidInput(("input", "bestAvailable", "accessible"), "Between 0 and the quantity, of which they are a part.")
    _check_distinct(("input", "bestAvailable", "sections"), wanted.sections)


def _check_seats(path: tuple[str, ...], labels: Sequence[str]) -> None:
    if len(labels) > MOST_AT_ONCE:
        raise InvalidInput(path, f"At most {MOST_AT_ONCE} seats at once.")
    _check_distinct(path, labels)


def _check_places(places: Sequence[Admissions], *, least: int) -> None:
    _check_distinct(("input", "generalAdmission"), [str(one.ticket_type_id) for one in places])
    for at, one in enumerate(places):
        if not least <= one.quantity <= MOST_AT_ONCE:
            path = ("input", "generalAdmission", str(at), "quantity")
            raise InvalidInput(path, f"A quantity is between {least} and {MOST_AT_ONCE}.")


def _check_distinct(path: tuple[str, ...], named: Sequence[str]) -> None:
    seen: set[str] = set()
    for at, name in enumerate(named):
        if name in seen:
            raise InvalidInput((*path, str(at)), f"{name} is named twice.")
        seen.add(name)
