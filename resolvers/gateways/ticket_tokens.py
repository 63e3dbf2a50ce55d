"""Ticket tokens: what a ticket's QR code says, signed with Ed25519 and checkable without the database."""

import base64
import hashlib
import io
import re
from uuid import UUID

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.ids import SessionId, TicketId
from domain.tickets import Ticket, TicketClaim
from resolvers.gateways.keys import derived

VERSION = 1
PREFIX = "US1."
DOMAIN = b"usher ticket token v1\x00"

# 100 bytes are exactly 160 base 32 digits: no padding and no spare bits, so a token has one spelling. With the prefix
# they fit QR version 7-M in alphanumeric mode (45 modules); base 45 would save one version, but has spaces in it.
SPELLING = re.compile(r"US1\.[A-Z2-7]{160}", re.ASCII)
SIGNED_BYTES = 36


class SignedTicketTokens:
    """The bytes: version, key id, ticket id (16), session id (16), generation (2, big-endian), signature (64).

    Raises `ValueError` for a seed under 32 bytes.
    """

    def __init__(self, seed: bytes) -> None:
        self._key = _signing_key(seed)
        self._public = self._key.public_key()
        key_id = hashlib.sha256(self._public.public_bytes_raw()).digest()[:1]
        self._start = bytes([VERSION]) + key_id

    def issue(self, ticket: Ticket) -> str:
        """Raises `OverflowError` for a generation over 65,535."""
        claim = self._start + ticket.id.bytes + ticket.session_id.bytes + ticket.generation.to_bytes(2, "big")
        return PREFIX + base64.b32encode(claim + self._key.sign(DOMAIN + claim)).decode()

    def read(self, token: str) -> TicketClaim | None:
        if not SPELLING.fullmatch(token):
            return None
        packed = base64.b32decode(token[len(PREFIX) :])
        claim, signature = packed[:SIGNED_BYTES], packed[SIGNED_BYTES:]
        if not claim.startswith(self._start) or not self._signed(claim, signature):
            return None
        return TicketClaim(
            ticket_id=TicketId(UUID(bytes=claim[2:18])),
            session_id=SessionId(UUID(bytes=claim[18:34])),
            generation=int.from_bytes(claim[34:], "big"),
        )

    def qr_svg(self, token: str) -> str:
        return ticket_qr_svg(token)

    def _signed(self, claim: bytes, signature: bytes) -> bool:
        try:
            self._public.verify(signature, DOMAIN + claim)
        except InvalidSignature:
            return False
        return True


def ticket_qr_svg(token: str) -> str:
    """Scales to its box. Its quiet zone of four modules is white too, so it can be scanned from a dark page."""
    code = segno.make_qr(token, error="m")
    svg = io.BytesIO()
    code.save(
        svg, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True, nl=False, svgclass=None, lineclass=None
    )
    return svg.getvalue().decode()


def _signing_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived(seed, b"usher ticket tokens v1"))
