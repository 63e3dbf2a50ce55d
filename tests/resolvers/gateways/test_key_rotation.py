"""Keys that follow each other: the newest signs, the older are read, and one that was removed is read no more."""

from datetime import UTC, datetime, timedelta

import jwt

from domain.ids import PlaceId, SessionId, SignInId, UserId, WaitingRoomId, new_id
from domain.waiting_rooms import Place
from resolvers.gateways.queue_tokens import SignedQueueTokens
from resolvers.gateways.refresh_tokens import DerivedRefreshTokens
from resolvers.gateways.tokens import SignedAccessTokens
from tests.builders import a_user

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
TEN_MINUTES = timedelta(minutes=10)
FAN, HERE, THERE = a_user(), SignInId(new_id()), SignInId(new_id())


def signing(newest: bytes, *older: bytes) -> SignedAccessTokens:
    return SignedAccessTokens(newest, "usher", TEN_MINUTES, older=older)


def test_the_newest_key_signs_and_those_before_it_are_read_until_they_are_removed() -> None:
    before, _ = signing(OLD).issue(FAN)
    both = signing(NEW, OLD)
    after, viewer = both.issue(FAN)
    assert jwt.get_unverified_header(after)["kid"] == both.key_set()["keys"][0]["kid"]
    assert (both.read(before), both.read(after)) == (signing(OLD).read(before), viewer)
    assert (signing(NEW).read(before), signing(NEW).read(after)) == (None, viewer)


def test_a_key_is_published_before_it_signs() -> None:
    first, second, third = signing(OLD, NEW).key_set(), signing(NEW, OLD).key_set(), signing(NEW).key_set()
    assert second["keys"] == first["keys"][::-1]
    assert third["keys"] == second["keys"][:1]


def test_a_token_under_the_name_of_another_of_our_keys_is_refused() -> None:
    both, old, new = signing(NEW, OLD), signing(OLD).issue(FAN)[0], signing(NEW).issue(FAN)[0]
    swapped = [new.split(".")[0], *old.split(".")[1:]]
    assert both.read(".".join(swapped)) is None


def test_a_token_whose_sign_in_ends_is_refused_however_often_it_was_read_before() -> None:
    ended: set[SignInId] = set()
    tokens = SignedAccessTokens(OLD, "usher", TEN_MINUTES, ended=ended)
    (here, viewer), (there, other), (nowhere, nobody) = tokens.issue(FAN, HERE), tokens.issue(FAN, THERE), tokens.issue(FAN)
    assert (viewer.sign_in_id, other.sign_in_id, nobody.sign_in_id) == (HERE, THERE, None)
    assert [tokens.read(each) for each in (here, there, nowhere)] == [viewer, other, nobody]
    ended.add(HERE)
    assert [tokens.read(each) for each in (here, there, nowhere)] == [None, other, nobody]
    assert len(tokens._verified) == 2


def test_what_follows_a_refresh_token_is_derived_by_each_key_the_newest_first() -> None:
    first = DerivedRefreshTokens(OLD).first()
    [by_old] = DerivedRefreshTokens(OLD).successors(first)
    by_new, still = DerivedRefreshTokens(NEW, OLD).successors(first)
    assert (still, len({first, by_old, by_new})) == (by_old, 3)
    assert [len(each) for each in (first, by_old, by_new)] == [43] * 3
    assert DerivedRefreshTokens(OLD).first() != first
    # The key is derived by purpose, so that nobody else's use of the secret tells it.
    assert by_old != DerivedRefreshTokens(OLD + b"x").successors(first)[0]


def test_a_place_in_a_queue_outlives_the_key_that_proved_it() -> None:
    place = Place(PlaceId(new_id()), WaitingRoomId(new_id()), SessionId(new_id()), UserId(new_id()), datetime.now(UTC))
    token = SignedQueueTokens(OLD).issue(place, datetime.now(UTC))
    assert SignedQueueTokens(NEW, OLD).read(token) == place.id
    assert SignedQueueTokens(NEW).read(token) is None
    assert SignedQueueTokens(OLD).read(SignedQueueTokens(NEW, OLD).issue(place, datetime.now(UTC))) is None
