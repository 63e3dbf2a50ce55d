"""Offers become general admission ticket types; nothing is ever sold at a guessed price or twice over."""

from datetime import UTC, datetime

import pytest

from domain.money import Money
from domain.plans import PlannedTicketType
from resolvers.gateways.imports.refusals import EventsRefused
from resolvers.gateways.imports.schema_org import read_events
from tests.resolvers.gateways.imports.occasions import BERLIN, Json, an_event, an_offer, raw, reading, the_session


def test_each_offer_is_a_ticket_type_in_the_order_of_the_file() -> None:
    offers = [an_offer(name="Adult", price=25.5), an_offer(category="Child", price="7"), an_offer(name="Adult", price=0)]
    assert the_session(offers=offers).ticket_types == (
        PlannedTicketType("Adult", Money(2550, "EUR"), capacity=80),
        PlannedTicketType("Child", Money(700, "EUR"), capacity=80),
        PlannedTicketType("Adult (2)", Money(0, "EUR"), capacity=80),
    )


def test_prices_have_the_decimals_of_their_currency() -> None:
    prices = [("JPY", "2500"), ("kwd", "1.250"), ("EUR", "0.10")]
    types = [the_session(offers=an_offer(price=price, priceCurrency=code)).ticket_types[0] for code, price in prices]
    assert [one.price for one in types] == [Money(2500, "JPY"), Money(1250, "KWD"), Money(10, "EUR")]


def test_a_price_specification_is_a_price() -> None:
    offer = {
        "priceSpecification": {"price": 12, "priceCurrency": "CHF"},
        "inventoryLevel": {"@type": "QuantitativeValue", "value": 9},
    }
    assert the_session(offers=offer).ticket_types == (PlannedTicketType("General admission", Money(1200, "CHF"), capacity=9),)


def test_an_aggregate_offer_stands_for_its_offers_or_for_its_lowest_price() -> None:
    inner = {"@type": "AggregateOffer", "lowPrice": 5, "offers": [an_offer(name="A", price=5), an_offer(name="B", price=9)]}
    assert [one.name for one in the_session(offers=inner).ticket_types] == ["A", "B"]
    outer = {"@type": "AggregateOffer", "lowPrice": "20", "highPrice": "90", "priceCurrency": "USD", "inventoryLevel": 5}
    imported = reading(an_event(offers=outer), an_event(name="Salome", offers=outer | {"highPrice": "20"}))
    assert [event.sessions[0].ticket_types[0].price for event in imported.events] == [Money(2000, "USD"), Money(2000, "USD")]
    assert imported.notes == ("only a range of prices is given, its lowest is the price (1): $[0].offers",)


@pytest.mark.parametrize(
    ("changes", "capacities", "notes"),
    [
        ({"maximumAttendeeCapacity": 7, "offers": [an_offer(inventoryLevel=None)]}, [7], ()),
        (
            {"maximumAttendeeCapacity": 90, "offers": [an_offer(inventoryLevel=level) for level in (None, 15, None)]},
            [38, 15, 37],
            ("places are shared evenly by the offers that do not say how many they have (1): $[0].offers[0]",),
        ),
        (
            {"maximumAttendeeCapacity": 10, "offers": [an_offer(inventoryLevel=None), an_offer(inventoryLevel=15)]},
            [0, 15],
            ("places are shared evenly by the offers that do not say how many they have (1): $[0].offers[0]",),
        ),
        ({"location": {"name": "Hall", "maximumAttendeeCapacity": "300"}, "offers": [an_offer(inventoryLevel=None)]}, [300], ()),
        (
            {"offers": an_offer(availability="https://schema.org/SoldOut")},
            [0],
            ("offer is sold out, it has no places (1): $[0].offers",),
        ),
        (
            {"offers": [an_offer(inventoryLevel=None), an_offer()]},
            [100, 80],
            ("nothing says how many places there are, 100 are assumed (1): $[0].offers[0]",),
        ),
    ],
)
def test_places_are_those_stated_or_what_is_left_of_the_room_or_reported(
    changes: Json, capacities: list[int], notes: tuple[str, ...]
) -> None:
    imported = reading(an_event(**changes))
    assert [one.capacity for one in imported.events[0].sessions[0].ticket_types] == capacities
    assert imported.notes == notes


