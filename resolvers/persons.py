"""The person behind a viewer, and that it is they who ask: by the password, once more."""

from domain.errors import InvalidCredentials, NotAllowed
from domain.viewers import AccountKind, User, Viewer
from resolvers.attempts import GUESSES_AT_ONE, attempt
from resolvers.services import Services


async def person(services: Services, viewer: Viewer) -> User:
    """Raises `NotAllowed` for devices, clients, guests and who has left: they have no email and no password to change."""
    async with services.transaction() as work:
        user = (await work.users.by_ids([viewer.user_id])).get(viewer.user_id)
        deleted = await work.accounts.deleted(viewer.user_id)
    if user is None or user.kind is not AccountKind.PERSON or deleted:
        raise NotAllowed
    return user


async def proven_person(services: Services, viewer: Viewer, password: str) -> User:
    """Raises `InvalidCredentials`: whoever found the device unlocked does not know the password. And `TooManyAttempts`."""
    user = await person(services, viewer)
    bucket = f"guess:{user.id}"
    await attempt(services, (bucket, GUESSES_AT_ONE))
    if not await services.passwords.verify(user.password_hash, password):
        raise InvalidCredentials
    services.limits.charge(bucket, -1, GUESSES_AT_ONE)
    return user
