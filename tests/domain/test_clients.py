"""Where a partner's token is good."""

from dataclasses import replace

import pytest

from domain.clients import Grant, Scope, WidgetTerms
from domain.ids import ClientId, OrganizerId, new_id

ANYWHERE = Grant(ClientId(new_id()), OrganizerId(new_id()), frozenset({Scope.SELL}), "API")
HOME = replace(ANYWHERE, addresses=("192.0.2.0/24", "2001:db8:1:2::/64"))
SHOP = replace(ANYWHERE, widget=WidgetTerms("https://shop.example", frozenset(), 4))


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("192.0.2.1", True),
        ("192.0.3.1", False),
        ("2001:db8:1:2::", True),
        ("2001:db8:1:3::", False),
        ("", False),
        ("unknown", False),
        ("192.0.2.1, 198.51.100.1", False),
    ],
)
def test_s26_addresses_are_networks_and_what_is_none_is_in_none(address: str, good: bool) -> None:
    assert HOME.good_here(address, None) is good
    assert ANYWHERE.good_here(address, None) is True


@pytest.mark.parametrize(
    ("origin", "good"),
    [("https://shop.example", True), ("HTTPS://SHOP.EXAMPLE", True), (None, False), ("", False), ("https://shop.example/", False)],
)
def test_s14_a_widgets_token_is_good_on_its_own_origin_only(origin: str | None, good: bool) -> None:
    assert SHOP.good_here("192.0.2.1", origin) is good


def test_reading_the_catalogue_comes_with_every_scope() -> None:
    assert ANYWHERE.allows({Scope.READ_CATALOGUE})
    assert ANYWHERE.allows({Scope.SELL, Scope.READ_ORDERS})
    assert not ANYWHERE.allows({Scope.CHECK_IN})
    assert not ANYWHERE.allows(())