def test_a_free_event_costs_nothing_in_the_default_currency() -> None:
    event = an_event(offers=None, isAccessibleForFree=True, maximumAttendeeCapacity=40)
    imported = read_events(raw(event), default_timezone=BERLIN, default_currency="CHF")
    assert imported.events[0].sessions[0].ticket_types == (PlannedTicketType("General admission", Money(0, "CHF"), capacity=40),)
    assert imported.notes == ()


def test_where_nothing_is_said_places_are_free_and_both_assumptions_reported() -> None:
    imported = read_events(raw(an_event(offers=None)), default_timezone=BERLIN, default_capacity=30)
    assert imported.events[0].sessions[0].ticket_types == (PlannedTicketType("General admission", Money(0, "EUR"), capacity=30),)
    assert imported.notes == (
        "nothing says how many places there are, 30 are assumed (1): $",
        "nothing says what it costs, places are free (1): $",
    )


def test_a_price_without_a_currency_is_in_the_default_one_and_reported() -> None:
    imported = reading(an_event(offers=[an_offer(priceCurrency=None), an_offer(priceCurrency=None, price=0)]))
    assert [one.price for one in imported.events[0].sessions[0].ticket_types] == [Money(2500, "EUR"), Money(0, "EUR")]
    assert imported.notes == ("price has no currency, EUR is assumed (1): $[0].offers[0]",)


def test_an_offer_without_a_price_is_left_out_beside_one_that_has_one() -> None:
    imported = reading(an_event(offers=[{"url": "https://example.org"}, an_offer()]))
    assert len(imported.events[0].sessions[0].ticket_types) == 1
    assert imported.notes == ("offer has no price, left out (1): $[0].offers[0]",)


def test_the_sale_opens_when_the_first_offer_does_in_the_session_s_zone() -> None:
    early, late = an_offer(validFrom="2026-02-01T10:00"), an_offer(validFrom="2026-03-01")
    assert the_session(offers=late).sale_opens_at == datetime(2026, 2, 28, 23, tzinfo=UTC)
    imported = reading(an_event(offers=[late, early]))
    assert imported.events[0].sessions[0].sale_opens_at == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert imported.notes == ("offers open for sale at different times, the earliest opens the session (1): $[0].offers[0]",)


def test_the_sale_is_open_where_one_offer_is_valid_already() -> None:
    assert the_session(offers=[an_offer(validFrom="2026-03-01"), an_offer()]).sale_opens_at is None


NOT_PRICED = "no offer has a price, and isAccessibleForFree does not say that the event is free"
REFUSALS: list[tuple[Json, str]] = [
    ({"offers": an_offer(price="free")}, '$[0].offers.price: "free" is not a price such as "12.50"'),
    ({"offers": an_offer(price="12,50")}, '$[0].offers.price: "12,50" is not a price such as "12.50"'),
    ({"offers": an_offer(price=-1)}, '$[0].offers.price: "-1" is not a price such as "12.50"'),
    ({"offers": an_offer(price="NaN")}, '$[0].offers.price: "NaN" is not a price such as "12.50"'),
    ({"offers": an_offer(price="1000000000.01")}, '$[0].offers.price: "1000000000.01" is not a price such as "12.50"'),
    ({"offers": an_offer(price=True)}, "$[0].offers.price: text is expected here"),
    ({"offers": an_offer(price="1.255")}, "$[0].offers.price: 1.255 is not an amount of EUR"),
    ({"offers": an_offer(priceCurrency="€")}, '$[0].offers.priceCurrency: no currency "€"'),
    (
        {"offers": [an_offer(), an_offer(priceCurrency="USD")]},
        "$[0].offers[1]: all offers of one session must have the same currency",
    ),
    ({"offers": an_offer(inventoryLevel=-1)}, '$[0].offers.inventoryLevel: "-1" is not a number of places between 0 and 1000000'),
    ({"offers": an_offer(inventoryLevel=1.5)}, '$[0].offers.inventoryLevel: "1.5" is not a number of places between 0 and 1000000'),
    (
        {"maximumAttendeeCapacity": 1_000_001},
        '$[0].maximumAttendeeCapacity: "1000001" is not a number of places between 0 and 1000000',
    ),
    ({"offers": None, "isAccessibleForFree": False}, "$[0].isAccessibleForFree: the event is not free, but no offer has a price"),
    ({"offers": {"url": "https://example.org"}}, f"$[0].offers: {NOT_PRICED}"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSALS)
def test_what_cannot_be_sold_without_guessing_is_refused(changes: Json, reason: str) -> None:
    with pytest.raises(EventsRefused) as refused:
        the_session(**changes)
    assert str(refused.value) == reason
