"""Adding passkeys, signing in with one, and taking one away."""

from collections.abc import Sequence

from domain.errors import InvalidCredentials, InvalidInput, NotAllowed, NotFound
from domain.ids import PasskeyId, UserId
from domain.passkeys import LONGEST_NAME, Passkey, PasskeyCeremonies, PasskeyOptions
from domain.viewers import AuthTokens, Viewer
from resolvers.attempts import attempt
from resolvers.logins import FAILED_FROM_HERE
from resolvers.persons import person, proven_person
from resolvers.services import Services
from resolvers.sign_ins import sign_in


async def passkeys_of(services: Services, user_id: UserId) -> Sequence[Passkey]:
    """The first added first."""
    async with services.transaction() as work:
        return await work.passkeys.of_user(user_id)


async def to_add(services: Services, viewer: Viewer, password: str) -> PasskeyOptions:
    """Raises `InvalidCredentials`, `TooManyAttempts`, `NotAllowed`."""
    user = await proven_person(services, viewer, password)
    return _ceremonies(services).to_add(user, await passkeys_of(services, user.id))


async def add(services: Services, viewer: Viewer, challenge: str, credential: str, name: str) -> Passkey:
    """Raises `InvalidInput`, and `NotAllowed` where it is known already or there are too many."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise InvalidInput(("name",), f"A name has 1 to {LONGEST_NAME} characters.")
    user = await person(services, viewer)
    new = _ceremonies(services).added(user, challenge, credential)
    if new is None:
        raise InvalidInput(("credential",), "This does not answer what the device was asked, or too late.")
    async with services.transaction() as work:
        added = await work.passkeys.add(user.id, new, name.strip())
    if added is None:
        raise NotAllowed
    return added


async def remove(services: Services, viewer: Viewer, id: PasskeyId, password: str) -> None:
    """Raises `InvalidCredentials`, `TooManyAttempts`, `NotFound`."""
    user = await proven_person(services, viewer, password)
    async with services.transaction() as work:
        if not await work.passkeys.remove(user.id, id):
            raise NotFound


def to_sign_in(services: Services) -> PasskeyOptions:
    """Raises `NotAllowed`."""
    return _ceremonies(services).to_sign_in()


async def sign_in_with(services: Services, challenge: str, credential: str, address: str, device: str) -> AuthTokens:
    """Each challenge counts once. Raises `InvalidCredentials`, `TooManyAttempts`, `NotAllowed`."""
    ceremonies, bucket = _ceremonies(services), f"failed-from:{address}"
    await attempt(services, (bucket, FAILED_FROM_HERE))
    credential_id = ceremonies.credential_id(credential)
    if credential_id is None:
        raise InvalidCredentials
    async with services.transaction() as work:
        passkey = await work.passkeys.locked(credential_id)
        answered = ceremonies.signed_in(passkey, challenge, credential) if passkey else None
        # Whoever has seen an answer on its way could give it again.
        if passkey is None or answered is None or answered.challenge_made <= passkey.last_challenge:
            raise InvalidCredentials
        await work.passkeys.use(passkey.id, answered)
        user = (await work.users.by_ids([passkey.user_id]))[passkey.user_id]
    services.limits.charge(bucket, -1, FAILED_FROM_HERE)
    return await sign_in(services, user, device)


def _ceremonies(services: Services) -> PasskeyCeremonies:
    """Raises `NotAllowed` on a server that does not know its own address: passkeys are of one site."""
    if services.passkeys is None:
        raise NotAllowed
    return services.passkeys
