"""Signing in, staying signed in, and who somebody is."""

import hashlib
import secrets
from collections.abc import Collection, Mapping

from domain.errors import InvalidCredentials, Unauthenticated
from domain.ids import UserId
from domain.viewers import AuthTokens, User, Viewer
from resolvers.services import Services


def signed_in(viewer: Viewer | None) -> Viewer:
    """Raises `Unauthenticated` where nobody is."""
    if viewer is None:
        raise Unauthenticated
    return viewer


async def login(services: Services, email: str, password: str) -> AuthTokens:
    """Raises `InvalidCredentials`, in the same time for an unknown email as for a wrong password."""
    async with services.transaction() as work:
        user = await work.users.by_email(email)
    known = await services.passwords.verify(user.password_hash if user else None, password)
    if user is None or not known:
        raise InvalidCredentials
    return await _tokens_for(services, user)


async def refresh(services: Services, refresh_token: str) -> AuthTokens:
    """A refresh token works once. Raises `InvalidCredentials` for one that is unknown, spent or over."""
    async with services.transaction() as work:
        user_id = await work.users.take_refresh_token(_hashed(refresh_token))
        user = (await work.users.by_ids([user_id])).get(user_id) if user_id else None
    if user is None:
        raise InvalidCredentials
    return await _tokens_for(services, user)


async def users_by_ids(services: Services, ids: Collection[UserId]) -> Mapping[UserId, User]:
    async with services.transaction() as work:
        return await work.users.by_ids(ids)


async def _tokens_for(services: Services, user: User) -> AuthTokens:
    refresh_token = secrets.token_urlsafe(32)
    async with services.transaction() as work:
        await work.users.keep_refresh_token(_hashed(refresh_token), user.id, services.refresh_lifetime)
    access_token, viewer = services.access_tokens.issue(user)
    return AuthTokens(access_token, refresh_token, viewer.expires_at, user)


def _hashed(refresh_token: str) -> bytes:
    """A fast hash is enough for 256 random bits."""
    return hashlib.sha256(refresh_token.encode(errors="replace")).digest()
