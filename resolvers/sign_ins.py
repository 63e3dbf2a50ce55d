"""Signing in, staying signed in, and signing out: here, there, everywhere."""

from collections.abc import Sequence
from math import ceil

import structlog

from domain.errors import InvalidCredentials, NotFound, TooManyAttempts
from domain.ids import SignInId, UserId
from domain.limits import Rate
from domain.repositories import Transaction
from domain.second_factors import is_staff
from domain.sign_ins import GRACE, ShownToken, SignIn
from domain.topics import Kind, Topic
from domain.viewers import AuthTokens, User, Viewer
from resolvers.secret_hashes import hashed
from resolvers.services import Services
from resolvers.standing import EVERYBODY

log = structlog.get_logger()

REFRESHES = Rate(1 / 10, 60)


async def sign_in(services: Services, user: User, device: str = "") -> AuthTokens:
    """Of who has proven to be it. Raises `InvalidCredentials` where its password has become another meanwhile."""
    token = services.refresh_tokens.first()
    async with services.transaction() as work:
        begun = await work.sign_ins.begin(user, device, hashed(token))
    if begun is None:
        raise InvalidCredentials
    return _tokens(services, user, begun, token)


async def refresh(services: Services, token: str) -> AuthTokens:
    """A token works once; for ten seconds it gets the same successor again, as long as nobody has used that.

    After that whoever shows it has stolen it, or was stolen from: its sign-in ends. Raises `InvalidCredentials`,
    `TooManyAttempts`.
    """
    async with services.transaction() as work:
        shown = await work.sign_ins.shown(hashed(token))
        if shown is None:
            raise InvalidCredentials
        of = shown.sign_in
        _not_too_often(services, of.id)
        user = (await work.users.by_ids([of.user_id]))[of.user_id]
        if await _lacks_second_factor(services, work, user):
            raise InvalidCredentials
        successor = await _successor(services, work, shown, token)
        ended = [] if successor else await work.sign_ins.end(of.user_id, only=of.id)
    if successor is None:
        log.warning("refresh_token_reused", sign_in_id=str(of.id), user_id=str(of.user_id))
        announce_ended(services, ended, of.user_id)
        raise InvalidCredentials
    return _tokens(services, user, of.id, successor)


async def sign_ins_of(services: Services, user_id: UserId) -> Sequence[SignIn]:
    """The one used last first."""
    async with services.transaction() as work:
        return await work.sign_ins.of_user(user_id)


async def logout(services: Services, viewer: Viewer) -> Sequence[SignInId]:
    """Of this sign-in. Nothing ends where the token is of none."""
    return await _end(services, viewer.user_id, only=viewer.sign_in_id) if viewer.sign_in_id else []


async def end_sign_in(services: Services, viewer: Viewer, id: SignInId) -> Sequence[SignInId]:
    """Raises `NotFound` where the viewer has no such sign-in, or has it no more."""
    ended = await _end(services, viewer.user_id, only=id)
    if not ended:
        raise NotFound
    return ended


async def end_sign_ins(services: Services, user_id: UserId) -> Sequence[SignInId]:
    """All of the account: their refresh tokens are dead, and everybody is told."""
    return await _end(services, user_id)


def announce_ended(services: Services, ended: Sequence[SignInId], *user_ids: UserId) -> None:
    """After the commit in which these of the accounts' were ended."""
    services.ended.note(ended)
    services.topics.announce(*(Topic(Kind.ACCOUNT, id) for id in user_ids), Topic(Kind.SIGN_INS, EVERYBODY))


async def _end(services: Services, user_id: UserId, *, only: SignInId | None = None) -> Sequence[SignInId]:
    async with services.transaction() as work:
        ended = await work.sign_ins.end(user_id, only=only)
    announce_ended(services, ended, user_id)
    return ended


def _not_too_often(services: Services, id: SignInId) -> None:
    """Each refresh is a row. Raises `TooManyAttempts`."""
    taken = services.limits.spend(f"refresh:{id}", 1, REFRESHES)
    if taken.retry_after:
        raise TooManyAttempts(ceil(taken.retry_after * 1000))


async def _lacks_second_factor(services: Services, work: Transaction, user: User) -> bool:
    """That it must have: it signs in anew, and sets one up."""
    if not (services.second_steps.required_of_staff and is_staff(user)):
        return False
    return user.id not in await work.second_factors.by_users([user.id]) and not await work.passkeys.of_user(user.id)


async def _successor(services: Services, work: Transaction, shown: ShownToken, token: str) -> str | None:
    """None where the token was spent and its owner has gone on since, or could have."""
    following = services.refresh_tokens.successors(token)
    if shown.spent_for is None:
        await work.sign_ins.rotate(shown.sign_in.id, hashed(token), hashed(following[0]))
        return following[0]
    if shown.spent_for > GRACE:
        return None
    for each in following:
        next_one = await work.sign_ins.shown(hashed(each))
        if next_one is not None and next_one.spent_for is None:
            return each
    return None


def _tokens(services: Services, user: User, sign_in_id: SignInId, refresh_token: str) -> AuthTokens:
    access_token, viewer = services.access_tokens.issue(user, sign_in_id)
    return AuthTokens(access_token, refresh_token, viewer.expires_at, user)
