"""Where a session takes place: a schema.org Place, an address, or just its name."""

from domain.plans import PlannedVenue
from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.json_ld import Node

LONGEST_NAME = 200
LONGEST_PLACE = 100
PLACE = (
    "location",
    "departureStation",
    "departureBusStop",
    "departureBoatTerminal",
    "departureAirport",
)


def place_of(node: Node) -> Node | None:
    """The first place that is not on the internet, as an object."""
    return next((one for one in node.nodes(*PLACE) if "VirtualLocation" not in one.types), None)


def says_where(node: Node) -> bool:
    return node.value(*PLACE) is not None


def venue_of(node: Node, findings: Findings) -> PlannedVenue | None:
    """None where the event is online only, or nothing names the place."""
    place = place_of(node)
    if place is None:
        named = node.value(*PLACE)
        return PlannedVenue(named.line(LONGEST_NAME)) if named and isinstance(named.raw, str) and named.line(LONGEST_NAME) else None
    address = place if "PostalAddress" in place.types else next(iter(place.nodes("address")), None)
    street = address.line(LONGEST_NAME, "streetAddress", "addressLocality") if address else place.line(LONGEST_NAME, "address")
    name = place.line(LONGEST_NAME, "name") or street
    if name is None:
        findings.add("location has no name, the session has no venue", place.path)
        return None
    city = address.line(LONGEST_PLACE, "addressLocality") if address else None
    return PlannedVenue(name, city, _country(address) if address else None, *_coordinates(place, findings))


def _country(address: Node) -> str | None:
    countries = address.nodes("addressCountry")
    return countries[0].line(LONGEST_PLACE, "name") if countries else address.line(LONGEST_PLACE, "addressCountry")


def _coordinates(place: Node, findings: Findings) -> tuple[float | None, float | None]:
    where = next(iter(place.nodes("geo")), place)
    latitude, longitude = where.value("latitude"), where.value("longitude")
    if latitude is None or longitude is None:
        return None, None
    try:
        north, east = float(latitude.text), float(longitude.text)
    except ValueError:
        north = east = float("nan")
    if abs(north) <= 90 and abs(east) <= 180:
        return north, east
    findings.add("coordinates are not on earth, left out", where.path)
    return None, None
