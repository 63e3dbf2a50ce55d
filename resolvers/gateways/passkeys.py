"""Passkeys by the `webauthn` library: what devices are asked, and whether their answers hold."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from domain.ids import show_id
from domain.passkeys import LONGEST_CREDENTIAL, Answered, NewPasskey, Passkey, PasskeyOptions
from domain.viewers import User
from resolvers.gateways.keys import OwnTokens

LIFETIME = timedelta(minutes=5)
TO_ADD, TO_SIGN_IN = "usher-passkey-to-add", "usher-passkey-to-sign-in"
NAME = "Usher"
EPOCH = datetime.fromtimestamp(0, UTC)
# What the library raises for what is malformed in one way or another.
MALFORMED = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, RecursionError)
# A passkey is found without a name being typed, and asks for a finger, a face or a PIN: it is two factors in one.
WANTED = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)


class WebAuthnPasskeys:
    """Of pages at `origin`, whose host is `site`. Challenges are signed; a device answers the hash of one."""

    def __init__(
        self, site: str, origin: str, seeds: Sequence[bytes], *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._site, self._origin, self._clock = site, origin, clock
        self._tokens = OwnTokens(seeds, b"usher passkey challenges v1")

    def to_add(self, user: User, known: Sequence[Passkey]) -> PasskeyOptions:
        token, ends = self._challenge(TO_ADD, show_id("user", user.id))
        options = generate_registration_options(
            rp_id=self._site,
            rp_name=NAME,
            user_id=user.id.bytes,
            user_name=user.email,
            challenge=_asked(token),
            authenticator_selection=WANTED,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
        )
        return PasskeyOptions(token, options_to_json(options), ends)

    def added(self, user: User, challenge: str, credential: str) -> NewPasskey | None:
        if self._made(challenge, TO_ADD, show_id("user", user.id)) is None or len(credential) > LONGEST_CREDENTIAL:
            return None
        try:
            found = verify_registration_response(
                credential=credential,
                expected_challenge=_asked(challenge),
                expected_rp_id=self._site,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except MALFORMED:
            return None
        return NewPasskey(found.credential_id, found.credential_public_key, found.sign_count)

    def to_sign_in(self) -> PasskeyOptions:
        token, ends = self._challenge(TO_SIGN_IN, "anybody")
        options = generate_authentication_options(
            rp_id=self._site, challenge=_asked(token), user_verification=UserVerificationRequirement.REQUIRED
        )
        return PasskeyOptions(token, options_to_json(options), ends)

    def credential_id(self, credential: str) -> bytes | None:
        if len(credential) > LONGEST_CREDENTIAL:
            return None
        try:
            return parse_authentication_credential_json(credential).raw_id
        except MALFORMED:
            return None

    def signed_in(self, passkey: Passkey, challenge: str, credential: str) -> Answered | None:
        made = self._made(challenge, TO_SIGN_IN, "anybody")
        if made is None:
            return None
        try:
            found = verify_authentication_response(
                credential=credential,
                expected_challenge=_asked(challenge),
                expected_rp_id=self._site,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except MALFORMED:
            return None
        return Answered(found.new_sign_count, made)

    def _challenge(self, purpose: str, subject: str) -> tuple[str, datetime]:
        now = self._clock()
        made = (now - EPOCH) // timedelta(microseconds=1)
        claims = {"sub": subject, "made": made, "jti": secrets.token_urlsafe(16)}
        return self._tokens.sign(purpose, claims), now + LIFETIME

    def _made(self, token: str, purpose: str, subject: str) -> int | None:
        """When, in microseconds. None where it is none of ours for this, or is over."""
        claims = self._tokens.read(token, purpose, "sub", "made")
        if claims is None or claims["sub"] != subject:
            return None
        made = int(claims["made"])
        return made if EPOCH + timedelta(microseconds=made) + LIFETIME > self._clock() else None


def _asked(token: str) -> bytes:
    """What a device is asked to sign."""
    return hashlib.sha256(token.encode(errors="replace")).digest()
