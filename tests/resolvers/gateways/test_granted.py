"""What a token grants is read as it was written, and nothing else is read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.clients import Grant, Scope, WidgetTerms
from domain.ids import ClientId, OrganizerId, SessionId, SignInId, new_id
from resolvers.gateways.granted import read, written
from resolvers.gateways.tokens import SignedAccessTokens
from tests.builders import a_user

GRANT = Grant(ClientId(new_id()), OrganizerId(new_id()), frozenset({Scope.SELL, Scope.CHECK_IN}), "RADIO")
WIDGET = replace(
    GRANT,
    addresses=tuple(f"2001:db8:aaaa:{number:x}::/64" for number in range(20)),
    widget=WidgetTerms("https://" + "a" * 192, frozenset(SessionId(new_id()) for _ in range(10)), 100),
)


@pytest.mark.parametrize("grant", [GRANT, WIDGET])
def test_a_grant_survives_its_token_and_the_longest_one_fits(grant: Grant) -> None:
    tokens = SignedAccessTokens(bytes(32), "usher", timedelta(minutes=10))
    token, viewer = tokens.issue(a_user(), SignInId(new_id()), grant, timedelta(minutes=60))
    fresh = SignedAccessTokens(bytes(32), "usher", timedelta(minutes=10))
    assert fresh.read(token) == viewer
    assert viewer.grant == grant


def test_a_persons_token_grants_nothing_of_its_own() -> None:
    tokens = SignedAccessTokens(bytes(32), "usher", timedelta(minutes=10))
    read_back = tokens.read(tokens.issue(a_user())[0])
    assert read_back is not None
    assert read_back.grant is None


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": ["EVERYTHING"]},
        {"scopes": "SELL"},
        {"client": written(GRANT)["organizer"]},
        {"organizer": "organizer_x"},
        {"widget": None},
        {"widget": {"origin": "https://shop.example", "sessions": ["event_x"], "seats": 1}},
        {"widget": {"origin": "https://shop.example", "sessions": [], "seats": "4"}},
        {"channel": 1},
    ],
)
def test_what_is_no_grant_is_never_taken_for_less_of_one(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(written(GRANT) | change)
    with pytest.raises(ValueError, match=r".+"):
        read({})
