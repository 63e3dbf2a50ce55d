"""Queue tokens: ours are read by every process of ours, and nothing else is."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from domain.ids import PlaceId, SessionId, UserId, WaitingRoomId, new_id, show_id
from domain.waiting_rooms import Place
from resolvers.gateways.queue_tokens import SignedQueueTokens
from resolvers.gateways.tokens import SignedAccessTokens
from tests.builders import a_user

SEED = bytes(range(32))
NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)
PLACE = Place(PlaceId(new_id()), WaitingRoomId(new_id()), SessionId(new_id()), UserId(new_id()), NOW, 7)


def test_any_process_with_the_same_seed_reads_it() -> None:
    token = SignedQueueTokens(SEED).issue(PLACE, NOW)
    assert SignedQueueTokens(SEED).read(token) == PLACE.id
    assert SignedQueueTokens(SEED[::-1]).read(token) is None


def test_it_says_whose_it_is_of_what_and_until_when_and_is_the_same_every_time() -> None:
    token = SignedQueueTokens(SEED).issue(PLACE, NOW)
    assert jwt.decode(token, options={"verify_signature": False}) == {
        "aud": "usher-queue",
        "sub": show_id("user", PLACE.user_id),
        "session": show_id("session", PLACE.session_id),
        "jti": show_id("place", PLACE.id),
        "exp": int(NOW.timestamp()),
    }
    assert token == SignedQueueTokens(SEED).issue(PLACE, NOW)


def test_until_when_it_counts_is_the_databases_to_say() -> None:
    tokens = SignedQueueTokens(SEED)
    assert tokens.read(tokens.issue(PLACE, datetime(2001, 1, 1, tzinfo=UTC))) == PLACE.id


def test_every_changed_letter_is_seen() -> None:
    tokens = SignedQueueTokens(SEED)
    token = tokens.issue(PLACE, NOW)
    for at, letter in enumerate(token[:-1]):
        assert tokens.read(token[:at] + ("A" if letter != "A" else "B") + token[at + 1 :]) is None


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * 2_000, "é", "\x00", "\ud800"])
def test_what_is_no_token_is_none(text: str) -> None:
    assert SignedQueueTokens(SEED).read(text) is None


def test_other_tokens_of_ours_and_unsigned_ones_are_none() -> None:
    tokens = SignedQueueTokens(SEED)
    access, _ = SignedAccessTokens(SEED, "usher", timedelta(minutes=10)).issue(a_user())
    assert tokens.read(access) is None
    claims = jwt.decode(tokens.issue(PLACE, NOW), options={"verify_signature": False})
    assert tokens.read(jwt.encode(claims, "", algorithm="none")) is None
    assert tokens.read(jwt.encode(claims, SEED, algorithm="HS256")) is None
    for changed in ({"aud": "usher-api"}, {"jti": show_id("hold", PLACE.id)}, {"jti": "nonsense"}):
        assert tokens.read(jwt.encode(claims | changed, tokens._tokens._keys[0], algorithm="HS256")) is None
    without = {name: value for name, value in claims.items() if name != "jti"}
    assert tokens.read(jwt.encode(without, tokens._tokens._keys[0], algorithm="HS256")) is None


def test_a_short_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SignedQueueTokens(SEED[:31])
