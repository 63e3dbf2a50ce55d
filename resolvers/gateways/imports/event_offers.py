"""What is sold for a session: schema.org offers as general admission ticket types."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from domain.money import Money, exponent, minor_units
from domain.plans import PlannedTicketType
from resolvers.gateways.imports.event_times import instant
from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.json_ld import Node, Value, bare
from resolvers.gateways.imports.plain_text import one_line
from resolvers.gateways.imports.refusals import EventsRefused
from resolvers.gateways.imports.unique_names import UniqueNames

LONGEST_NAME = 100
DEFAULT_NAME = "General admission"
MOST_PLACES = 1_000_000
HIGHEST_PRICE = Decimal(1_000_000_000)
GONE = {"SoldOut", "Discontinued", "OutOfStock"}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the caller gives for what a file does not say."""

    timezone: str | None
    capacity: int
    currency: str


def offers_of(nearest: Sequence[Node], findings: Findings) -> list[Node]:
    """Offers with a price, of the first node that has any: an AggregateOffer stands for those in it, or for its lowest price."""
    found = []
    for offer in next((offers for node in nearest if (offers := node.nodes("offers"))), []):
        for one in offer.nodes("offers") or [offer]:
            if _price(one) is None:
                findings.add("offer has no price, left out", one.path)
            else:
                found.append(one)
    return found


def ticket_types(
    nearest: Sequence[Node], offers: Sequence[Node], defaults: Defaults, findings: Findings
) -> tuple[PlannedTicketType, ...]:
    """One for each offer, or a free one where nothing is offered. `nearest` is the occasion, then what it is part of or in.

    Raises `EventsRefused` for prices that cannot be read.
    """
    totals = (_places(node, "maximumPhysicalAttendeeCapacity", "maximumAttendeeCapacity") for node in nearest)
    total = next((one for one in totals if one is not None), None)
    if not offers:
        capacity = _default(defaults, nearest[0].path, findings) if total is None else total
        return (PlannedTicketType(DEFAULT_NAME, _free(nearest, defaults, findings), capacity=capacity),)
    names = UniqueNames()
    capacities = _capacities(offers, total, defaults, findings)
    types = tuple(
        PlannedTicketType(
            names.take(offer.line(LONGEST_NAME, "name", "category") or DEFAULT_NAME),
            _money(offer, defaults, findings),
            capacity=capacity,
        )
        for offer, capacity in zip(offers, capacities, strict=True)
    )
    if len({one.price.currency for one in types}) > 1:
        raise EventsRefused(offers[-1].path, "all offers of one session must have the same currency")
    return types


def sale_opening(offers: Sequence[Node], zone: str, findings: Findings) -> datetime | None:
    """The earliest validFrom, and None where an offer has none: it is valid already."""
    starts = [offer.value("validFrom", "availabilityStarts") for offer in offers]
    instants = [instant(start, zone, findings) for start in starts if start is not None]
    if not instants or len(instants) < len(starts):
        return None
    if len(set(instants)) > 1:
        findings.add("offers open for sale at different times, the earliest opens the session", offers[0].path)
    return min(instants)


def _price(offer: Node) -> Value | None:
    if price := offer.value("price", "lowPrice"):
        return price
    return next((price for one in offer.nodes("priceSpecification") if (price := one.value("price", "minPrice"))), None)


def _currency(offer: Node) -> Value | None:
    if currency := offer.value("priceCurrency"):
        return currency
    return next((currency for one in offer.nodes("priceSpecification") if (currency := one.value("priceCurrency"))), None)


def _money(offer: Node, defaults: Defaults, findings: Findings) -> Money:
    price, currency = _price(offer), _currency(offer)
    assert price is not None
    amount = _amount(price)
    highest = offer.value("highPrice")
    if price.path.endswith((".lowPrice", ".minPrice")) and (highest is None or highest.text != price.text):
        findings.add("only a range of prices is given, its lowest is the price", offer.path)
    if currency is None and amount:
        findings.add(f"price has no currency, {defaults.currency} is assumed", offer.path)
    code = currency.text.upper() if currency else defaults.currency
    try:
        exponent(code)
    except ValueError as wrong:
        raise EventsRefused(currency.path if currency else offer.path, f'no currency "{one_line(code, 20)}"') from wrong
    try:
        return Money(minor_units(amount, code), code)
    except ValueError as wrong:
        raise EventsRefused(price.path, str(wrong)) from wrong


def _amount(price: Value) -> Decimal:
    try:
        amount = Decimal(price.text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (amount.is_finite() and 0 <= amount <= HIGHEST_PRICE):
        raise EventsRefused(price.path, f'"{price.line(40)}" is not a price such as "12.50"')
    return amount


def _free(nearest: Sequence[Node], defaults: Defaults, findings: Findings) -> Money:
    stated = next((value for node in nearest if (value := node.value("isAccessibleForFree"))), None)
    unpriced = next((offer for node in nearest for offer in node.nodes("offers")), None)
    if stated is not None and bare(str(stated.raw)).casefold() != "true":
        raise EventsRefused(stated.path, "the event is not free, but no offer has a price")
    if stated is None and unpriced is not None:
        raise EventsRefused(unpriced.path, "no offer has a price, and isAccessibleForFree does not say that the event is free")
    if stated is None:
        findings.add("nothing says what it costs, places are free", nearest[0].path)
    return Money(0, defaults.currency)


def _capacities(offers: Sequence[Node], total: int | None, defaults: Defaults, findings: Findings) -> list[int]:
    """Those given, then an even share of what they leave of the total, so that never more is sold than there is room for."""
    given = [_stock(offer, findings) for offer in offers]
    open_ones = [at for at, capacity in enumerate(given) if capacity is None]
    if not open_ones:
        return [capacity or 0 for capacity in given]
    if total is None:
        return [_default(defaults, offers[at].path, findings) if one is None else one for at, one in enumerate(given)]
    if len(offers) > 1:
        findings.add("places are shared evenly by the offers that do not say how many they have", offers[open_ones[0]].path)
    share, rest = divmod(max(0, total - sum(one or 0 for one in given)), len(open_ones))
    shares = {at: share + (nth < rest) for nth, at in enumerate(open_ones)}
    return [shares[at] if one is None else one for at, one in enumerate(given)]


def _stock(offer: Node, findings: Findings) -> int | None:
    availability = offer.value("availability")
    if availability and isinstance(availability.raw, str) and bare(availability.raw) in GONE:
        findings.add("offer is sold out, it has no places", offer.path)
        return 0
    return _places(offer, "inventoryLevel")


def _places(node: Node, *names: str) -> int | None:
    for name in names:
        level = next((one.value("value") for one in node.nodes(name)), None) or node.value(name)
        if level is not None:
            return _whole(level)
    return None


def _whole(level: Value) -> int:
    text = level.text.removesuffix(".0")
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and int(text) <= MOST_PLACES):
        raise EventsRefused(level.path, f'"{level.line(40)}" is not a number of places between 0 and {MOST_PLACES}')
    return int(text)


def _default(defaults: Defaults, path: str, findings: Findings) -> int:
    findings.add(f"nothing says how many places there are, {defaults.capacity} are assumed", path)
    return defaults.capacity
