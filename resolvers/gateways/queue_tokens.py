"""Queue tokens: proof that a place was admitted, signed for our own processes. Until when it counts, the database's clock says."""

from datetime import datetime

from domain.ids import PlaceId, read_id, show_id
from domain.waiting_rooms import Place
from resolvers.gateways.keys import OwnTokens

AUDIENCE = "usher-queue"


class SignedQueueTokens:
    """Any process with the same seed reads them; the first signs. Raises `ValueError` for a seed under 32 bytes."""

    def __init__(self, *seeds: bytes) -> None:
        self._tokens = OwnTokens(seeds, b"usher queue tokens v1")

    def issue(self, place: Place, expires_at: datetime) -> str:
        claims = {
            "sub": show_id("user", place.user_id),
            "session": show_id("session", place.session_id),
            "jti": show_id("place", place.id),
            "exp": int(expires_at.timestamp()),
        }
        return self._tokens.sign(AUDIENCE, claims)

    def read(self, token: str) -> PlaceId | None:
        claims = self._tokens.read(token, AUDIENCE, "exp", "sub", "jti")
        match read_id(claims["jti"]) if claims else None:
            case ("place", place_id):
                return PlaceId(place_id)
        return None
