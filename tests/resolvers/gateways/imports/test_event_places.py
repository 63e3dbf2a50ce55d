"""Locations become venues, whatever their form."""

import pytest

from domain.plans import PlannedVenue
from tests.resolvers.gateways.imports.occasions import Json, an_event, reading, the_session

ADDRESS: Json = {"@type": "PostalAddress", "streetAddress": "Ring 2", "addressLocality": "Wien", "addressCountry": "AT"}
ONLINE: Json = {"@type": "VirtualLocation", "url": "https://example.org"}


@pytest.mark.parametrize(
    ("location", "venue"),
    [
        ("Staatsoper", PlannedVenue("Staatsoper")),
        ({"@type": "Place", "name": "Staatsoper"}, PlannedVenue("Staatsoper")),
        ({"@type": "Place", "name": "Staatsoper", "address": ADDRESS}, PlannedVenue("Staatsoper", "Wien", "AT")),
        ({"@type": "Place", "name": "Staatsoper", "address": "Ring 2, Wien"}, PlannedVenue("Staatsoper")),
        ({"@type": "Place", "address": "Ring 2, Wien"}, PlannedVenue("Ring 2, Wien")),
        ({"@type": "Place", "address": ADDRESS}, PlannedVenue("Ring 2", "Wien", "AT")),
        (ADDRESS | {"addressCountry": {"@type": "Country", "name": "Austria"}}, PlannedVenue("Ring 2", "Wien", "Austria")),
        (
            {"name": "Staatsoper", "geo": {"@type": "GeoCoordinates", "latitude": 48.2, "longitude": "16.37"}},
            PlannedVenue("Staatsoper", latitude=48.2, longitude=16.37),
        ),
        (
            {"name": "Staatsoper", "latitude": "48.2", "longitude": 16.37},
            PlannedVenue("Staatsoper", latitude=48.2, longitude=16.37),
        ),
        ([ONLINE, {"@type": "Place", "name": "Staatsoper"}], PlannedVenue("Staatsoper")),
        (ONLINE, None),
        (None, None),
    ],
)
def test_a_location_becomes_a_venue(location: object, venue: PlannedVenue | None) -> None:
    imported = reading(an_event(location=location))
    assert imported.events[0].sessions[0].venue == venue
    assert imported.notes == ()


@pytest.mark.parametrize(("latitude", "longitude"), [(90.1, 0), (0, -180.1), ("north", 0), ("nan", 0), ("inf", 0)])
def test_coordinates_off_the_globe_are_left_out_and_reported(latitude: object, longitude: object) -> None:
    imported = reading(an_event(location={"name": "Hall", "geo": {"latitude": latitude, "longitude": longitude}}))
    assert imported.events[0].sessions[0].venue == PlannedVenue("Hall")
    assert imported.notes == ("coordinates are not on earth, left out (1): $[0].location.geo",)


def test_the_poles_and_the_date_line_are_on_the_globe() -> None:
    venue = the_session(location={"name": "Camp", "geo": {"latitude": -90, "longitude": 180}}).venue
    assert venue == PlannedVenue("Camp", latitude=-90.0, longitude=180.0)


def test_a_place_without_a_name_is_no_venue_and_reported() -> None:
    imported = reading(an_event(location={"@type": "Place", "url": "https://example.org"}))
    assert imported.events[0].sessions[0].venue is None
    assert imported.notes == ("location has no name, the session has no venue (1): $[0].location",)
