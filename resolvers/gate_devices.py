"""Gate devices: a code makes one an account of its own, which checks in and nothing else, until it is revoked."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from domain.access import Right
from domain.audit import AuditAction, Subject
from domain.errors import NotFound
from domain.ids import GateDeviceId, OrganizerId, new_id
from domain.limits import Rate
from domain.names import named
from domain.organizers import DeviceState, Events, GateDevice, MemberRole, Post
from domain.viewers import AccountKind, AuthTokens, Role, Viewer, program
from resolvers.access import organizer_within, reach_of, reach_to_act
from resolvers.attempts import attempt
from resolvers.members import announce_rights, check_events, said_of
from resolvers.secret_hashes import hashed
from resolvers.services import Services
from resolvers.sign_ins import announce_ended, sign_in

CODE_LASTS = timedelta(minutes=10)
# Without vowels and without what looks like something else: 37 bits, tried 20 times a second by all the world together.
LETTERS = "23456789CDFGHJKMNPQRTVWXY"
LENGTH = 8
CODES_FROM_AN_ADDRESS = Rate(10 / 60, 10)
CODES_IN_ALL = Rate(20, 100)


async def pair_gate_device(
    services: Services, viewer: Viewer, organizer_id: OrganizerId, name: str, events: Events
) -> tuple[GateDevice, str]:
    """The device and the code to type in on it. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    name, code = named(name, "input", "name"), "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    post = Post(MemberRole.GATE, events)
    async with services.transaction() as work:
        await organizer_within(work, viewer, Right.MANAGE_DEVICES, organizer_id)
        await check_events(work, organizer_id, post)
        now = await work.now()
        device = GateDevice(GateDeviceId(new_id()), organizer_id, name, events, now, now + CODE_LASTS)
        await work.gate_devices.add(device, hashed(code))
        added = Subject("device", device.id)
        await work.audit.note(viewer, AuditAction.DEVICE_ADDED, added, organizer_id, said_of(post))
    return device, f"{code[:4]}-{code[4:]}"


async def claim_gate_device(services: Services, code: str, address: str) -> AuthTokens:
    """By whoever types the code in, once. Raises `TooManyAttempts`, `NotFound` for any other, used or late one."""
    await attempt(services, (f"device-code:{address}", CODES_FROM_AN_ADDRESS), ("device-codes", CODES_IN_ALL))
    async with services.transaction() as work:
        device = await work.gate_devices.by_code(hashed(_read(code)))
        if device is None:
            raise NotFound
        user = program(AccountKind.DEVICE, Role.GATE)
        await work.users.add(user)
        await work.organizers.join(device.organizer_id, user.id, Post(MemberRole.GATE, device.events))
        await work.gate_devices.pair(device.id, user.id)
        paired = Subject("device", device.id)
        await work.audit.note(None, AuditAction.DEVICE_PAIRED, paired, device.organizer_id)
    return await sign_in(services, user, device.name)


async def revoke_gate_device(services: Services, viewer: Viewer, device_id: GateDeviceId) -> GateDevice:
    """At once; doing it again changes nothing. Raises `NotAllowed`, `NotFound`."""
    async with services.transaction() as work:
        reach = await reach_to_act(work, viewer, Right.MANAGE_DEVICES)
        device = await work.gate_devices.locked(device_id, reach)
        if device is None:
            raise NotFound
        if device.state is DeviceState.REVOKED:
            return device
        await work.gate_devices.revoke(device_id)
        ended = []
        if device.user_id is not None:
            await work.organizers.leave(device.organizer_id, device.user_id)
            ended = list(await work.sign_ins.end(device.user_id))
        await work.audit.note(viewer, AuditAction.DEVICE_REVOKED, Subject("device", device_id), device.organizer_id)
        revoked = await work.gate_devices.locked(device_id, reach)
    assert revoked is not None
    if revoked.user_id is not None:
        announce_ended(services, ended, revoked.user_id)
        announce_rights(services, revoked.user_id)
    return revoked


async def devices_of(services: Services, viewer: Viewer | None, organizer_id: OrganizerId) -> Sequence[GateDevice] | None:
    """None for everybody but those who pair them."""
    async with services.transaction() as work:
        reach = await reach_of(work, viewer, Right.MANAGE_DEVICES)
        return await work.gate_devices.of_organizer(organizer_id, reach) if reach.covers(organizer_id) else None


def _read(code: str) -> str:
    """As it is typed: small letters, spaces and hyphens as anybody likes."""
    return "".join(letter for letter in code[:100].upper() if letter.isalnum())
