"""Setting a second factor up, signing in with it, and giving it up."""

from collections.abc import Sequence

from domain.errors import InvalidCredentials, NotAllowed
from domain.limits import Rate
from domain.repositories import Transaction
from domain.second_factors import Challenge, Offer, SecondFactor, is_staff
from domain.viewers import AuthTokens, User, Viewer
from resolvers.attempts import attempt
from resolvers.logins import Credentials, proven
from resolvers.persons import person, proven_person
from resolvers.secret_hashes import hashed
from resolvers.services import Services
from resolvers.sign_ins import sign_in

# Three codes of a million are right at any time. What is right is given back.
CODES_AT_ONE = Rate(1 / 300, 5)


async def login(services: Services, given: Credentials) -> AuthTokens | Challenge:
    """Raises `InvalidCredentials`, `TooManyAttempts`."""
    user = await proven(services, given)
    async with services.transaction() as work:
        factor = (await work.second_factors.by_users([user.id])).get(user.id)
        passkeys = await work.passkeys.of_user(user.id)
    if factor is None and not (services.second_steps.required_of_staff and is_staff(user)):
        return await sign_in(services, user, given.device)
    token, ends = services.second_steps.challenge(user)
    return Challenge(token, ends, enrolled=factor is not None or bool(passkeys))


async def complete_login(services: Services, challenge: str, code: str, device: str = "") -> tuple[AuthTokens, Sequence[str]]:
    """With recovery codes where this has confirmed a second factor. Raises `InvalidCredentials`, `TooManyAttempts`."""
    user = await _challenged(services, challenge)
    codes = await _shown(services, user, code)
    return await sign_in(services, user, device), codes


async def offer_by_challenge(services: Services, challenge: str) -> Offer:
    """For staff who must have one to sign in. Raises `InvalidCredentials`, and `NotAllowed` where there is one, or a passkey."""
    user = await _challenged(services, challenge)
    async with services.transaction() as work:
        passkeys = await work.passkeys.of_user(user.id)
    if passkeys:
        raise NotAllowed
    return await _offered(services, user)


async def offer(services: Services, viewer: Viewer, password: str) -> Offer:
    """Raises `InvalidCredentials`, `TooManyAttempts`, and `NotAllowed` where there is one."""
    return await _offered(services, await proven_person(services, viewer, password))


async def confirm(services: Services, viewer: Viewer, code: str) -> Sequence[str]:
    """The recovery codes. Raises `InvalidCredentials`, `TooManyAttempts`, and `NotAllowed` where nothing was offered."""
    user = await person(services, viewer)
    async with services.transaction() as work:
        factor = await work.second_factors.locked(user.id)
    if factor is None or factor.confirmed_at is not None:
        raise NotAllowed
    return await _shown(services, user, code)


async def remove(services: Services, viewer: Viewer, password: str, code: str) -> int:
    """How many recovery codes were left. Raises as above, and `NotAllowed` for staff who must have one."""
    user = await proven_person(services, viewer, password)
    if services.second_steps.required_of_staff and is_staff(user):
        raise NotAllowed
    await _shown(services, user, code)
    async with services.transaction() as work:
        factor = await work.second_factors.locked(user.id)
        await work.second_factors.remove(user.id)
    return factor.recovery_codes_left if factor else 0


async def second_factor_of(services: Services, user: User) -> SecondFactor | None:
    async with services.transaction() as work:
        return (await work.second_factors.by_users([user.id])).get(user.id)


async def _challenged(services: Services, challenge: str) -> User:
    """Raises `InvalidCredentials`."""
    user_id = services.second_steps.challenged(challenge)
    if user_id is None:
        raise InvalidCredentials
    async with services.transaction() as work:
        user = (await work.users.by_ids([user_id])).get(user_id)
    if user is None or not services.second_steps.still(challenge, user):
        raise InvalidCredentials
    return user


async def _shown(services: Services, user: User, code: str) -> Sequence[str]:
    """Takes the code, and confirms what is not. Raises `InvalidCredentials`, `TooManyAttempts`."""
    bucket = f"code:{user.id}"
    await attempt(services, (bucket, CODES_AT_ONE))
    async with services.transaction() as work:
        factor = await work.second_factors.locked(user.id)
        if factor is None or not await _taken(services, work, factor, "".join(code.split())):
            raise InvalidCredentials
        codes = services.second_steps.recovery_codes() if factor.confirmed_at is None else ()
        if codes:
            await work.second_factors.confirm(user.id, [_hashed(each) for each in codes])
    services.limits.charge(bucket, -1, CODES_AT_ONE)
    return codes


async def _taken(services: Services, work: Transaction, factor: SecondFactor, code: str) -> bool:
    """A code of the app counts once, and none that is older than the last; a recovery code counts once."""
    step = services.second_steps.step_of(factor, code)
    if step is None:
        return factor.confirmed_at is not None and await work.second_factors.spend_recovery_code(factor.user_id, _hashed(code))
    if step <= factor.last_step:
        return False
    await work.second_factors.take(factor.user_id, step)
    return True


async def _offered(services: Services, user: User) -> Offer:
    sealed, made = services.second_steps.offer(user)
    async with services.transaction() as work:
        if not await work.second_factors.offer(user.id, sealed):
            raise NotAllowed
    return made


def _hashed(code: str) -> bytes:
    """However it is written."""
    return hashed(code.replace("-", "").casefold())
