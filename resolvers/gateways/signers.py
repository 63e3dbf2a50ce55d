"""All that signs and derives, from the secrets of this installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

from resolvers.gateways.passkeys import WebAuthnPasskeys
from resolvers.gateways.queue_tokens import SignedQueueTokens
from resolvers.gateways.refresh_tokens import DerivedRefreshTokens
from resolvers.gateways.second_steps import SealedSecondSteps
from resolvers.gateways.secrets import Secrets
from resolvers.gateways.settings import Settings
from resolvers.gateways.ticket_tokens import SignedTicketTokens
from resolvers.gateways.tokens import SignedAccessTokens
from resolvers.standing import EndedSignIns

ACCESS_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Signers:
    """Access tokens of sign-ins that are known to have `ended` are not read."""

    ended: EndedSignIns
    access: SignedAccessTokens
    refresh: DerivedRefreshTokens
    ticket: SignedTicketTokens
    queue: SignedQueueTokens
    second_steps: SealedSecondSteps
    passkeys: WebAuthnPasskeys | None

    @classmethod
    def of(cls, secrets: Secrets, settings: Settings) -> Self:
        newest, *older = keys = secrets.access_token_keys
        ended = EndedSignIns()
        return cls(
            ended,
            SignedAccessTokens(newest, settings.token_issuer, ACCESS_LIFETIME, older=older, ended=ended.ids),
            DerivedRefreshTokens(*keys),
            SignedTicketTokens(secrets.ticket_key),
            SignedQueueTokens(*keys),
            SealedSecondSteps(secrets.ticket_key, keys, required_of_staff=settings.second_factor == "staff"),
            passkeys_at(settings.site_origin, keys),
        )


def passkeys_at(origin: str | None, seeds: Sequence[bytes]) -> WebAuthnPasskeys | None:
    """They are of one site: without its address there are none."""
    host = urlsplit(origin).hostname if origin else None
    return WebAuthnPasskeys(host, origin, seeds) if host and origin else None
