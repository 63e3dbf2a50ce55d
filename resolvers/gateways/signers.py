"""All that signs and derives, from the secrets of this installation."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from resolvers.gateways.queue_tokens import SignedQueueTokens
from resolvers.gateways.refresh_tokens import DerivedRefreshTokens
from resolvers.gateways.second_steps import SealedSecondSteps
from resolvers.gateways.secrets import Secrets
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

    @classmethod
    def of(cls, secrets: Secrets, issuer: str, *, second_factor_of_staff: bool = False) -> Self:
        newest, *older = keys = secrets.access_token_keys
        ended = EndedSignIns()
        return cls(
            ended,
            SignedAccessTokens(newest, issuer, ACCESS_LIFETIME, older=older, ended=ended.ids),
            DerivedRefreshTokens(*keys),
            SignedTicketTokens(secrets.ticket_key),
            SignedQueueTokens(*keys),
            SealedSecondSteps(secrets.ticket_key, keys, required_of_staff=second_factor_of_staff),
        )
